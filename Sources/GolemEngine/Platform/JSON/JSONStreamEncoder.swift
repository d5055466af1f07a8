// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Encodes values as JSON in one pass, without the tree of boxes that `JSONEncoder` builds first.
///
/// For what is encoded all the time: events for consoles and the archive, messages for the store. Keys keep the order in
/// which a value encodes them; a number that JSON does not know becomes `null`. Values must finish one nested container
/// before they go on with the one around it, which synthesized conformances and the standard library's do.
package enum JSONStreamEncoder {
    /// The value's JSON, UTF-8.
    ///
    /// Errors are those that the value itself throws.
    package static func bytes(_ value: some Encodable, capacity: Int = 512) throws -> [UInt8] {
        let output = Output(capacity: capacity)
        try output.encode(value)
        return output.json.bytes
    }

    /// The text so far and the brackets that are open; one for each call of `bytes`.
    fileprivate final class Output {
        var json: JSONWriter
        /// Whether each open container is an array, the innermost last.
        private var open: [Bool] = []
        /// How many values were begun, to notice one that encoded nothing.
        private var count = 0

        init(capacity: Int) { json = JSONWriter(capacity: capacity) }

        /// Encodes a value at the current place.
        func encode(_ value: some Encodable) throws {
            let depth = open.count
            let before = count
            try value.encode(to: ValueEncoder(output: self))
            if count == before { begin(isArray: false) }
            close(to: depth)
        }

        /// Opens a container and gives its depth.
        @discardableResult
        func begin(isArray: Bool) -> Int {
            count += 1
            if isArray { json.beginArray() } else { json.beginObject() }
            open.append(isArray)
            return open.count
        }

        /// Ends the containers inside of the one at `depth`.
        func close(to depth: Int) {
            while open.count > depth, let isArray = open.popLast() {
                if isArray { json.endArray() } else { json.endObject() }
            }
        }

        func null() {
            count += 1
            json.null()
        }

        func write(_ value: Bool) {
            count += 1
            json.bool(value)
        }

        func write(_ value: String) {
            count += 1
            json.string(value)
        }

        func write(_ value: Double) {
            count += 1
            json.number(value)
        }

        func write(_ value: some BinaryInteger) {
            count += 1
            json.integer(value)
        }
    }

    private struct ValueEncoder: Encoder, SingleValueEncodingContainer {
        let output: Output
        var codingPath: [any CodingKey] { [] }
        var userInfo: [CodingUserInfoKey: Any] { [:] }

        func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
            KeyedEncodingContainer(KeyedContainer<Key>(output: output, depth: output.begin(isArray: false)))
        }
        func unkeyedContainer() -> any UnkeyedEncodingContainer {
            ArrayContainer(output: output, depth: output.begin(isArray: true))
        }
        func singleValueContainer() -> any SingleValueEncodingContainer { self }

        func encodeNil() { output.null() }
        func encode(_ value: Bool) { output.write(value) }
        func encode(_ value: String) { output.write(value) }
        func encode(_ value: Double) { output.write(value) }
        func encode(_ value: Float) { output.write(Double(value)) }
        func encode(_ value: Int) { output.write(value) }
        func encode(_ value: Int8) { output.write(value) }
        func encode(_ value: Int16) { output.write(value) }
        func encode(_ value: Int32) { output.write(value) }
        func encode(_ value: Int64) { output.write(value) }
        func encode(_ value: UInt) { output.write(value) }
        func encode(_ value: UInt8) { output.write(value) }
        func encode(_ value: UInt16) { output.write(value) }
        func encode(_ value: UInt32) { output.write(value) }
        func encode(_ value: UInt64) { output.write(value) }
        func encode(_ value: some Encodable) throws { try output.encode(value) }
    }

    private struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let output: Output
        let depth: Int
        var codingPath: [any CodingKey] { [] }

        private func begin(_ key: some CodingKey) -> Output {
            output.close(to: depth)
            output.json.key(key.stringValue)
            return output
        }

        func encodeNil(forKey key: Key) { begin(key).null() }
        func encode(_ value: Bool, forKey key: Key) { begin(key).write(value) }
        func encode(_ value: String, forKey key: Key) { begin(key).write(value) }
        func encode(_ value: Double, forKey key: Key) { begin(key).write(value) }
        func encode(_ value: Float, forKey key: Key) { begin(key).write(Double(value)) }
        func encode(_ value: Int, forKey key: Key) { begin(key).write(value) }
        func encode(_ value: Int8, forKey key: Key) { begin(key).write(value) }
        func encode(_ value: Int16, forKey key: Key) { begin(key).write(value) }
        func encode(_ value: Int32, forKey key: Key) { begin(key).write(value) }
        func encode(_ value: Int64, forKey key: Key) { begin(key).write(value) }
        func encode(_ value: UInt, forKey key: Key) { begin(key).write(value) }
        func encode(_ value: UInt8, forKey key: Key) { begin(key).write(value) }
        func encode(_ value: UInt16, forKey key: Key) { begin(key).write(value) }
        func encode(_ value: UInt32, forKey key: Key) { begin(key).write(value) }
        func encode(_ value: UInt64, forKey key: Key) { begin(key).write(value) }
        func encode(_ value: some Encodable, forKey key: Key) throws { try begin(key).encode(value) }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedEncodingContainer<Nested> { ValueEncoder(output: begin(key)).container(keyedBy: type) }
        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            ValueEncoder(output: begin(key)).unkeyedContainer()
        }
        func superEncoder() -> any Encoder { ValueEncoder(output: begin(SuperKey())) }
        func superEncoder(forKey key: Key) -> any Encoder { ValueEncoder(output: begin(key)) }
    }

    private struct ArrayContainer: UnkeyedEncodingContainer {
        let output: Output
        let depth: Int
        var count = 0
        var codingPath: [any CodingKey] { [] }

        init(output: Output, depth: Int) {
            self.output = output
            self.depth = depth
        }

        private mutating func begin() -> Output {
            output.close(to: depth)
            count += 1
            return output
        }

        mutating func encodeNil() { begin().null() }
        mutating func encode(_ value: Bool) { begin().write(value) }
        mutating func encode(_ value: String) { begin().write(value) }
        mutating func encode(_ value: Double) { begin().write(value) }
        mutating func encode(_ value: Float) { begin().write(Double(value)) }
        mutating func encode(_ value: Int) { begin().write(value) }
        mutating func encode(_ value: Int8) { begin().write(value) }
        mutating func encode(_ value: Int16) { begin().write(value) }
        mutating func encode(_ value: Int32) { begin().write(value) }
        mutating func encode(_ value: Int64) { begin().write(value) }
        mutating func encode(_ value: UInt) { begin().write(value) }
        mutating func encode(_ value: UInt8) { begin().write(value) }
        mutating func encode(_ value: UInt16) { begin().write(value) }
        mutating func encode(_ value: UInt32) { begin().write(value) }
        mutating func encode(_ value: UInt64) { begin().write(value) }
        mutating func encode(_ value: some Encodable) throws { try begin().encode(value) }

        mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
            ValueEncoder(output: begin()).container(keyedBy: type)
        }
        mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
            ValueEncoder(output: begin()).unkeyedContainer()
        }
        mutating func superEncoder() -> any Encoder { ValueEncoder(output: begin()) }
    }

    private struct SuperKey: CodingKey {
        var stringValue: String { "super" }
        var intValue: Int? { nil }
        init() {}
        init?(stringValue: String) { nil }
        init?(intValue: Int) { nil }
    }
}
