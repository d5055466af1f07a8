// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// A tool of an MCP server as the agent calls it.
struct MCPRemoteTool: Tool {
    /// What to do with a live connection; errors are `MCPError`.
    typealias Body = @Sendable (any MCPConnection, JSONValue, MCPCallTerms) async throws(MCPError) -> ToolResult

    /// The longest name and description, in bytes.
    private static let nameLimit = 256
    private static let descriptionLimit = 4_096

    private(set) var definition: ToolDefinition
    let aliases: [String]
    var serverName: String? { server.name }
    let hasSideEffects: Bool
    /// The name that the server knows, or the one that Golem gave to a way of reading from it.
    let name: String
    /// Whether the server says that it changes nothing.
    let isReadOnly: Bool
    let timeLimit: Duration?
    private(set) var mostlyWaits = false
    /// Why the model can never get it, whatever else happens; nil when it can.
    var defect: String?
    private let server: MCPServer
    private let body: Body

    /// Makes a tool that gets its name for the model from `named`.
    init(_ tool: MCPTool, of server: MCPServer) {
        let name = tool.name
        var description = tool.description.isEmpty ? (tool.title.isEmpty ? name : tool.title) : tool.description
        description = MCPText.cut(description, Self.descriptionLimit)
        var schema: JSONValue = ["type": "object", "properties": [:]]
        var defect: String?
        do throws(MCPToolSchema.Defect) {
            let read = try MCPToolSchema(tool.inputSchema)
            schema = read.value
            if !read.note.isEmpty { description += "\n" + read.note }
        } catch {
            defect = error.reason
        }
        self.init(
            name: name, modelName: "", description: description, schema: schema, isReadOnly: tool.isReadOnly,
            hasSideEffects: !tool.isReadOnly && !tool.isIdempotent, of: server
        ) { connection, arguments, terms throws(MCPError) in
            let answer = try await connection.call(
                name, arguments, timeout: terms.timeout, onProgress: terms.onProgress)
            return await Offload.run(MCPResultText.approximateSize(answer)) { MCPResultText.result(answer) }
        }
        mostlyWaits = true
        let size = definition.parametersJSON.count
        if size > MCPToolSchema.limit { defect = "its schema has \(size) bytes, more than \(MCPToolSchema.limit)" }
        if name.utf8.count > Self.nameLimit { defect = "its name has more than \(Self.nameLimit) bytes" }
        self.defect = defect
    }

    init(
        name: String, modelName: String, description: String, schema: JSONValue, isReadOnly: Bool,
        hasSideEffects: Bool, of server: MCPServer, _ body: @escaping Body
    ) {
        definition = ToolDefinition(name: modelName, description: description, parameters: schema)
        aliases =
            [MCPToolName.dotted(server: server.name, tool: name)]
            + [MCPToolName.uncut(server: server.name, tool: name)].compactMap { $0 }
        self.hasSideEffects = hasSideEffects
        self.name = name
        self.isReadOnly = isReadOnly
        // A call may wait for a place first, for a new connection, and tell for long how far it is.
        timeLimit = server.settings.callTimeout + server.settings.connectTimeout + server.settings.callCeiling
        self.server = server
        self.body = body
    }

    /// The same tool under another name for the model.
    func named(_ modelName: String) -> MCPRemoteTool {
        var tool = self
        tool.definition.name = modelName
        return tool
    }

    /// The tool that the model cannot get; the first reason that is found counts.
    func refused(_ reason: String) -> MCPRemoteTool {
        var tool = self
        tool.defect = defect ?? reason
        return tool
    }

    func call(_ arguments: JSONValue, context: ToolContext) async -> ToolResult {
        let caller = MCPCaller(tool: definition.name, policyName: policyName, context: context)
        return await server.call(name, for: caller, isRepeatable: !hasSideEffects) {
            [body] connection, terms throws(MCPError) in
            try await body(connection, arguments, terms)
        }
    }
}
