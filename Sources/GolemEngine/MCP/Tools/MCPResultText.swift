// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// What an MCP server gave, as text for the model.
enum MCPResultText {
    /// A tool's result; its own error is a result too.
    static func result(_ result: MCPToolResult) -> ToolResult {
        var text = self.text(result.content)
        if !result.content.contains(where: isText), let structured = result.structured, structured != .null {
            text = (text.isEmpty ? "" : text + "\n") + structured.text
        }
        if text.trimmed.isEmpty { text = result.isError ? "the tool failed and said nothing" : "(no output)" }
        return ToolResult(outcome: result.isError ? .error : .ok, content: text, isUntrusted: true)
    }

    /// About how many bytes the text has; counting stops above `Offload.limit`.
    static func approximateSize(_ result: MCPToolResult) -> Int {
        var size = result.structured?.approximateSize(enough: Offload.limit) ?? 0
        for piece in result.content {
            if size > Offload.limit { break }
            switch piece {
            case .text(let text), .resource(_, _, let text): size += text.utf8.count
            case .image, .audio, .blob, .link: size += 64
            }
        }
        return size
    }

    /// Pieces one after the other; what is not text becomes a note with its type and size.
    static func text(_ content: [MCPContent]) -> String { content.map(text).joined(separator: "\n") }

    static func text(_ piece: MCPContent) -> String {
        switch piece {
        case .text(let text): text
        case .image(let data, let type): "[image \(type), \(size(data)), not shown]"
        case .audio(let data, let type): "[audio \(type), \(size(data)), not played]"
        case .resource(let uri, let type, let text): "[resource \(uri)\(type.isEmpty ? "" : " \(type)")]\n\(text)"
        case .blob(let uri, let type, let data):
            "[resource \(uri) \(type.isEmpty ? "of unknown type" : type), \(size(data)), not shown]"
        case .link(let uri, let name): "[resource \(name.isEmpty ? "" : name + ": ")\(uri)]"
        }
    }

    private static func isText(_ piece: MCPContent) -> Bool {
        switch piece {
        case .text(let text): !text.trimmed.isEmpty
        case .resource: true
        case .image, .audio, .blob, .link: false
        }
    }

    /// The size of what a base64 text stands for.
    private static func size(_ base64: String) -> String {
        let padding = base64.utf8.suffix(2).count { $0 == UInt8(ascii: "=") }
        let bytes = max(0, base64.utf8.count / 4 * 3 - padding)
        return bytes < 1_000 ? "\(bytes) bytes" : "\((bytes + 500) / 1_000) kB"
    }
}
