// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A JSON value that keeps the order of its keys and the spelling of its numbers.
indirect enum JSONText: Equatable {
    case string(String)
    case literal(String)
    case array([JSONText])
    case object([(key: String, value: JSONText)])

    static func == (left: JSONText, right: JSONText) -> Bool { left.compact == right.compact }

    /// The value of a key; of equal keys the last one, as decoders take it.
    subscript(key: String) -> JSONText? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    /// The text of a string, or of a literal.
    var text: String? {
        switch self {
        case .string(let text), .literal(let text): text
        case .array, .object: nil
        }
    }

    /// One line for people: strings keep their quotes inside containers only.
    var compact: String {
        switch self {
        case .string(let text): "\"\(text)\""
        case .literal(let text): text
        case .array(let values): "[" + values.map(\.compact).joined(separator: ", ") + "]"
        case .object(let members): "{" + members.map { "\($0.key): \($0.value.compact)" }.joined(separator: ", ") + "}"
        }
    }

    /// Reads a whole document; nil when it is no JSON, or nested deeper than 64 levels.
    static func parse(_ text: String) -> JSONText? {
        var reader = JSONReader(bytes: Array(text.utf8))
        guard let value = reader.value(depth: 0) else { return nil }
        reader.skipSpace()
        return reader.isAtEnd ? value : nil
    }
}

/// The arguments of a call, a line for each, for people who must decide on them.
enum JSONOutline {
    /// One argument.
    struct Entry: Equatable {
        /// Its name; empty when the arguments are no object.
        var key: String
        /// Its value, with line feeds.
        var text: String
    }

    /// The members of an object; for anything else one entry with the text as it came, so that nothing is ever hidden.
    ///
    /// Strings are unescaped, and cleaned once more: an escaped control character is plain text until then.
    static func entries(_ text: String) -> [Entry] {
        guard case .object(let members)? = JSONText.parse(text), !members.isEmpty else {
            return [Entry(key: "", text: text)]
        }
        return members.map { member in
            let value = if case .string(let text) = member.value { text } else { member.value.compact }
            return Entry(key: Intake.line(member.key), text: Intake.body(value))
        }
    }
}

/// Reads JSON from bytes (RFC 8259); total and bounded in depth.
private struct JSONReader {
    let bytes: [UInt8]
    var at = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { at >= bytes.count }
    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    mutating func value(depth: Int) -> JSONText? {
        guard depth < 64 else { return nil }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return object(depth)
        case UInt8(ascii: "["): return array(depth)
        case UInt8(ascii: "\""): return string().map(JSONText.string)
        default: return literal()
        }
    }

    private mutating func object(_ depth: Int) -> JSONText? {
        var members: [(key: String, value: JSONText)] = []
        at += 1
        skipSpace()
        if take("}") { return .object([]) }
        while true {
            skipSpace()
            guard let key = string() else { return nil }
            skipSpace()
            guard take(":"), let value = value(depth: depth + 1) else { return nil }
            members.append((key, value))
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { return nil }
        }
    }

    private mutating func array(_ depth: Int) -> JSONText? {
        var values: [JSONText] = []
        at += 1
        skipSpace()
        if take("]") { return .array([]) }
        while true {
            guard let value = value(depth: depth + 1) else { return nil }
            values.append(value)
            skipSpace()
            if take("]") { return .array(values) }
            guard take(",") else { return nil }
        }
    }

    private mutating func literal() -> JSONText? {
        let start = at
        while let byte = next, byte > 0x20, ![0x2C, 0x5D, 0x7D, 0x3A, 0x22].contains(byte) { at += 1 }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        let isNumber = text.first.map { $0 == "-" || $0.isNumber } ?? false
        return text == "true" || text == "false" || text == "null" || isNumber ? .literal(text) : nil
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        var text: [UInt8] = []
        while let byte = next {
            at += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            guard let escaped = next else { return nil }
            at += 1
            switch escaped {
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "u"):
                guard let scalar = unicodeEscape() else { return nil }
                text.append(contentsOf: String(Character(scalar)).utf8)
            default: text.append(escaped)
            }
        }
        return nil
    }

    private mutating func unicodeEscape() -> Unicode.Scalar? {
        guard let first = hexUnit() else { return nil }
        guard first >= 0xD800, first < 0xDC00 else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else {
            return "\u{FFFD}"
        }
        at += 2
        guard let second = hexUnit() else { return nil }
        guard second >= 0xDC00, second < 0xE000 else { return "\u{FFFD}" }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func hexUnit() -> UInt32? {
        guard at + 4 <= bytes.count, let unit = UInt32(String(decoding: bytes[at..<(at + 4)], as: UTF8.self), radix: 16)
        else { return nil }
        at += 4
        return unit
    }
}
