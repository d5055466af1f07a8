// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A message to the server, encoded.
struct MCPOutgoing: Sendable {
    /// One line of JSON with its line feed.
    var body: [UInt8]
    /// The id, if it is a request.
    var id: Int64?
    var method: String
    /// For HTTP's `Mcp-Name`.
    var name: String?
    /// More HTTP headers.
    var headers: [HTTPClientHeader] = []
    /// The revision in use; nil before there is one.
    var revision: MCPRevision?
    /// Ends the transfer of an HTTP request from outside.
    var cancellation: HTTPClientCancellation?
}

/// Encodes messages in one pass.
enum MCPEncoder {
    static func request(
        _ request: MCPRequest, id: Int64, revision: MCPRevision?, client: MCPClientIdentity
    ) -> MCPOutgoing {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.member("jsonrpc", "2.0")
        json.key("id")
        json.integer(id)
        json.member("method", request.method)
        json.key("params")
        json.beginObject()
        request.params(&json)
        writeMetadata(&json, token: request.wantsProgress ? id : nil, revision, client)
        json.endObject()
        json.endObject()
        json.lineFeed()
        return MCPOutgoing(
            body: json.bytes, id: id, method: request.method, name: request.name, headers: request.headers,
            revision: revision)
    }

    static func notification(
        _ method: String, revision: MCPRevision?, _ params: (inout JSONWriter) -> Void = { _ in }
    ) -> MCPOutgoing {
        var json = JSONWriter(capacity: 128)
        json.beginObject()
        json.member("jsonrpc", "2.0")
        json.member("method", method)
        json.key("params")
        json.beginObject()
        params(&json)
        json.endObject()
        json.endObject()
        json.lineFeed()
        return MCPOutgoing(body: json.bytes, method: method, revision: revision)
    }

    /// The answer to a request of the server.
    static func response(
        to id: JSONValue, _ answer: MCPAnswer, revision: MCPRevision?
    ) -> MCPOutgoing {
        var json = JSONWriter(capacity: 128)
        json.beginObject()
        json.member("jsonrpc", "2.0")
        json.key("id")
        json.value(id)
        switch answer {
        case .result(let result):
            json.key("result")
            json.value(result)
        case .error(let code, let message):
            json.key("error")
            json.beginObject()
            json.key("code")
            json.integer(code)
            json.member("message", message)
            json.endObject()
        }
        json.endObject()
        json.lineFeed()
        return MCPOutgoing(body: json.bytes, method: "", revision: revision)
    }

    private static func writeMetadata(
        _ json: inout JSONWriter, token: Int64?, _ revision: MCPRevision?, _ client: MCPClientIdentity
    ) {
        let isStateless = revision?.isStateless ?? false
        guard isStateless || token != nil else { return }
        json.key("_meta")
        json.beginObject()
        if let token {
            json.key("progressToken")
            json.integer(token)
        }
        if isStateless, let revision {
            json.member("io.modelcontextprotocol/protocolVersion", revision.rawValue)
            json.key("io.modelcontextprotocol/clientInfo")
            client.writeInfo(&json)
            json.key("io.modelcontextprotocol/clientCapabilities")
            client.writeCapabilities(&json, revision)
            json.member("io.modelcontextprotocol/logLevel", "warning")
        }
        json.endObject()
    }
}

/// What Golem answers to a request of the server.
enum MCPAnswer: Sendable, Equatable {
    case result(JSONValue)
    case error(Int64, String)
}
