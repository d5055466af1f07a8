// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A tool call as policy sees it.
package struct PolicyCall: Sendable {
    /// The tool's name, as the model calls it.
    package var tool: String
    /// Its other names in policies: `mcp.<server>.<tool>`.
    package var aliases: [String]
    /// Its arguments, an object.
    package var arguments: JSONValue
    /// The channel of the chat.
    package var channel: String
    /// Who wrote the message that the turn answers.
    package var sender: String

    /// Makes a call.
    package init(
        tool: String, aliases: [String] = [], arguments: JSONValue = .object([:]), channel: String = "",
        sender: String = ""
    ) {
        self.tool = tool
        self.aliases = aliases
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
    /// not for those that allow.
    package func matches(_ call: PolicyCall, isLoose: Bool) -> Bool {
        let name = call.tool.lowercased()
        if fits(name, description) { return true }
        if !call.aliases.isEmpty { return call.aliases.contains { fits($0.lowercased(), description) } }
        guard isLoose, name.hasPrefix("mcp_"), description.hasPrefix("mcp.") else { return false }
        return fits(name, String(description.map { $0 == "." ? "_" : $0 }))
    }

    private func fits(_ name: String, _ pattern: String) -> Bool {
        isExact ? name == pattern : TextPattern.glob(Array(pattern.unicodeScalars), Array(name.unicodeScalars))
    }
}
