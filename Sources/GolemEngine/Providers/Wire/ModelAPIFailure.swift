// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Turns what APIs and connections say about a failure into the provider's error codes.
enum ModelAPIFailure {
    static let cancelled = ProviderError(code: "cancelled", message: "the model call was cancelled", isRetryable: false)

    /// The error behind an answer with an error status.
    static func error(provider: String, status: Int, body: [UInt8], retryAfter: Duration?) -> ProviderError {
        let (parsed, description) = describe(body)
        let (code, isRetryable) = classify(status: status, kind: parsed?.kind ?? "", text: parsed?.message ?? "")
        return ProviderError(
            code: code, message: "\(provider) answered \(status): \(description)", isRetryable: isRetryable,
            retryAfter: retryAfter)
    }

    /// The error that an API reports within an answer; the message is to follow the provider's name.
    ///
    /// Nil when the value holds none.
    static func error(within answer: JSONValue, hadFirstToken: Bool) -> ProviderError? {
        guard let reported = ReportedError(answer) else { return nil }
        let (code, isRetryable) = classify(
            status: reported.status ?? statuses[reported.kind] ?? 500, kind: reported.kind, text: reported.message)
        return ProviderError(
            code: code, message: "reported: \(clean(reported.message))", isRetryable: isRetryable && !hadFirstToken,
            hadFirstToken: hadFirstToken)
    }

    /// The error behind a failed transfer.
    static func error(provider: String, transport: HTTPClientError, hadFirstToken: Bool) -> ProviderError {
        let code =
            switch transport.code {
            case .dns, .refused, .tls, .connectTimeout, .addressRefused, .libraryMissing, .resources: "connect"
            case .firstByteTimeout: hadFirstToken ? "timeout_idle" : "timeout_first_token"
            case .idleTimeout: "timeout_idle"
            case .totalTimeout: "timeout_total"
            case .reset: "incomplete"
            case .cancelled: "cancelled"
            case .invalidRequest, .misuse: "bad_request"
            case .protocolViolation, .tooManyRedirects: "bad_answer"
            }
        return ProviderError(
            code: code, message: "\(provider): \(transport.message)",
            isRetryable: transport.isRetryable && !hadFirstToken, hadFirstToken: hadFirstToken)
    }

    /// A short text for a body that should have been something else.
    static func summary(of body: [UInt8]) -> String { describe(body).description }

    // MARK: reading errors

    private struct ReportedError {
        var message: String
        var kind: String
        var status: Int?

        init?(_ value: JSONValue) {
            // Gemini wraps the error object into an array.
            let value = value.arrayValue?.first ?? value
            guard let error = value["error"], error != .null else { return nil }
            if let message = error.stringValue {
                self.message = message
                kind = ""
                return
            }
            message = error["message"]?.stringValue ?? error.text
            kind = [error["code"], error["type"], error["status"]].compactMap { $0?.stringValue }.joined(separator: " ")
            status = error["code"]?.integerValue.map { Int(clamping: $0) }
        }
    }

    private static func describe(_ body: [UInt8]) -> (ReportedError?, description: String) {
        if let value = try? JSONValue(bytes: body) {
            if let reported = ReportedError(value) { return (reported, clean(reported.message)) }
            if let text = value["message"]?.stringValue ?? value["detail"]?.stringValue { return (nil, clean(text)) }
        }
        let text = String(decoding: body.prefix(2_000), as: UTF8.self)
        guard !text.allSatisfy(\.isWhitespace) else { return (nil, "an empty body") }
        let start = text.drop(while: \.isWhitespace).prefix(15).lowercased()
        if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") { return (nil, "an HTML page") }
        return (nil, clean(text))
    }

    /// One line of at most 300 characters without control characters.
    private static func clean(_ text: String) -> String {
        let words = text.prefix(2_000).split { $0.isWhitespace || $0.unicodeScalars.contains { $0.value < 0x20 } }
        let line = words.joined(separator: " ")
        return line.count <= 300 ? line : line.prefix(299) + "…"
    }

    // MARK: meaning

    private static let statuses = [
        "overloaded_error": 529, "rate_limit_error": 429, "api_error": 500, "invalid_request_error": 400,
        "authentication_error": 401, "permission_error": 403, "not_found_error": 404, "request_too_large": 413,
        "timeout_error": 504, "rate_limit_exceeded": 429, "insufficient_quota": 429, "server_error": 500,
    ]

    private static let contextPhrases = [
        "context length", "context_length", "context window", "prompt is too long", "input is too long",
        "too many tokens", "maximum number of tokens", "exceeds the maximum number of tokens",
    ]

    private static func classify(status: Int, kind: String, text: String) -> (code: String, isRetryable: Bool) {
        switch status {
        case 401, 402, 403: return ("unauthorized", false)
        case 404: return ("not_found", false)
        case 413: return ("context_too_long", false)
        case 429:
            // A used-up budget does not come back within a turn.
            return ("rate_limited", !kind.contains("insufficient_quota"))
        case 400, 422:
            let evidence = (kind + " " + text).lowercased()
            return (contextPhrases.contains { evidence.contains($0) } ? "context_too_long" : "bad_request", false)
        case 408, 425: return ("server_error", true)
        case 503, 529: return ("overloaded", true)
        case 500...: return ("server_error", true)
        case 300..<400: return ("bad_answer", false)
        default: return ("bad_request", false)
        }
    }
}
