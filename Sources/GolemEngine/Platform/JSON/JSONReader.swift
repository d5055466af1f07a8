// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Reads JSON text into a `JSONValue` (RFC 8259, strict; at most 128 levels deep).
///
/// JSONDecoder is made for types that are known in advance; here they are not, and models stream thousands of small
/// values. Of duplicate members the last one counts, unless they are refused; lone surrogates become U+FFFD.
struct JSONReader {
    private static let maxDepth = 128

    private let bytes: UnsafeBufferPointer<UInt8>
    private let refusesDuplicates: Bool
    private var position = 0

    /// Reads the one value that the bytes hold.
    static func read(
        _ bytes: UnsafeBufferPointer<UInt8>, refusesDuplicates: Bool = false
    ) throws(JSONParseError) -> JSONValue {
        var reader = JSONReader(bytes: bytes, refusesDuplicates: refusesDuplicates)
        reader.skipSpace()
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.position == bytes.count else { throw reader.failure("text after the value") }
        return value
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, refusesDuplicates: Bool) {
        self.bytes = bytes
        self.refusesDuplicates = refusesDuplicates
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func failure(_ reason: String) -> JSONParseError {
        let read = bytes.prefix(position)
        let line = read.reduce(1) { $1 == 10 ? $0 + 1 : $0 }
        let column = position - (read.lastIndex(of: 10).map { $0 + 1 } ?? 0) + 1
        return JSONParseError(message: "\(reason) at line \(line), column \(column)")
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 10 || byte == 13 || byte == 9 { position += 1 }
    }

    private mutating func value(depth: Int) throws(JSONParseError) -> JSONValue {
        guard depth < JSONReader.maxDepth else { throw failure("too many levels") }
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw failure("unexpected end")
        default: return try number()
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
        let length = text.utf8CodeUnitCount
        guard position + length <= bytes.count,
            (0..<length).allSatisfy({ bytes[position + $0] == text.utf8Start[$0] })
        else { throw failure("unexpected character") }
        position += length
        return value
    }

    private mutating func object(depth: Int) throws(JSONParseError) -> JSONValue {
        position += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if current == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw failure("a member's name is missing") }
            let name = try string()
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw failure("a colon is missing") }
            position += 1
            skipSpace()
            if refusesDuplicates, members[name] != nil { throw failure("the member \(name) stands there twice") }
            members[name] = try value(depth: depth + 1)
            skipSpace()
            if try ends(with: UInt8(ascii: "}")) { return .object(members) }
        }
    }

    private mutating func array(depth: Int) throws(JSONParseError) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if current == UInt8(ascii: "]") {
            position += 1
            return .array(elements)
        }
        while true {
            skipSpace()
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if try ends(with: UInt8(ascii: "]")) { return .array(elements) }
        }
    }

    /// Takes a comma (false) or the closing bracket (true).
    private mutating func ends(with bracket: UInt8) throws(JSONParseError) -> Bool {
        guard let byte = current, byte == bracket || byte == UInt8(ascii: ",") else {
            throw failure("a comma or bracket is missing")
        }
        position += 1
        return byte == bracket
    }

    private mutating func number() throws(JSONParseError) -> JSONValue {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        let firstDigit = position
        guard digits() else {
            position = start
            throw failure("unexpected character")
        }
        guard bytes[firstDigit] != UInt8(ascii: "0") || position == firstDigit + 1 else {
            throw failure("a number with a leading zero")
        }
        var isWhole = true
        if current == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            guard digits() else { throw failure("a digit is missing") }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isWhole = false
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            guard digits() else { throw failure("a digit is missing") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw failure("a number out of range") }
        return .number(value)
    }

    private mutating func digits() -> Bool {
        let start = position
        while let byte = current, byte >= 0x30, byte <= 0x39 { position += 1 }
        return position > start
    }

    private mutating func string() throws(JSONParseError) -> String {
        position += 1
        let start = position
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        if current == UInt8(ascii: "\"") {
            defer { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
        var text = Array(bytes[start..<position])
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                position += 1
                try escape(into: &text)
            case 0..<0x20: throw failure("a control character in a string")
            default:
                text.append(byte)
                position += 1
            }
        }
        throw failure("a string without end")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONParseError) {
        guard let byte = current else { throw failure("a string without end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "u"):
            var scalar = UInt32(try hexUnit())
            if scalar & 0xFC00 == 0xD800, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            {
                let before = position
                position += 2
                let low = UInt32(try hexUnit())
                if low & 0xFC00 == 0xDC00 {
                    scalar = 0x10000 + (scalar & 0x3FF) << 10 + (low & 0x3FF)
                } else {
                    position = before
                }
            }
            text.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
        default: throw failure("an unknown escape")
        }
    }

    private mutating func hexUnit() throws(JSONParseError) -> UInt16 {
        guard position + 4 <= bytes.count,
            bytes[position..<position + 4].allSatisfy({ HexDigit.value(of: $0) != nil })
        else { throw failure("four hexadecimal digits are missing") }
        defer { position += 4 }
        return bytes[position..<position + 4].reduce(0) { $0 << 4 | UInt16(HexDigit.value(of: $1) ?? 0) }
    }

    private enum HexDigit {
        static func value(of byte: UInt8) -> UInt8? {
            switch byte {
            case 0x30...0x39: byte - 0x30
            case 0x41...0x46: byte - 0x37
            case 0x61...0x66: byte - 0x57
            default: nil
            }
        }
    }
}

extension JSONValue {
    /// Reads UTF-8 JSON text; the error names line and column.
    ///
    /// For streams and other frequent uses: much faster than `init(parsing:)`.
    package init(bytes: [UInt8]) throws(JSONParseError) {
        // Typed throws do not pass through withUnsafeBufferPointer.
        let result = bytes.withUnsafeBufferPointer { buffer in
            Result<JSONValue, JSONParseError> { () throws(JSONParseError) in try JSONReader.read(buffer) }
        }
        self = try result.get()
    }

    /// Reads JSON text; the error names line and column.
    package init(reading text: String) throws(JSONParseError) {
        var text = text
        let result = text.withUTF8 { buffer in
            Result<JSONValue, JSONParseError> { () throws(JSONParseError) in try JSONReader.read(buffer) }
        }
        self = try result.get()
    }

    /// Parses JSON text in which no object has two members of one name; the error names line and column.
    package init(withoutDuplicates text: String) throws(JSONParseError) {
        var text = text
        let result = text.withUTF8 { buffer in
            Result<JSONValue, JSONParseError> { () throws(JSONParseError) in
                try JSONReader.read(buffer, refusesDuplicates: true)
            }
        }
        self = try result.get()
    }
}
