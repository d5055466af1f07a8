// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension JSONDocument {
    /// One step down into objects: the name to write when the member is new, and how to know it when it is there.
    struct Step {
        let name: String
        let isSame: (String) -> Bool

        /// A step to a member with exactly this name.
        init(exactly name: String) {
            self.name = name
            isSame = { $0 == name }
        }

        init(name: String, isSame: @escaping (String) -> Bool) {
            self.name = name
            self.isSame = isSame
        }
    }

    /// The document with a value at a path; objects on the way are made.
    func setting(_ value: JSONValue, at steps: [Step]) -> [UInt8] {
        var node = root
        for (depth, step) in steps.enumerated() {
            guard let members = node.members else {
                return replacing(node.range, with: Self.nested(value, steps[depth...]))
            }
            guard let member = members.last(where: { step.isSame($0.name) }) else {
                return inserting(step.name, Self.nested(value, steps[(depth + 1)...]), into: node, members)
            }
            node = member.node
        }
        return replacing(node.range, with: value)
    }

    /// The document without the member at a path, in all its spellings; nil when there is none.
    func removing(_ steps: [Step]) throws(JSONSyntaxError) -> [UInt8]? {
        guard let last = steps.last else { return nil }
        var node = root
        for step in steps.dropLast() {
            guard let next = node.members?.last(where: { step.isSame($0.name) }) else { return nil }
            node = next.node
        }
        guard let members = node.members, let index = members.lastIndex(where: { last.isSame($0.name) }) else {
            return nil
        }
        let gone: Range<Int>
        if members.count == 1 {
            gone = node.range.lowerBound + 1..<node.range.upperBound - 1
        } else if index + 1 < members.count {
            gone = members[index].nameRange.lowerBound..<members[index + 1].nameRange.lowerBound
        } else {
            gone = members[index - 1].node.range.upperBound..<members[index].node.range.upperBound
        }
        var result = bytes
        result.removeSubrange(gone)
        return try JSONDocument(parsing: result).removing(steps) ?? result
    }

    private static func nested(_ value: JSONValue, _ steps: ArraySlice<Step>) -> JSONValue {
        steps.reversed().reduce(value) { .object([$1.name: $0]) }
    }

    private func replacing(_ range: Range<Int>, with value: JSONValue) -> [UInt8] {
        var result = bytes
        result.replaceSubrange(range, with: rendered(value, indentation: indentation(ofLineAt: range.lowerBound)))
        return result
    }

    private func inserting(_ name: String, _ value: JSONValue, into node: Node, _ members: [Member]) -> [UInt8] {
        let key = JSONValue.string(name).text
        var result = bytes
        if let first = members.first, let last = members.last {
            let gap = bytes[node.range.lowerBound + 1..<first.nameRange.lowerBound]
            let isSpread = gap.contains(0x0A)
            let indentation = isSpread ? indentation(ofLineAt: first.nameRange.lowerBound) : ""
            let text = rendered(
                value, indentation: isSpread ? indentation : self.indentation(ofLineAt: node.range.lowerBound))
            let separator = isSpread ? ",\n\(indentation)" : ", "
            result.insert(contentsOf: Array("\(separator)\(key): ".utf8) + text, at: last.node.range.upperBound)
        } else {
            let outer = indentation(ofLineAt: node.range.lowerBound)
            let inner = outer + unit
            let text = rendered(value, indentation: inner)
            result.replaceSubrange(
                node.range, with: Array("{\n\(inner)\(key): ".utf8) + text + Array("\n\(outer)}".utf8))
        }
        return result
    }

    /// The white space at the beginning of a line.
    private func indentation(ofLineAt offset: Int) -> String {
        let start = bytes[..<offset].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return String(decoding: bytes[start...].prefix { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
    }

    /// How much deeper each level is in this document.
    private var unit: String {
        guard let first = root.members?.first else { return "  " }
        let found = indentation(ofLineAt: first.nameRange.lowerBound)
        return found.isEmpty ? "  " : found
    }

    private func rendered(_ value: JSONValue, indentation: String) -> [UInt8] {
        Array(Self.text(value, indentation: indentation, unit: unit).utf8)
    }

    private static func text(_ value: JSONValue, indentation: String, unit: String) -> String {
        guard case .object(let members) = value, !members.isEmpty else {
            guard case .array(let elements) = value else { return value.text }
            return "[" + elements.map { text($0, indentation: indentation, unit: unit) }.joined(separator: ", ") + "]"
        }
        let inner = indentation + unit
        let lines = members.sorted { $0.key < $1.key }.map { name, value in
            "\(inner)\(JSONValue.string(name).text): \(text(value, indentation: inner, unit: unit))"
        }
        return "{\n\(lines.joined(separator: ",\n"))\n\(indentation)}"
    }
}
