// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Why a request head is refused, as a thrown or returned value.
struct HeadError: Error, Equatable {
    let reason: HTTPRefusal.Reason

    static func bad(_ text: String) -> HeadError { HeadError(reason: .badRequest(text)) }
}

/// What libmicrohttpd made of a request head, before any rule is applied.
struct RawRequestHead {
    var method = ""
    var target: [UInt8] = []
    var version = ""
    var fields: [(name: [UInt8], value: [UInt8])] = []
    /// Bytes from the method to the empty line.
    var size = 0
    /// Whether the received bytes were exactly request line and field lines, each ended by CRLF: false after a bare
    /// LF, a folded line, a NUL or extra blanks in the request line.
    var isCanonical = true
}

/// A request head that passed the rules on which all recipients of a message must agree (RFC 9112, sections 3, 5, 6, 11.2).
///
/// libmicrohttpd 0.9.75 lets all of these pass: Content-Length with Transfer-Encoding, differing lengths, folded
/// lines, bare LF, two Hosts, unknown transfer codings.
struct RequestHead {
    let method: String
    let target: RequestTarget
    let fields: HTTPFields
    /// The announced length of the body; nil when it is chunked.
    let contentLength: Int?

    /// Applies the rules.
    static func check(_ raw: RawRequestHead, limits: HTTPServerLimits) -> Result<RequestHead, HeadError> {
        do throws(HeadError) {
            guard raw.size <= limits.maxHeaderBytes else {
                throw HeadError(reason: .headersTooLarge(limit: limits.maxHeaderBytes))
            }
            guard HTTPSyntax.isToken(raw.method.utf8) else { throw .bad("the method is not a token") }
            guard raw.isCanonical else {
                throw .bad("the request head has a folded line, a bare line feed, a NUL or stray blanks")
            }
            let target = try RequestTarget.parse(raw.target).get()
            let fields = try fields(raw.fields)
            try checkHost(fields, isRequired: raw.version == "HTTP/1.1")
            let length = try bodyLength(fields, version: raw.version, limits: limits)
            let expectations = fields.all("Expect")
            guard expectations.allSatisfy({ HTTPFields.isSameName($0, "100-continue") }) else {
                throw HeadError(reason: .expectationFailed)
            }
            return .success(
                RequestHead(method: raw.method, target: target, fields: fields, contentLength: length))
        } catch {
            return .failure(error)
        }
    }

    /// The fields as text, whatever the rules say of them, for the refusal.
    static func lenientFields(_ raw: RawRequestHead) -> HTTPFields {
        HTTPFields(raw.fields.map { (text($0.name), text(trimmed($0.value))) })
    }

    private static func fields(_ raw: [(name: [UInt8], value: [UInt8])]) throws(HeadError) -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in raw {
            // A blank before the colon is part of the name here, and no token.
            guard HTTPSyntax.isToken(name) else { throw .bad("a header field name is not a token") }
            guard HTTPSyntax.isFieldValue(value) else { throw .bad("a header field holds a control character") }
            let field = HTTPFields.Field(name: text(name), value: text(trimmed(value)))
            if HTTPFields.isSameName(field.name, "Transfer-Encoding"), field.value.utf8.count != value.count {
                // libmicrohttpd compares the untrimmed value: it would read until the connection closes.
                throw .bad("a blank follows the value of Transfer-Encoding")
            }
            fields.append(field.name, field.value)
        }
        return fields
    }

    private static func checkHost(_ fields: HTTPFields, isRequired: Bool) throws(HeadError) {
        let hosts = fields.all("Host")
        guard hosts.count <= 1 else { throw .bad("there is more than one Host field") }
        guard let host = hosts.first else {
            if isRequired { throw .bad("the Host field is missing") }
            return
        }
        guard HTTPSyntax.isHost(host) else { throw .bad("the Host field is malformed") }
    }

    private static func bodyLength(
        _ fields: HTTPFields, version: String, limits: HTTPServerLimits
    ) throws(HeadError) -> Int? {
        let lengths = fields.all("Content-Length")
        let codings = fields.all("Transfer-Encoding")
        guard lengths.isEmpty || codings.isEmpty else {
            throw .bad("Content-Length and Transfer-Encoding exclude each other")
        }
        guard lengths.count <= 1 else { throw .bad("there is more than one Content-Length field") }
        if let coding = codings.first {
            guard codings.count == 1, HTTPFields.isSameName(coding, "chunked") else {
                throw HeadError(reason: .notImplementedTransferEncoding(codings.joined(separator: ", ")))
            }
            guard version == "HTTP/1.1" else { throw .bad("Transfer-Encoding needs HTTP/1.1") }
            return nil
        }
        guard let text = lengths.first else { return 0 }
        guard !text.isEmpty, text.utf8.allSatisfy(HTTPSyntax.isDigit) else {
            throw .bad("Content-Length is not a number")
        }
        guard let length = Int(text), length <= limits.maxBodyBytes else {
            throw HeadError(reason: .bodyTooLarge(limit: limits.maxBodyBytes))
        }
        return length
    }

    private static func trimmed(_ value: [UInt8]) -> [UInt8] {
        var slice = value[...]
        while let last = slice.last, last == 0x20 || last == 0x09 { slice.removeLast() }
        while let first = slice.first, first == 0x20 || first == 0x09 { slice.removeFirst() }
        return Array(slice)
    }

    /// UTF-8, or Latin-1 where it is not: field values are bytes to HTTP.
    private static func text(_ bytes: [UInt8]) -> String {
        String(validating: bytes, as: UTF8.self) ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
