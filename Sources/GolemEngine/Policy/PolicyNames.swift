// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Finds the tool that somebody means, by any of its names, so that policy judges it as the engine would.
package struct PolicyNames: Sendable {
    private let tools: [any Tool]
    private let servers: [String]
    /// Whether all tools are known, and not only those that every engine has.
    private let isComplete: Bool

    /// The tools of an engine.
    package init(_ tools: ToolRegistry) {
        self.tools = tools.tools
        servers = []
        isComplete = true
    }

    /// What the configuration alone tells: the names of the MCP servers.
    package init(servers: [String]) {
        tools = []
        // The longest first: `git` is the beginning of `git_hub`.
        self.servers = servers.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
        isComplete = false
    }

    /// What is known of a tool.
    package struct Found: Sendable {
        /// The call without its arguments.
        package var call: PolicyCall
        /// Whether there is such a tool; nil when nobody can tell.
        package var isKnown: Bool?
    }

    /// The tools that every engine has.
    package static let builtIn = [
        "append_diary", "append_file", "edit_file", "exec", "list_dir", "read_file", "read_memory", "web_fetch",
        "web_search", "write_file", "write_memory",
    ]

    /// The tool of a name.
    package func find(_ name: String) -> Found {
        let wanted = name.trimmed.lowercased()
        let tool = tools.first { tool in
            tool.definition.name.lowercased() == wanted || tool.aliases.contains { $0.lowercased() == wanted }
        }
        if let tool {
            return Found(
                call: PolicyCall(tool: tool.definition.name, aliases: tool.aliases, server: tool.serverName),
                isKnown: true)
        }
        if isComplete { return Found(call: Self.plain(name), isKnown: false) }
        for server in servers {
            for prefix in [MCPToolName.dotted(server: server, tool: ""), MCPToolName.whole(server: server, tool: "")]
            where wanted.hasPrefix(prefix.lowercased()) {
                let tool = String(name.trimmed.dropFirst(prefix.count))
                return Found(call: Self.remote(server, tool), isKnown: nil)
            }
        }
        return Found(call: Self.plain(name), isKnown: Self.builtIn.contains(wanted))
    }

    private static func plain(_ name: String) -> PolicyCall { PolicyCall(tool: name) }

    private static func remote(_ server: String, _ tool: String) -> PolicyCall {
        PolicyCall(
            tool: MCPToolName.forModel(server: server, tool: tool),
            aliases: [
                MCPToolName.dotted(server: server, tool: tool), MCPToolName.whole(server: server, tool: tool),
            ], server: server)
    }
}
