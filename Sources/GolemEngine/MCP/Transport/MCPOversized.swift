// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What is known of a message that was too large to read: its beginning and its end.
struct MCPOversized: Sendable, Equatable {
    /// The request that it answers; nil when that was not found.
    private(set) var id: Int64?
    /// Whether it answers something, and is no request or notification.
    private(set) var isAnswer = true

    /// Looks for the id among the first and the last bytes, where servers write it.
    init(head: [UInt8], tail: [UInt8]) {
        scan(head)
        if id == nil, isAnswer { id = Self.lastID(tail) }
    }

    /// Reads the members of the outermost object as far as they go.
    private mutating func scan(_ bytes: [UInt8]) {
        var depth = 0
        var key: String?
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                let start = index + 1
                index = start
                while index < bytes.count, bytes[index] != byte {
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard depth == 1, index < bytes.count else { break }
                let text = String(decoding: bytes[start..<index], as: UTF8.self)
                if let known = key {
                    if known == "id" { id = Int64(text) }
                    if known == "method" { isAnswer = false }
                }
                key = key == nil ? text : nil
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth > 1 { key = nil }
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ","): if depth == 1 { key = nil }
            case UInt8(ascii: "0")...UInt8(ascii: "9") where depth == 1 && key == "id":
                let digits = bytes[index...].prefix { (0x30...0x39).contains($0) }
                // Cut off in the middle it may be another one.
                if digits.endIndex < bytes.count { id = Int64(String(decoding: digits, as: UTF8.self)) }
                index = digits.endIndex
                key = nil
                continue
            default: break
            }
            index += 1
        }
    }

    /// The id as the last member of the outermost object, or the last but the version.
    private static func lastID(_ tail: [UInt8]) -> Int64? {
        let text = String(decoding: tail.filter { ![9, 10, 13, 32].contains($0) }, as: UTF8.self)
        for end in ["}", ",\"jsonrpc\":\"2.0\"}"] where text.hasSuffix(end) {
            var rest = text.dropLast(end.count)
            if rest.last == "\"" { rest = rest.dropLast() }
            let digits = String(rest.reversed().prefix { $0.isASCII && $0.isNumber }.reversed())
            rest = rest.dropLast(digits.count)
            if rest.last == "\"" { rest = rest.dropLast() }
            if rest.hasSuffix(",\"id\":") { return Int64(digits) }
        }
        return nil
    }
}
