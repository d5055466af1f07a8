// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The header fields of one HTTP message, in the order of the wire, names compared without case.
package struct HTTPFields: Sendable, Equatable {
    /// One field line.
    package struct Field: Sendable, Equatable {
        /// The name as it was written.
        package let name: String
        /// The value without surrounding white space.
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// All field lines, in order, duplicates included.
    package private(set) var fields: [Field]

    /// Makes a list of fields from pairs, for example `HTTPFields([("Accept", "text/html")])`.
    package init(_ pairs: [(name: String, value: String)] = []) {
        fields = pairs.map { Field(name: $0.name, value: $0.value) }
    }

    /// Adds a field line at the end, whatever is there already.
    package mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Replaces all lines of that name by one.
    package mutating func set(_ name: String, _ value: String) {
        remove(name)
        append(name, value)
    }

    /// Removes all lines of that name.
    package mutating func remove(_ name: String) {
        fields.removeAll { Self.isSameName($0.name, name) }
    }

    /// The value of the first line of that name.
    package func first(_ name: String) -> String? {
        for field in fields where Self.isSameName(field.name, name) { return field.value }
        return nil
    }

    /// The values of all lines of that name, in order.
    package func all(_ name: String) -> [String] {
        fields.filter { Self.isSameName($0.name, name) }.map(\.value)
    }

    /// Compares two field names as RFC 9110 section 5.1 says: ASCII letters without case, all else exactly.
    package static func isSameName(_ one: String, _ other: String) -> Bool {
        let left = one.utf8
        let right = other.utf8
        guard left.count == right.count else { return false }
        return left.elementsEqual(right) { Self.lowercased($0) == Self.lowercased($1) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }
}
