// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// How a tool of an MCP server is called elsewhere.
package enum MCPToolName {
    /// The longest name that the model APIs take.
    static let limit = 64

    /// The name that the model sees: `mcp_<server>_<tool>`, in the alphabet of the model APIs.
    ///
    /// A name that is too long is cut and ends with eight hexadecimal digits that stand for the whole name; so does one
    /// with characters beyond ASCII, which would all look alike otherwise.
    package static func forModel(server: String, tool: String) -> String {
        let isClear = server.utf8.allSatisfy { $0 < 0x80 } && tool.utf8.allSatisfy { $0 < 0x80 }
        let name = whole(server: server, tool: tool)
        return isClear && name.utf8.count <= limit ? name : distinct(server: server, tool: tool)
    }

    /// The same name, however long it is: policies must not depend on where it is cut.
    package static func whole(server: String, tool: String) -> String { "mcp_\(plain(server))_\(plain(tool))" }

    /// The name with the digits in any case, for a tool that would share the plain one with another.
    static func distinct(server: String, tool: String) -> String {
        String(whole(server: server, tool: tool).prefix(limit - 9)) + "_" + digits(of: "\(server)\u{0}\(tool)")
    }

    /// Whether the model sees the tool's own name, without a character replaced.
    static func isUnchanged(_ tool: String) -> Bool { plain(tool) == tool }

    /// The name by which the original knew it, which policies may still hold.
    package static func dotted(server: String, tool: String) -> String { "mcp.\(server).\(tool)" }

    /// Each character that the model APIs refuse becomes `_`.
    private static func plain(_ text: String) -> String {
        String(
            text.map { character in
                let isPlain = character.isASCII && (character.isLetter || character.isNumber)
                return isPlain || character == "_" || character == "-" ? character : "_"
            })
    }

    /// The 32 folded bits of an FNV-1a hash: stable over restarts and versions, which the library's hash is not.
    private static func digits(of text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(UInt32(truncatingIfNeeded: hash ^ (hash >> 32)), radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
