// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Writes JSON text straight into bytes.
///
/// Requests to models repeat whole conversations. The caller is responsible for matching `begin` and `end`; commas come
/// by themselves.
package struct JSONWriter: Sendable {
    /// What is written so far, UTF-8.
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// Makes a writer that expects about so many bytes.
    package init(capacity: Int = 1024) { bytes.reserveCapacity(capacity) }

    /// Begins an object.
    package mutating func beginObject() { open(UInt8(ascii: "{")) }

    /// Ends an object.
    package mutating func endObject() { close(UInt8(ascii: "}")) }

    /// Begins an array.
    package mutating func beginArray() { open(UInt8(ascii: "[")) }

    /// Ends an array.
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Writes a member's name; its value follows.
    package mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a string.
    package mutating func string(_ text: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { escape($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a whole number.
    package mutating func integer(_ value: some BinaryInteger) { raw(String(value)) }

    /// Writes a number; JSON knows no infinity, which becomes `null`.
    package mutating func number(_ value: Double) { raw(value.isFinite ? "\(value)" : "null") }

    /// Writes `true` or `false`.
    package mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

    /// Writes `null`.
    package mutating func null() { raw("null") }

    /// Writes any value, the keys of objects sorted.
    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .number(let value): number(value)
        case .string(let value): string(value)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                key(name)
                self.value(member)
            }
            endObject()
        }
    }

    /// Writes a value that is JSON already.
    package mutating func encoded(_ json: [UInt8]) {
        separate()
        bytes += json
    }

    /// Ends a line, for streams that hold one value a line.
    package mutating func lineFeed() {
        bytes.append(10)
        needsComma = false
    }

    /// Writes a member with a string.
    package mutating func member(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func raw(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func escape(_ source: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var index = Self.firstEscape(source, from: 0)
        while index < source.count {
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start..<index]))
            appendEscaped(source[index])
            start = index + 1
            index = Self.firstEscape(source, from: start)
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start...]))
    }

    /// The first byte from `start` on that a string cannot hold as it is; the count when there is none.
    private static func firstEscape(_ source: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        let raw = UnsafeRawBufferPointer(source)
        // Eight bytes at a time: a byte is found when subtracting borrows into its high bit.
        while index + 8 <= raw.count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let quote = word ^ 0x2222_2222_2222_2222
            let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
            let ones: UInt64 = 0x0101_0101_0101_0101
            let found =
                ((word &- 0x2020_2020_2020_2020) & ~word | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash)
                & 0x8080_8080_8080_8080
            if found != 0 { break }
            index += 8
        }
        while index < source.count {
            let byte = source[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return index }
            index += 1
        }
        return index
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 8: bytes.append(UInt8(ascii: "b"))
        case 9: bytes.append(UInt8(ascii: "t"))
        case 10: bytes.append(UInt8(ascii: "n"))
        case 12: bytes.append(UInt8(ascii: "f"))
        case 13: bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default:
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(byte < 16 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            let digit = byte & 15
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
