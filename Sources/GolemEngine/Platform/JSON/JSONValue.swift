// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import FoundationEssentials

/// Any JSON value; objects keep no order and are encoded with sorted keys.
package enum JSONValue: Sendable, Equatable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction that fits 64 bits.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object([String: JSONValue])

    /// Parses JSON text; the error names line and column.
    package init(parsing text: String) throws(JSONParseError) {
        try self.init(bytes: [UInt8](text.utf8))
    }

    /// Parses JSON data; the error names line and column.
    package init(parsing data: Data) throws(JSONParseError) {
        try self.init(bytes: [UInt8](data))
    }

    /// The compact encoding, keys sorted, `/` not escaped.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The compact encoding as UTF-8.
    package var bytes: [UInt8] {
        var writer = JSONWriter(capacity: 128)
        writer.value(self)
        return writer.bytes
    }

    /// The encoding with two spaces of indentation, keys sorted.
    package var prettyText: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        guard let data = try? encoder.encode(self) else { return "null" }
        return String(decoding: data, as: UTF8.self)
    }
}

/// Why a text is not JSON.
package struct JSONParseError: Error, Sendable, Equatable {
    /// A sentence with line and column where the parser knows them.
    package let message: String
}

extension JSONValue {
    /// The string, if it is one.
    package var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    /// The whole number, if it is one (also `3.0`).
    package var integerValue: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value)
        default: nil
        }
    }
    /// The truth value, if it is one.
    package var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The elements, if it is an array.
    package var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    /// The members, if it is an object.
    package var objectValue: [String: JSONValue]? { if case .object(let value) = self { value } else { nil } }
    /// The member `key` of an object.
    package subscript(key: String) -> JSONValue? { objectValue?[key] }
}

extension JSONValue: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
}
