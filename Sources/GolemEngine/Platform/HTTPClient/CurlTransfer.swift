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
    private static let maxDrained = 64 * 1024
    private static let maxRedirectBody = 1024 * 1024

    let exchange: HTTPClientExchange
    var easy: UnsafeMutableRawPointer?
    var needsLookup = false
    var isAtLookup = false
    var isAdded = false

    unowned let loop: CurlLoop
    var request: HTTPClientRequest
    var origin: HTTPOrigin?
    var headerList: UnsafeMutablePointer<curl_slist>?
    var body: UnsafeMutableRawBufferPointer?
    let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    private var phase = Phase.connecting
    private var phaseStart: Int64
    private var totalDeadline: Int64?
    private var progressDeadline: Int64?
    private var awaitsProgress: Bool
    private var isDraining = false
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

    init(loop: CurlLoop, request: HTTPClientRequest, exchange: HTTPClientExchange, now: Int64) {
        self.loop = loop
        self.request = request
        self.exchange = exchange
        phaseStart = now
        awaitsProgress = request.progressTimeout != nil
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
            case .receiving: awaitsProgress ? nil : request.idleTimeout
            case .paused: nil
            }
        let phaseDeadline = limit.map { phaseStart + $0.clampedNanoseconds }
        return [phaseDeadline, progressDeadline, totalDeadline].compactMap(\.self).min()
    }

    func timeoutError(now: Int64) -> HTTPClientError {
        if let totalDeadline, totalDeadline <= now {
            return error(.totalTimeout, "the whole time for the request is over", isRetryable: true)
        }
        if let progressDeadline, progressDeadline <= now {
            return error(.firstByteTimeout, "the answer made no progress in time", isRetryable: true)
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

    func noteProgress(now: Int64) {
        awaitsProgress = false
        progressDeadline = nil
        if phase == .receiving { enter(.receiving, now: now) }
    }

    /// Moves the deadline for progress a little when what has arrived still waits for a busy reader.
    func giveReaderTime(now: Int64) {
        guard let deadline = progressDeadline, deadline <= now, exchange.bufferedCount > 0 else { return }
        progressDeadline = now + 100_000_000
    }

    /// Swallows a short rest; the exchange is already complete.
    ///
    /// Returns whether the transfer was paused.
    func beginDraining(now: Int64) -> Bool {
        defer { enter(.receiving, now: now) }
        noteProgress(now: now)
        isDraining = true
        totalDeadline = now + 1_000_000_000
        return phase == .paused
    }

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
        if awaitsProgress { progressDeadline = request.progressTimeout.map { phaseStart + $0.clampedNanoseconds } }
        loop.scheduleDeadline(of: self)
        return true
    }

    func noteSocketFailure(_ number: Int32) { socketFailure = number }

    // MARK: answer

    func receiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
        guard !isHeadDone else { return line.count }
        headBytes += line.count
        guard headBytes <= CurlTransfer.maxHeadBytes else { return 0 }
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
            HTTPClientExchange.Head(
                status: status, headers: headers, effectiveURL: CurlTransfer.withoutUserInfo(request.url))
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
        if isDraining {
            discarded += bytes.count
            return discarded <= CurlTransfer.maxDrained ? bytes.count : 0
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
