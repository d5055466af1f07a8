// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// JSON text together with the place of every value, so that one value can be changed and the rest stays as it was
/// written.
///
/// JSONDecoder keeps neither order nor places: what it read can only be written back as somebody else's layout.
package struct JSONDocument: Sendable {
    /// A value and where it stands.
    struct Node: Sendable {
        let content: Content
        /// The bytes of the value.
        let range: Range<Int>
    }

    /// What a value is.
    indirect enum Content: Sendable {
        case scalar(JSONValue)
        case array([Node])
        case object([Member])
    }

    /// A member of an object.
    struct Member: Sendable {
        let name: String
        /// The bytes of the name with its quotes.
        let nameRange: Range<Int>
        let node: Node
    }

    /// The text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    let bytes: [UInt8]
    let root: Node

    /// Parses a text, at most 128 levels deep.
    package init(parsing bytes: [UInt8]) throws(JSONSyntaxError) {
        self.bytes = bytes
        root = try JSONDocumentParser.parse(bytes)
    }

    /// The line and column of a byte.
    func place(of offset: Int) -> TextPlace { TextPlace(of: offset, in: bytes) }
}

extension JSONDocument.Node {
    /// The value without its places; of members with the same name the last one counts.
    var value: JSONValue {
        switch content {
        case .scalar(let value): value
        case .array(let nodes): .array(nodes.map(\.value))
        case .object(let members):
            .object(Dictionary(members.map { ($0.name, $0.node.value) }, uniquingKeysWith: { $1 }))
        }
    }

    /// The members, if it is an object.
    var members: [JSONDocument.Member]? { if case .object(let members) = content { members } else { nil } }

    /// Whether it is `null`.
    var isNull: Bool { if case .scalar(.null) = content { true } else { false } }
}

/// A place in a text: line and column, both from 1, the column in characters.
package struct TextPlace: Sendable, Equatable, CustomStringConvertible {
    /// The line.
    package let line: Int
    /// The column.
    package let column: Int

    init(of offset: Int, in bytes: [UInt8]) {
        let before = bytes.prefix(offset)
        line = before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        column = String(decoding: before[start...], as: UTF8.self).count + 1
    }

    /// For example `line 3, column 14`.
    package var description: String { "line \(line), column \(column)" }
}

/// Why a text is not JSON, and where; the sentence quotes nothing of the text, which may hold secrets.
package struct JSONSyntaxError: Error, Sendable, Equatable {
    /// What is wrong.
    package let reason: String
    /// Where.
    package let place: TextPlace
}
