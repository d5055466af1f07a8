// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A piece of what a tool, resource or prompt gave.
package enum MCPContent: Sendable, Equatable {
    /// Text.
    case text(String)
    /// An image, base64 as received.
    case image(base64: String, mimeType: String)
    /// Sound, base64 as received.
    case audio(base64: String, mimeType: String)
    /// The text of a resource.
    case resource(uri: String, mimeType: String, text: String)
    /// A resource that is not text.
    case blob(uri: String, mimeType: String, base64: String)
    /// A pointer to a resource.
    case link(uri: String, name: String)
}

/// What a tool call gave.
///
/// A tool's own error is a result, not an `MCPError`.
package struct MCPToolResult: Sendable, Equatable {
    /// The pieces, in order.
    package var content: [MCPContent]
    /// `structuredContent`.
    package var structured: JSONValue?
    /// Whether the tool failed.
    package var isError: Bool

    /// Makes a result.
    package init(content: [MCPContent], structured: JSONValue? = nil, isError: Bool = false) {
        self.content = content
        self.structured = structured
        self.isError = isError
    }
}
