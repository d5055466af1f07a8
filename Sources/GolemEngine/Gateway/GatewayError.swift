// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A request that the gateway does not carry out, as status and `{"code","message","request_id"}`.
package struct GatewayError: Error, Sendable, Equatable {
    /// The status code.
    package let status: Int
    /// A stable name for programs, for example `bad_request`.
    package let code: String
    /// One sentence for people.
    package let message: String
    /// Fields that belong to the status, such as `Allow`.
    package let headers: HTTPFields

    package init(status: Int, code: String, message: String, headers: HTTPFields = HTTPFields()) {
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers
    }

    /// Whether the same request may succeed later.
    package var isRetryable: Bool { status == 408 || status == 503 }

    /// 400: the request cannot be understood.
    package static func badRequest(_ message: String) -> GatewayError {
        GatewayError(status: 400, code: "bad_request", message: message)
    }

    /// 401: the bearer token is missing or wrong.
    package static func unauthorized(_ verdict: GatewayAuth.Verdict) -> GatewayError {
        // RFC 6750 section 3: no error code when no credentials came.
        let challenge =
            verdict == .missing ? "Bearer realm=\"golem\"" : "Bearer realm=\"golem\", error=\"invalid_token\""
        return GatewayError(
            status: 401, code: "unauthorized", message: "missing or invalid bearer token",
            headers: HTTPFields([("WWW-Authenticate", challenge)]))
    }

    /// 403: the request comes from another site, or over a foreign name.
    package static func forbidden(_ message: String) -> GatewayError {
        GatewayError(status: 403, code: "forbidden", message: message)
    }

    /// 404: no such path.
    package static let notFound = GatewayError(status: 404, code: "not_found", message: "no such path")

    /// 405: the path has other methods.
    package static func methodNotAllowed(allow: [String]) -> GatewayError {
        GatewayError(
            status: 405, code: "method_not_allowed", message: "method not allowed",
            headers: HTTPFields([("Allow", allow.joined(separator: ", "))]))
    }

    /// 415: the body is not stated to be JSON.
    package static let unsupportedMediaType = GatewayError(
        status: 415, code: "unsupported_media_type", message: "Content-Type must be application/json")

    /// 500: something failed here; the detail is in the log only.
    package static let internalError = GatewayError(
        status: 500, code: "internal_error", message: "internal error")

    /// 503: too much to do; try again in so many seconds.
    package static func busy(_ message: String, retryAfter seconds: Int) -> GatewayError {
        GatewayError(
            status: 503, code: "unavailable", message: message,
            headers: HTTPFields([("Retry-After", "\(max(1, seconds))")]))
    }

    /// What the server refused before the gateway saw it.
    package init(_ refusal: HTTPRefusal) {
        let code =
            switch refusal.reason {
            case .badRequest, .expectationFailed: "bad_request"
            case .timeout: "request_timeout"
            case .bodyTooLarge: "body_too_large"
            case .headersTooLarge: "headers_too_large"
            case .notImplementedTransferEncoding: "not_implemented"
            case .stopping: "unavailable"
            }
        self.init(status: refusal.status, code: code, message: refusal.message)
    }

    /// The response, with the request's id in the body and as a field.
    package func response(requestID: String) -> HTTPServerResponse {
        var fields = headers
        fields.append("Content-Type", "application/json")
        fields.append("Cache-Control", "no-store")
        fields.append(RequestIDRules.fieldName, requestID)
        // Sorted keys are the order of the contract: code, message, request_id.
        let body: JSONValue = [
            "code": .string(code), "message": .string(message), "request_id": .string(requestID),
        ]
        return HTTPServerResponse(status: status, headers: fields, body: .bytes(body.bytes + [0x0A]))
    }

    /// The response to a request that the server refused: with the id that came with it, if that is valid.
    package static func response(to refusal: HTTPRefusal, makeID: () -> String) -> HTTPServerResponse {
        let id: String
        if case .valid(let given) = RequestIDRules.check(refusal.headers) { id = given } else { id = makeID() }
        return GatewayError(refusal).response(requestID: id)
    }
}
