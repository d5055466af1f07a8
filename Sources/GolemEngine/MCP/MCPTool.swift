// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A tool of an MCP server.
package struct MCPTool: Sendable, Equatable {
    /// The name that the server knows.
    package var name: String
    /// A name for people; empty when there is none.
    package var title: String
    /// What it does, for the model.
    package var description: String
    /// The JSON schema of its arguments, as the server gave it.
    package var inputSchema: JSONValue
    /// `annotations.readOnlyHint`: it changes nothing.
    package var isReadOnly: Bool
    /// `annotations.idempotentHint`: running it twice does no harm.
    package var isIdempotent: Bool

    /// Makes a tool; without hints it counts as changing things, as the specification says.
    package init(
        name: String, title: String = "", description: String = "", inputSchema: JSONValue,
        isReadOnly: Bool = false, isIdempotent: Bool = false
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.inputSchema = inputSchema
        self.isReadOnly = isReadOnly
        self.isIdempotent = isIdempotent
    }
}
