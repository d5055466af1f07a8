// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A request to make: what it asks for, without id and metadata.
struct MCPRequest: Sendable {
    var method: String
    /// The tool, prompt or resource that it is about, for HTTP's `Mcp-Name`.
    var name: String?
    /// HTTP headers that mirror arguments (`x-mcp-header`).
    var headers: [HTTPClientHeader] = []
    /// Whether the server may tell how far it is.
    var wantsProgress = false
    /// Writes the members of `params`.
    var params: @Sendable (inout JSONWriter) -> Void = { _ in }

    static let ping = MCPRequest(method: "ping")
    static let discover = MCPRequest(method: "server/discover")

    static func initialize(_ revision: MCPRevision, client: MCPClientIdentity) -> MCPRequest {
        MCPRequest(method: "initialize") { json in
            json.member("protocolVersion", revision.rawValue)
            json.key("capabilities")
            client.writeCapabilities(&json, revision)
            json.key("clientInfo")
            client.writeInfo(&json)
        }
    }

    static func list(_ method: String, cursor: String?) -> MCPRequest {
        MCPRequest(method: method) { json in if let cursor { json.member("cursor", cursor) } }
    }

    static func callTool(_ tool: String, _ arguments: JSONValue, headers: [HTTPClientHeader]) -> MCPRequest {
        MCPRequest(method: "tools/call", name: tool, headers: headers, wantsProgress: true) { json in
            json.member("name", tool)
            json.key("arguments")
            json.value(arguments)
        }
    }

    static func readResource(_ uri: String) -> MCPRequest {
        MCPRequest(method: "resources/read", name: uri) { json in json.member("uri", uri) }
    }

    static func getPrompt(_ name: String, _ arguments: [String: String]) -> MCPRequest {
        MCPRequest(method: "prompts/get", name: name) { json in
            json.member("name", name)
            json.key("arguments")
            json.value(.object(arguments.mapValues { .string($0) }))
        }
    }

    /// Which changes a server without handshake is to tell.
    static func listen(tools: Bool, resources: Bool, prompts: Bool) -> MCPRequest {
        MCPRequest(method: "subscriptions/listen") { json in
            json.key("notifications")
            json.beginObject()
            for (name, isWanted) in [
                ("toolsListChanged", tools), ("resourcesListChanged", resources), ("promptsListChanged", prompts),
            ] where isWanted {
                json.key(name)
                json.bool(true)
            }
            json.endObject()
        }
    }

    /// The same request again, with what the server asked for.
    func answering(_ responses: [String: JSONValue], state: String?) -> MCPRequest {
        var request = self
        let before = params
        request.params = { json in
            before(&json)
            if !responses.isEmpty {
                json.key("inputResponses")
                json.value(.object(responses))
            }
            if let state { json.member("requestState", state) }
        }
        return request
    }
}

/// How Golem presents itself to servers.
struct MCPClientIdentity: Sendable {
    var name = "golem"
    var version: String

    func writeInfo(_ json: inout JSONWriter) {
        json.beginObject()
        json.member("name", name)
        json.member("version", version)
        json.endObject()
    }

    /// Questions to people, as far as the revision has them; no model, no folders.
    func writeCapabilities(_ json: inout JSONWriter, _ revision: MCPRevision) {
        json.beginObject()
        if revision.hasElicitation {
            json.key("elicitation")
            json.beginObject()
            // Revisions before the page mode have one mode and no names for it.
            for mode in revision.hasURLElicitation ? ["form", "url"] : [] {
                json.key(mode)
                json.beginObject()
                json.endObject()
            }
            json.endObject()
        }
        json.endObject()
    }
}
