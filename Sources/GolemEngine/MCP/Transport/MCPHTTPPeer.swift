// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials

/// What both HTTP transports share: how requests look, and what refusals mean.
struct MCPHTTPPeer: Sendable {
    /// How long a message that is no request may take to be accepted.
    private static let noticeTimeout = Duration.seconds(10)
    /// Names that the transports set themselves.
    private static let reserved: Set<String> = [
        "accept", "content-type", "content-length", "last-event-id", "mcp-method", "mcp-name", "mcp-protocol-version",
        "mcp-session-id",
    ]

    let http: HTTPClient
    let limits: MCPLimits
    private let headers: [HTTPClientHeader]

    init(http: HTTPClient, headers: [String: String], limits: MCPLimits) {
        self.http = http
        self.limits = limits
        self.headers = headers.filter { !Self.reserved.contains($0.key.lowercased()) }
            .sorted { $0.key < $1.key }.map { HTTPClientHeader($0.key, $0.value) }
    }

    /// A POST with a message.
    func post(_ message: MCPOutgoing, to url: String, session: String? = nil) -> HTTPClientRequest {
        var fields = headers
        fields.append(HTTPClientHeader("Content-Type", "application/json"))
        fields.append(HTTPClientHeader("Accept", "application/json, text/event-stream"))
        fields += Self.fields(message.revision, session)
        if message.revision?.isStateless ?? false {
            fields.append(HTTPClientHeader("Mcp-Method", message.method))
            if let name = message.name { fields.append(HTTPClientHeader("Mcp-Name", MCPHeaderMirror.encoded(name))) }
            fields += message.headers
        }
        var request = HTTPClientRequest(method: "POST", url: url, headers: fields, body: message.body)
        if message.id == nil { request.totalTimeout = Self.noticeTimeout }
        // A subscription is never answered; what bounds it is its silence.
        if message.method == "subscriptions/listen" { request.idleTimeout = limits.streamSilence }
        request.cancellation = message.cancellation
        return request
    }

    /// A GET that opens a stream, or goes on with one.
    func get(
        _ url: String, _ revision: MCPRevision? = nil, session: String? = nil, lastEventID: String = ""
    ) -> HTTPClientRequest {
        var fields = headers
        fields.append(HTTPClientHeader("Accept", "text/event-stream"))
        fields += Self.fields(revision, session)
        if !lastEventID.isEmpty { fields.append(HTTPClientHeader("Last-Event-ID", lastEventID)) }
        return HTTPClientRequest(url: url, headers: fields, firstByteTimeout: .seconds(60))
    }

    /// A DELETE that ends a session.
    func delete(_ url: String, _ revision: MCPRevision?, session: String) -> HTTPClientRequest {
        HTTPClientRequest(
            method: "DELETE", url: url, headers: headers + Self.fields(revision, session), connectTimeout: .seconds(1),
            totalTimeout: .seconds(2))
    }

    /// Sends; errors come as `MCPError`.
    func send(_ request: HTTPClientRequest) async throws(MCPError) -> HTTPClientResponse {
        do throws(HTTPClientError) {
            return try await http.send(request)
        } catch {
            throw Self.error(error)
        }
    }

    /// What a broken transfer means.
    static func error(_ error: HTTPClientError) -> MCPError {
        let code =
            switch error.code {
            case .cancelled: "cancelled"
            case .reset, .idleTimeout: "closed"
            case .firstByteTimeout, .totalTimeout: "timeout"
            case .protocolViolation: "protocol"
            case .misuse, .invalidRequest: "misuse"
            default: "connect_failed"
            }
        return MCPError(code, error.message, mayHaveRun: error.requestMayHaveBeenSent)
    }

    /// What a status means that is no success, without regard to its body.
    static func error(status: Int) -> MCPError {
        var error: MCPError
        switch status {
        case 401:
            error = MCPError(
                "unauthorized",
                "the server wants authorization (401): set its header Authorization, for example to \"Bearer TOKEN\"",
                mayHaveRun: false, endsConnection: true)
        case 403:
            error = MCPError(
                "unauthorized", "the server forbids this (403): the header Authorization may lack a permission",
                mayHaveRun: false)
        case 404: error = MCPError("protocol", "there is no MCP server at this URL (404)", mayHaveRun: false)
        case 405:
            error = MCPError(
                "protocol", "the server takes no messages at this URL (405); an older one may want transport http_sse",
                mayHaveRun: false)
        case 429, 503:
            error = MCPError("connect_failed", "the server is too busy (\(status))", mayHaveRun: false)
        case 500...: error = MCPError("connect_failed", "the server failed (\(status))")
        default: error = MCPError("protocol", "the server refused the message (\(status))", mayHaveRun: false)
        }
        error.httpStatus = status
        return error
    }

    /// Whether two URLs have the same scheme, host and port; libcurl must be loaded.
    static func isSameOrigin(_ left: String, _ right: String) -> Bool {
        guard let left = HTTPOrigin(url: left) else { return false }
        return left == HTTPOrigin(url: right)
    }

    /// A URL that another one refers to.
    static func resolve(_ reference: String, against base: String) -> String? {
        URL(string: base).flatMap { URL(string: reference, relativeTo: $0)?.absoluteURL.absoluteString }
    }

    /// The type of a body in lower case, without parameters.
    static func type(of response: HTTPClientResponse) -> String {
        let type = response.header("Content-Type") ?? ""
        return String(type.prefix { $0 != ";" }).trimmed.lowercased()
    }

    private static func fields(_ revision: MCPRevision?, _ session: String?) -> [HTTPClientHeader] {
        var fields: [HTTPClientHeader] = []
        if let revision, revision.hasVersionHeader {
            fields.append(HTTPClientHeader("MCP-Protocol-Version", revision.rawValue))
        }
        if let session { fields.append(HTTPClientHeader("Mcp-Session-Id", session)) }
        return fields
    }
}
