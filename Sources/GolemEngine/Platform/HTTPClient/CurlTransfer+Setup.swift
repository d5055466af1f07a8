// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CCurl

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
        // Over HTTP/2, libcurl 7.88 loses wake-ups when several streams of one connection pause and go on: four large
        // bodies read side by side hung in half of the runs.
        ccurl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        ccurl_set_string(handle, CURLOPT_PROXY, request.proxy ?? "")
        ccurl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        ccurl_set_long(
            handle, CURLOPT_CONNECTTIMEOUT_MS, Int(max(1, request.connectTimeout.clampedNanoseconds / 1_000_000)))
        ccurl_set_long(handle, CURLOPT_UPLOAD_BUFFERSIZE, 16 * 1024)
        // Each transfer has one from its start on; most of them wait for a model that writes little and slowly.
        ccurl_set_long(handle, CURLOPT_BUFFERSIZE, 4 * 1024)
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

    static func statusCode(of line: UnsafeRawBufferPointer) -> Int {
        guard let space = line.firstIndex(of: 0x20) else { return 0 }
        return line[(space + 1)...].prefix(3).reduce(0) { $0 * 10 + Int($1 &- 0x30) }
    }

    static func trimmed(_ bytes: UnsafeRawBufferPointer) -> Slice<UnsafeRawBufferPointer> {
        var slice = bytes[...]
        while let first = slice.first, first == 0x20 || first == 0x09 { slice = slice.dropFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice = slice.dropLast() }
        return slice
    }

    static func withoutUserInfo(_ url: String) -> String {
        guard url.utf8.contains(UInt8(ascii: "@")), let scheme = url.firstRange(of: "://") else { return url }
        let rest = url[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let at = authority.lastIndex(of: "@") else { return url }
        return String(url[..<scheme.upperBound]) + rest[rest.index(after: at)...]
    }

    static func meaning(of code: CURLcode, wasSent: Bool) -> (HTTPClientError.Code, isRetryable: Bool) {
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
