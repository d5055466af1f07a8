// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A tool call as policy sees it.
package struct PolicyCall: Sendable {
    /// The tool's name, as the model calls it.
    package var tool: String
    /// Its other names in policies; of a tool of an MCP server `mcp.<server>.<tool>` first, then `mcp_<server>_<tool>`
    /// where the model's name was cut.
    package var aliases: [String]
    /// The MCP server that it belongs to; nil when it belongs to none, or nobody knows.
    package var server: String?
    /// Its arguments, an object.
    package var arguments: JSONValue
    /// The channel of the chat.
    package var channel: String
    /// Who wrote the message that the turn answers.
    package var sender: String

    /// Makes a call.
    package init(
        tool: String, aliases: [String] = [], server: String? = nil, arguments: JSONValue = .object([:]),
        channel: String = "",
        sender: String = ""
    ) {
        self.tool = tool
        self.aliases = aliases
        self.server = server
        self.arguments = arguments
        self.channel = channel
        self.sender = sender
    }
}

/// Names of tools in a policy: exact, or with `*` and `?`, without case; `*` is every tool.
package struct ToolPattern: Sendable, Hashable, CustomStringConvertible {
    /// The pattern in lower case.
    package let description: String
    private let isExact: Bool

    /// Makes a pattern.
    package init(_ text: String) {
        description = text.trimmed.lowercased()
        isExact = !description.contains { $0 == "*" || $0 == "?" }
    }

    /// Whether it names the tool of a call.
    ///
    /// A tool of an MCP server is called `mcp_<server>_<tool>` and may be written `mcp.<server>.<tool>`. Where the
    /// parts of its name are not known, `isLoose` takes `.` and `_` for the same: right for rules that ask or deny,
    /// not for those that allow. For these a wildcard never reaches into the name of another server: `mcp_git_*` would
    /// also fit the server `git_hub`.
    package func matches(_ call: PolicyCall, isLoose: Bool) -> Bool {
        if description == "*" { return true }
        let name = call.tool.lowercased()
        let aliases = call.aliases.map { $0.lowercased() }
        if !isLoose, !isExact, let dotted = aliases.first(where: { $0.hasPrefix("mcp.") }) {
            return fitsParts(of: dotted, server: call.server?.lowercased())
        }
        if fits(name, description) || aliases.contains(where: { fits($0, description) }) { return true }
        guard isLoose, aliases.isEmpty, name.hasPrefix("mcp_"), description.hasPrefix("mcp.") else { return false }
        return fits(name, String(description.map { $0 == "." ? "_" : $0 }))
    }

    /// Whether server and tool of `mcp.<server>.<tool>` fit, each for itself.
    private func fitsParts(of dotted: String, server: String?) -> Bool {
        if description == "mcp.*" { return true }
        guard description.hasPrefix("mcp.") else { return false }
        let parts = dotted.dropFirst(4)
        guard let server = server ?? parts.split(separator: ".").first.map(String.init), parts.hasPrefix(server + ".")
        else { return false }
        let tool = String(parts.dropFirst(server.count + 1))
        let wanted = description.dropFirst(4)
        // A server's name may have dots of its own.
        return wanted.indices.contains { index in
            wanted[index] == "." && fits(server, String(wanted[..<index]))
                && fits(tool, String(wanted[wanted.index(after: index)...]))
        }
    }

    private func fits(_ name: String, _ pattern: String) -> Bool {
        let (pattern, name) = (Array(pattern.unicodeScalars), Array(name.unicodeScalars))
        return isExact ? pattern == name : TextPattern.glob(pattern, name)
    }
}
