// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Text of servers, bounded before it goes anywhere.
enum MCPText {
    /// At most so many bytes of a text, cut between characters.
    static func cut(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        let bytes = text.utf8.prefix(limit)
        return String(decoding: bytes.dropLast(UTF8Cut.incompleteSuffix(of: bytes)), as: UTF8.self) + "…"
    }

    /// The beginning of a value as text; of JSON that is very large only that it is.
    static func brief(_ value: JSONValue, _ limit: Int) -> String {
        if let text = value.stringValue { return cut(text, limit) }
        guard value.approximateSize(enough: Offload.limit) <= Offload.limit else {
            return "[more than \(Offload.limit) bytes of JSON]"
        }
        return cut(value.text, limit)
    }

    /// A value as text: strings as they are, all else as JSON.
    static func plain(_ value: JSONValue) -> String { value.stringValue ?? value.text }
}
