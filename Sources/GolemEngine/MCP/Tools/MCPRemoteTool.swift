// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// A tool of an MCP server as the agent calls it.
struct MCPRemoteTool: Tool {
    /// What to do with a live connection; errors are `MCPError`.
    typealias Body = @Sendable (any MCPConnection, JSONValue, MCPCallTerms) async throws(MCPError) -> ToolResult

    let definition: ToolDefinition
    let aliases: [String]
    let hasSideEffects: Bool
    /// The name that the server knows, or the one that Golem gave to a way of reading from it.
    let name: String
    /// Whether the server says that it changes nothing.
    let isReadOnly: Bool
    let timeLimit: Duration?
    private let server: MCPServer
    private let body: Body

    init(_ tool: MCPTool, of server: MCPServer) {
        let name = tool.name
        self.init(
            name: name,
            description: tool.description.isEmpty ? (tool.title.isEmpty ? name : tool.title) : tool.description,
            schema: Self.schema(tool.inputSchema), isReadOnly: tool.isReadOnly,
            hasSideEffects: !tool.isReadOnly && !tool.isIdempotent, of: server
        ) { connection, arguments, terms throws(MCPError) in
            MCPResultText.result(
                try await connection.call(
                    name, arguments, timeout: terms.timeout, onProgress: terms.onProgress))
        }
    }

    init(
        name: String, description: String, schema: JSONValue, isReadOnly: Bool, hasSideEffects: Bool,
        of server: MCPServer, _ body: @escaping Body
    ) {
        definition = ToolDefinition(
            name: MCPToolName.forModel(server: server.name, tool: name), description: description, parameters: schema)
        aliases = [MCPToolName.dotted(server: server.name, tool: name)]
        self.hasSideEffects = hasSideEffects
        self.name = name
        self.isReadOnly = isReadOnly
        // A call may wait for a place first, for a new connection, and tell for long how far it is.
        timeLimit = server.settings.callTimeout + server.settings.connectTimeout + server.settings.callCeiling
        self.server = server
        self.body = body
    }

    func call(_ arguments: JSONValue, context: ToolContext) async -> ToolResult {
        let caller = MCPCaller(tool: definition.name, context: context)
        return await server.call(name, for: caller, isRepeatable: !hasSideEffects) {
            [body] connection, terms throws(MCPError) in
            try await body(connection, arguments, terms)
        }
    }

    /// The schema as the server gave it; model APIs want an object schema, whatever a server calls one.
    private static func schema(_ given: JSONValue) -> JSONValue {
        guard var members = given.objectValue else { return ["type": "object", "properties": [:]] }
        if members["type"] == nil { members["type"] = "object" }
        if members["properties"] == nil { members["properties"] = [:] }
        return .object(members)
    }
}
