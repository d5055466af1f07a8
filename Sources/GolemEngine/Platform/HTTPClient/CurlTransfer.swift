// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CCurl
import Glibc

/// One request on its way: its easy handle, the parser of its head, its deadlines.
///
/// Lives on the client's thread.
final class CurlTransfer {
    /// Where the transfer stands; decides which deadline counts.
    private enum Phase {
        case connecting
        case awaitingFirstByte
        case receiving
        case paused
    }

    /// What follows when libcurl is done with a leg.
    enum Conclusion {
        case finished(Result<Void, HTTPClientError>)
        case redirected
    }

    private static let maxHeadBytes = 128 * 1024
    private static let maxRedirectBody = 1024 * 1024

    let exchange: HTTPExchange
    private(set) var easy: UnsafeMutableRawPointer?
    private(set) var needsLookup = false
    var isAtLookup = false
    var isAdded = false

    private unowned let loop: CurlLoop
    private var request: HTTPClientRequest
    private var origin: HTTPOrigin?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var body: UnsafeMutableRawBufferPointer?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    private var phase = Phase.connecting
    private var phaseStart: Int64
    private let totalDeadline: Int64?
    private var wasSent = false
    private var refusedAddress: String?
    private var socketFailure: Int32 = 0

    private var status = 0
    private var headers: [HTTPClientHeader] = []
    private var headBytes = 0
    private var isHeadDone = false
    private var isRedirecting = false
    private var discarded = 0
    private var redirects = 0

    init(loop: CurlLoop, request: HTTPClientRequest, exchange: HTTPExchange, now: Int64) {
        self.loop = loop
        self.request = request
        self.exchange = exchange
        phaseStart = now
        totalDeadline = request.totalTimeout.map { now + $0.clampedNanoseconds }
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        free()
        errorText.deallocate()
    }

    /// Gives back what libcurl holds; the handle must have left the multi handle.
    func free() {
        if let easy { ccurl_easy_cleanup(easy) }
        easy = nil
        ccurl_slist_free(headerList)
        headerList = nil
        body?.deallocate()
        body = nil
    }

    // MARK: deadlines

    /// When the transfer fails if nothing happens until then.
    var deadline: Int64? {
        let limit: Duration? =
            switch phase {
            case .connecting: request.connectTimeout
            case .awaitingFirstByte: request.firstByteTimeout
            case .receiving: request.idleTimeout
            case .paused: nil
            }
        let phaseDeadline = limit.map { phaseStart + $0.clampedNanoseconds }
        guard let phaseDeadline, let totalDeadline else { return phaseDeadline ?? totalDeadline }
        return min(phaseDeadline, totalDeadline)
    }

    func timeoutError(now: Int64) -> HTTPClientError {
        if let totalDeadline, totalDeadline <= now {
            return error(.totalTimeout, "the whole time for the request is over", isRetryable: true)
        }
        switch phase {
        case .connecting:
            return error(.connectTimeout, "no connection within \(request.connectTimeout)", isRetryable: true)
        case .awaitingFirstByte:
            return error(.firstByteTimeout, "no answer began in time", isRetryable: true)
        case .receiving, .paused: return error(.idleTimeout, "the answer stopped coming", isRetryable: true)
        }
    }

    func noteResumed(now: Int64) { enter(.receiving, now: now) }

    func noteRedirected(now: Int64) { enter(.connecting, now: now) }

    private func enter(_ phase: Phase, now: Int64 = CurlLoop.now()) {
        self.phase = phase
        phaseStart = now
    }

    // MARK: connection

    /// Whether the address may be connected to.
    func allowsConnection(to address: String) -> Bool {
        loop.lookupEnded(self)
        guard request.addressFilter?(address) ?? true else {
            refusedAddress = address
            return false
        }
        return true
    }

    /// Whether the request may go out over the connection; it may be one that another request has opened.
    func allowsRequest(to address: String) -> Bool {
        loop.lookupEnded(self)
        guard request.addressFilter?(address) ?? true else {
            refusedAddress = address
            return false
        }
        wasSent = true
        enter(.awaitingFirstByte)
        loop.scheduleDeadline(of: self)
        return true
    }

    func noteSocketFailure(_ number: Int32) { socketFailure = number }

    // MARK: answer

    func receiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
        guard !isHeadDone else { return line.count }
        headBytes += line.count
        guard headBytes <= CurlTransfer.maxHeadBytes else { return 0 }
        if phase != .receiving { loop.scheduleDeadline(of: self) }
        enter(.receiving)
        loop.scheduleDeadline(of: self)
        var end = line.count
        while end > 0, line[end - 1] == 10 || line[end - 1] == 13 { end -= 1 }
        let content = UnsafeRawBufferPointer(rebasing: line[..<end])
        if content.isEmpty { return headEnded() ? line.count : 0 }
        if content.starts(with: "HTTP/".utf8) {
            headers = []
            status = CurlTransfer.statusCode(of: content)
        } else if let colon = content.firstIndex(of: UInt8(ascii: ":")) {
            let value = UnsafeRawBufferPointer(rebasing: content[(colon + 1)...])
            headers.append(
                HTTPClientHeader(
                    String(decoding: content[..<colon], as: UTF8.self),
                    String(decoding: CurlTransfer.trimmed(value), as: UTF8.self)))
        }
        return line.count
    }

    private func headEnded() -> Bool {
        guard status >= 200 else { return true }
        isHeadDone = true
        if request.maxRedirects > 0, HTTPRedirect.isRedirect(status),
            headers.contains(where: { $0.name.lowercased() == "location" })
        {
            isRedirecting = true
            return true
        }
        exchange.deliver(
            HTTPExchange.Head(status: status, headers: headers, effectiveURL: CurlTransfer.withoutUserInfo(request.url))
        )
        headers = []
        loop.noteReadable(exchange)
        return true
    }

    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        if isRedirecting {
            discarded += bytes.count
            return discarded <= CurlTransfer.maxRedirectBody ? bytes.count : 0
        }
        switch exchange.append(bytes) {
        case .taken:
            enter(.receiving)
            loop.noteReadable(exchange)
            return bytes.count
        case .paused:
            enter(.paused)
            return Int(CURL_WRITEFUNC_PAUSE)
        case .refused: return 0
        }
    }

    // MARK: end of a leg

    func conclude(_ code: CURLcode) -> Conclusion {
        guard code == CURLE_OK else { return .finished(.failure(error(for: code))) }
        guard isHeadDone else {
            return .finished(
                .failure(error(.protocolViolation, "the peer ended the answer before its head", isRetryable: true)))
        }
        guard isRedirecting, let easy else { return .finished(.success(())) }
        guard redirects < request.maxRedirects else {
            return .finished(
                .failure(error(.tooManyRedirects, "more than \(request.maxRedirects) redirects", isRetryable: false)))
        }
        guard let target = ccurl_info_string(easy, CURLINFO_REDIRECT_URL).map({ String(cString: $0) }),
            let next = HTTPOrigin(url: target), next.scheme == "http" || next.scheme == "https"
        else {
            return .finished(
                .failure(error(.protocolViolation, "a redirect leads to no usable URL", isRetryable: false)))
        }
        redirects += 1
        let redirect = HTTPRedirect(
            status: status, method: request.method, headers: request.headers, isSameOrigin: next == origin)
        request.url = target
        request.method = redirect.method
        request.headers = redirect.headers
        if !redirect.keepsBody {
            body?.deallocate()
            body = nil
        }
        headBytes = 0
        isHeadDone = false
        isRedirecting = false
        discarded = 0
        refusedAddress = nil
        socketFailure = 0
        return .redirected
    }

    func error(_ code: HTTPClientError.Code, _ reason: String, isRetryable: Bool) -> HTTPClientError {
        let place = origin.map { " (\($0))" } ?? ""
        return HTTPClientError(code, reason + place, isRetryable: isRetryable, requestMayHaveBeenSent: wasSent)
    }

    private func error(for code: CURLcode) -> HTTPClientError {
        if let refusedAddress, code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK {
            return error(.addressRefused, "connecting to \(refusedAddress) is not allowed", isRetryable: false)
        }
        if code == CURLE_COULDNT_CONNECT, socketFailure != 0 {
            let reason = String(cString: strerror(socketFailure))
            return error(.resources, "no socket can be opened: \(reason)", isRetryable: true)
        }
        if code == CURLE_WRITE_ERROR, isRedirecting {
            return error(.protocolViolation, "a redirect with an endless body", isRetryable: false)
        }
        if code == CURLE_WRITE_ERROR, headBytes > CurlTransfer.maxHeadBytes {
            return error(.protocolViolation, "the head of the answer is too large", isRetryable: false)
        }
        let detail = errorText[0] != 0 ? String(cString: errorText) : String(cString: ccurl_easy_strerror(code))
        let (kind, isRetryable) = CurlTransfer.meaning(of: code, wasSent: wasSent)
        return error(kind, detail, isRetryable: isRetryable)
    }
}

extension CurlTransfer {
    // MARK: setting up

    /// Sets the easy handle up for the next leg.
    func prepare() -> HTTPClientError? {
        guard let handle = easy ?? ccurl_easy_init() else {
            return error(.resources, "libcurl has no memory", isRetryable: true)
        }
        let isFirst = easy == nil
        easy = handle
        origin = HTTPOrigin(url: request.url)
        guard let origin, origin.scheme == "http" || origin.scheme == "https" else {
            return error(.invalidRequest, "the URL is not a valid http or https URL", isRetryable: false)
        }
        needsLookup = request.proxy == nil && origin.needsLookup
        ccurl_set_string(handle, CURLOPT_URL, request.url)
        if isFirst { setOnce(handle) }
        setMethod(handle)
        setHeaders(handle)
        return nil
    }

    private func setOnce(_ handle: UnsafeMutableRawPointer) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_pointer(handle, CURLOPT_PRIVATE, context)
        ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        ccurl_set_header_callback(handle, curlReceiveHeader, context)
        ccurl_set_write_callback(handle, curlReceiveBody, context)
        ccurl_set_opensocket_callback(handle, curlOpenSocket, context)
        ccurl_set_prereq_callback(handle, curlBeforeRequest, context)
        ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        // Without it, dropping a transfer waits for its name lookup to end: one dead name server would stop all traffic.
        ccurl_set_long(handle, CURLOPT_QUICK_EXIT, 1)
        ccurl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_set_string(handle, CURLOPT_PROXY, request.proxy ?? "")
        ccurl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        ccurl_set_long(
            handle, CURLOPT_CONNECTTIMEOUT_MS, Int(max(1, request.connectTimeout.clampedNanoseconds / 1_000_000)))
        ccurl_set_long(handle, CURLOPT_UPLOAD_BUFFERSIZE, 16 * 1024)
        ccurl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1)
        if request.acceptsCompression { ccurl_set_string(handle, CURLOPT_ACCEPT_ENCODING, "") }
        if let file = loop.configuration.certificateFile { ccurl_set_string(handle, CURLOPT_CAINFO, file) }
        if let bytes = request.body {
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
            copy.copyBytes(from: bytes)
            body = copy
            ccurl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, Int64(bytes.count))
            request.body = nil
        }
    }

    private func setMethod(_ handle: UnsafeMutableRawPointer) {
        ccurl_set_long(handle, CURLOPT_NOBODY, 0)
        ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, nil)
        if let body {
            ccurl_set_long(handle, CURLOPT_POST, 1)
            ccurl_set_pointer(handle, CURLOPT_POSTFIELDS, body.baseAddress)
            if request.method != "POST" { ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, request.method) }
            return
        }
        ccurl_set_long(handle, CURLOPT_HTTPGET, 1)
        switch request.method {
        case "GET": break
        case "HEAD": ccurl_set_long(handle, CURLOPT_NOBODY, 1)
        case "POST", "PUT", "PATCH":
            // An empty body, so that the length is stated.
            ccurl_set_long(handle, CURLOPT_POST, 1)
            ccurl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, 0)
            ccurl_set_string(handle, CURLOPT_COPYPOSTFIELDS, "")
            ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, request.method)
        default: ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, request.method)
        }
    }

    private func setHeaders(_ handle: UnsafeMutableRawPointer) {
        var list: UnsafeMutablePointer<curl_slist>?
        var hasContentType = false
        for header in request.headers {
            let name = header.name.lowercased()
            // Framing is libcurl's affair.
            if name == "content-length" || name == "transfer-encoding" || name == "expect" { continue }
            if name == "content-type" { hasContentType = true }
            list = ccurl_slist_append(
                list, header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
        }
        if !hasContentType { list = ccurl_slist_append(list, "Content-Type:") }
        list = ccurl_slist_append(list, "Expect:")
        ccurl_set_pointer(handle, CURLOPT_HTTPHEADER, list)
        ccurl_slist_free(headerList)
        headerList = list
    }

    // MARK: pure helpers

    fileprivate static func statusCode(of line: UnsafeRawBufferPointer) -> Int {
        guard let space = line.firstIndex(of: 0x20) else { return 0 }
        return line[(space + 1)...].prefix(3).reduce(0) { $0 * 10 + Int($1 &- 0x30) }
    }

    fileprivate static func trimmed(_ bytes: UnsafeRawBufferPointer) -> Slice<UnsafeRawBufferPointer> {
        var slice = bytes[...]
        while let first = slice.first, first == 0x20 || first == 0x09 { slice = slice.dropFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice = slice.dropLast() }
        return slice
    }

    static func withoutUserInfo(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        let rest = url[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let at = authority.lastIndex(of: "@") else { return url }
        return String(url[..<scheme.upperBound]) + rest[rest.index(after: at)...]
    }

    private static func meaning(of code: CURLcode, wasSent: Bool) -> (HTTPClientError.Code, isRetryable: Bool) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: (.dns, true)
        case CURLE_COULDNT_CONNECT: (.refused, true)
        case CURLE_OPERATION_TIMEDOUT: (wasSent ? .totalTimeout : .connectTimeout, true)
        case CURLE_SSL_CONNECT_ERROR: (.tls, true)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_INITFAILED:
            (.tls, false)
        case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING: (.reset, true)
        case CURLE_HTTP2, CURLE_HTTP2_STREAM: (.protocolViolation, true)
        case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT: (.invalidRequest, false)
        case CURLE_UNSUPPORTED_PROTOCOL: (wasSent ? .protocolViolation : .invalidRequest, false)
        case CURLE_OUT_OF_MEMORY: (.resources, true)
        default: (.protocolViolation, false)
        }
    }
}

extension Duration {
    /// Nanoseconds, limited to a century, so that adding a clock's value never overflows.
    var clampedNanoseconds: Int64 {
        let seconds = min(max(components.seconds, 0), 3_155_760_000)
        return seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
