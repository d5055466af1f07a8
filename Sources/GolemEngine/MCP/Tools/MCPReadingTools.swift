// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The ways of reading from an MCP server that has resources or prompts: one tool that lists and one that reads each.
enum MCPReadingTools {
    /// How many entries of a list the model sees.
    static let listLimit = 200

    /// The names of the tools for a server that says this of itself.
    static func names(for info: MCPServerInfo) -> [String] {
        (info.hasResources ? ["list_resources", "read_resource"] : [])
            + (info.hasPrompts ? ["list_prompts", "get_prompt"] : [])
    }

    static func tools(for info: MCPServerInfo, of server: MCPServer) -> [MCPRemoteTool] {
        (info.hasResources ? [listResources(server), readResource(server)] : [])
            + (info.hasPrompts ? [listPrompts(server), getPrompt(server)] : [])
    }

    private static func listResources(_ server: MCPServer) -> MCPRemoteTool {
        reading(
            "list_resources",
            "Lists the resources that the MCP server \(server.name) offers for reading, and templates of their URIs.",
            of: server
        ) { connection, _, _ throws(MCPError) in
            let resources = try await connection.resources()
            let templates = try await connection.resourceTemplates()
            func line(_ uri: String, _ name: String, _ type: String, _ description: String) -> String {
                "\(uri)\(type.isEmpty ? "" : " (\(type))"): \(name)\(about(description))"
            }
            return list(
                templates.map { "template " + line($0.uriTemplate, $0.name, $0.mimeType, $0.description) }
                    + resources.map { line($0.uri, $0.name, $0.mimeType, $0.description) }
            ) { $0 }
        }
    }

    private static func readResource(_ server: MCPServer) -> MCPRemoteTool {
        reading(
            "read_resource", "Reads a resource of the MCP server \(server.name).",
            [
                .string(
                    "uri",
                    "The resource's URI: as list_resources gives it, or a template of it with its {…} filled in.",
                    isRequired: true)
            ], of: server
        ) { connection, arguments, _ throws(MCPError) in
            guard let uri = arguments["uri"]?.stringValue, !uri.isEmpty else { return .error("uri is missing") }
            let text = MCPResultText.text(try await connection.read(resource: uri))
            return .ok(text.isEmpty ? "(empty)" : text, isUntrusted: true)
        }
    }

    private static func listPrompts(_ server: MCPServer) -> MCPRemoteTool {
        reading(
            "list_prompts", "Lists the prompt templates that the MCP server \(server.name) offers.", of: server
        ) { connection, _, _ throws(MCPError) in
            list(try await connection.prompts()) { prompt in
                let arguments = prompt.arguments.isEmpty ? "" : " (\(prompt.arguments.joined(separator: ", ")))"
                return "\(prompt.name)\(arguments)\(about(prompt.description))"
            }
        }
    }

    private static func getPrompt(_ server: MCPServer) -> MCPRemoteTool {
        reading(
            "get_prompt", "Fills in a prompt template of the MCP server \(server.name).",
            [
                .string("name", "The template's name, as list_prompts gives it.", isRequired: true),
                .object("arguments", "The template's arguments by name, as texts."),
            ], of: server
        ) { connection, arguments, _ throws(MCPError) in
            guard let name = arguments["name"]?.stringValue, !name.isEmpty else { return .error("name is missing") }
            let given = (arguments["arguments"]?.objectValue ?? [:]).mapValues { $0.stringValue ?? $0.text }
            let pieces = try await connection.prompt(name, given)
            let text = pieces.map { "\($0.role): \(MCPResultText.text($0.1))" }.joined(separator: "\n")
            return .ok(text.isEmpty ? "(empty)" : text, isUntrusted: true)
        }
    }

    /// A parameter of a reading tool.
    private enum Parameter {
        case string(String, String, isRequired: Bool)
        case object(String, String)
    }

    private static func reading(
        _ name: String, _ description: String, _ parameters: [Parameter] = [], of server: MCPServer,
        _ body: @escaping MCPRemoteTool.Body
    ) -> MCPRemoteTool {
        var properties: [String: JSONValue] = [:]
        var required: [JSONValue] = []
        for parameter in parameters {
            switch parameter {
            case .string(let name, let text, let isRequired):
                properties[name] = ["type": "string", "description": .string(text)]
                if isRequired { required.append(.string(name)) }
            case .object(let name, let text):
                properties[name] = ["type": "object", "description": .string(text)]
            }
        }
        return MCPRemoteTool(
            name: name, modelName: MCPToolName.forModel(server: server.name, tool: name), description: description,
            schema: ["type": "object", "properties": .object(properties), "required": .array(required)],
            isReadOnly: true, hasSideEffects: false, of: server, body)
    }

    private static func list<Entry>(_ entries: [Entry], _ line: (Entry) -> String) -> ToolResult {
        var lines = entries.prefix(listLimit).map(line)
        if entries.count > listLimit { lines.append("… and \(entries.count - listLimit) more") }
        return .ok(lines.isEmpty ? "(none)" : lines.joined(separator: "\n"), isUntrusted: true)
    }

    private static func about(_ description: String) -> String { description.isEmpty ? "" : " - \(description)" }
}
