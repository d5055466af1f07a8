// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Parses JSON strictly (RFC 8259) and keeps the places.
struct JSONDocumentParser {
    private static let deepest = 128

    private let bytes: [UInt8]
    private var position = 0

    /// The one value of a text; a byte order mark before it is passed over.
    static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONDocument.Node {
        var parser = JSONDocumentParser(bytes: bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.position = 3 }
        try parser.checkEncoding()
        let node = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.failure("there is text after the value") }
        return node
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func failure(_ reason: String, at offset: Int? = nil) -> JSONSyntaxError {
        JSONSyntaxError(reason: reason, place: TextPlace(of: offset ?? position, in: bytes))
    }

    private func checkEncoding() throws(JSONSyntaxError) {
        guard String(validating: bytes, as: UTF8.self) == nil else { return }
        var start = 0
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if String(validating: line, as: UTF8.self) == nil { break }
            start += line.count + 1
        }
        throw failure("the line is not UTF-8", at: min(start, bytes.count))
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONDocument.Node {
        guard depth < Self.deepest else { throw failure("there are more than \(Self.deepest) levels") }
        skipSpace()
        let start = position
        let content: JSONDocument.Content
        switch current {
        case UInt8(ascii: "{"): content = .object(try members(depth: depth))
        case UInt8(ascii: "["): content = .array(try elements(depth: depth))
        case UInt8(ascii: "\""): content = .scalar(.string(try string()))
        case UInt8(ascii: "t"): content = .scalar(try word("true", .bool(true)))
        case UInt8(ascii: "f"): content = .scalar(try word("false", .bool(false)))
        case UInt8(ascii: "n"): content = .scalar(try word("null", .null))
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): content = .scalar(try number())
        case UInt8(ascii: "/"), UInt8(ascii: "#"): throw failure("JSON has no comments")
        case UInt8(ascii: "}"), UInt8(ascii: "]"): throw failure("a value is missing, or there is a comma too many")
        case nil: throw failure("the text ends too early")
        default: throw failure("a value is expected here: an object, an array, text in \"\", a number, true or false")
        }
        return JSONDocument.Node(content: content, range: start..<position)
    }

    private mutating func word(_ text: String, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        guard bytes[position...].starts(with: text.utf8) else {
            throw failure("a value is expected here: an object, an array, text in \"\", a number, true or false")
        }
        position += text.utf8.count
        return value
    }

    private mutating func members(depth: Int) throws(JSONSyntaxError) -> [JSONDocument.Member] {
        position += 1
        skipSpace()
        var members: [JSONDocument.Member] = []
        if current == UInt8(ascii: "}") {
            position += 1
            return members
        }
        while true {
            skipSpace()
            switch current {
            case UInt8(ascii: "\""): break
            case UInt8(ascii: "}"): throw failure("there is a comma too many before }")
            case UInt8(ascii: "/"), UInt8(ascii: "#"): throw failure("JSON has no comments")
            case nil: throw failure("the text ends too early: a } is missing")
            default: throw failure("a key in \"\" is expected here")
            }
            let start = position
            let name = try string()
            let nameRange = start..<position
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw failure("a colon is missing after the key") }
            position += 1
            members.append(JSONDocument.Member(name: name, nameRange: nameRange, node: try value(depth: depth + 1)))
            if try ends(with: UInt8(ascii: "}"), named: "}") { return members }
        }
    }

    private mutating func elements(depth: Int) throws(JSONSyntaxError) -> [JSONDocument.Node] {
        position += 1
        skipSpace()
        var nodes: [JSONDocument.Node] = []
        if current == UInt8(ascii: "]") {
            position += 1
            return nodes
        }
        while true {
            nodes.append(try value(depth: depth + 1))
            if try ends(with: UInt8(ascii: "]"), named: "]") { return nodes }
        }
    }

    /// Passes the comma or the end after an element.
    private mutating func ends(with end: UInt8, named name: String) throws(JSONSyntaxError) -> Bool {
        let afterValue = position
        skipSpace()
        switch current {
        case end:
            position += 1
            return true
        case UInt8(ascii: ","):
            position += 1
            return false
        case nil: throw failure("the text ends too early: a \(name) is missing")
        default: throw failure("a comma or \(name) is missing", at: afterValue)
        }
    }

    private mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = position
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
        var isWhole = true
        if current == UInt8(ascii: "-") { position += 1 }
        let isValidStart = isDigit(current)
        if current == UInt8(ascii: "0") { position += 1 } else { while isDigit(current) { position += 1 } }
        var isValid = isValidStart && !isDigit(current)
        if current == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            isValid = isValid && isDigit(current)
            while isDigit(current) { position += 1 }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isWhole = false
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            isValid = isValid && isDigit(current)
            while isDigit(current) { position += 1 }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isValid, isWhole, let value = Int64(text) { return .integer(value) }
        guard isValid, let value = Double(text), value.isFinite else { throw failure("this is no number", at: start) }
        return .number(value)
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        position += 1
        var result: [UInt8] = []
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: result, as: UTF8.self)
            case UInt8(ascii: "\\"):
                let scalar = try escaped()
                result.append(contentsOf: Array(String(Character(scalar)).utf8))
            case 0..<0x20:
                throw failure(
                    byte == 0x0A
                        ? "the text is not closed with \" on its line" : "a control character in text; write it as \\u…"
                )
            default:
                result.append(byte)
                position += 1
            }
        }
        throw failure("the text ends too early: a \" is missing")
    }

    private mutating func escaped() throws(JSONSyntaxError) -> Unicode.Scalar {
        position += 1
        let byte = current
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw failure("\\ is followed by none of \" \\ / b f n r t u", at: position - 2)
        }
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // The first half of a pair (RFC 8259 section 7).
        guard (0xD800..<0xDC00).contains(first), bytes[position...].starts(with: [0x5C, 0x75]) else {
            return "\u{FFFD}"
        }
        position += 2
        let second = try hexadecimal()
        guard (0xDC00..<0xE000).contains(second) else { return "\u{FFFD}" }
        return Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt16 {
        let digits = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
        guard digits.utf8.count == 4, !digits.hasPrefix("+"), let value = UInt16(digits, radix: 16) else {
            throw failure("\\u is not followed by four hexadecimal digits")
        }
        position += 4
        return value
    }
}
