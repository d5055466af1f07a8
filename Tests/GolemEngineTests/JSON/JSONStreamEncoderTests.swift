// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

struct JSONStreamEncoderTests {
    private struct Odd: Codable, Equatable {
        struct Empty: Codable, Equatable {}
        var empty = Empty()
        var none: Int?
        var list: [[Int?]] = [[], [1, nil], []]
        var names = ["a\"b\\\n\u{1}": 1.5, "": -0.25]
        var byNumber = [3: "drei", -1: "emoji 👩‍👩‍👧 中文"]
        var large = UInt64.max
        var small = Int64.min
        var flag = true
        var nested: [String: [String: Bool]] = ["x": [:], "y": ["z": false]]
    }

    /// A conformance by hand, with containers in containers and a value beside them.
    private struct Nested: Encodable {
        enum Keys: String, CodingKey {
            case before
            case middle
            case after
        }

        func encode(to encoder: any Encoder) throws {
            var outer = encoder.container(keyedBy: Keys.self)
            try outer.encode(1, forKey: .before)
            var list = outer.nestedUnkeyedContainer(forKey: .middle)
            try list.encode("a")
            var inner = list.nestedContainer(keyedBy: Keys.self)
            try inner.encode(2, forKey: .middle)
            try list.encodeNil()
            try outer.encode([3], forKey: .after)
        }
    }

    @Test func `What it writes is what JSONDecoder reads`() throws {
        let bytes = try JSONStreamEncoder.bytes(Odd())
        #expect(try JSONDecoder().decode(Odd.self, from: Data(bytes)) == Odd())
    }

    @Test func `Containers close in their order`() throws {
        let text = String(decoding: try JSONStreamEncoder.bytes(Nested()), as: UTF8.self)
        #expect(text == #"{"before":1,"middle":["a",{"middle":2},null],"after":[3]}"#)
    }

    @Test func `Plain values need no container`() throws {
        #expect(try JSONStreamEncoder.bytes("é\t") == Array(#""é\t""#.utf8))
        #expect(try JSONStreamEncoder.bytes(Int?.none) == Array("null".utf8))
        #expect(try JSONStreamEncoder.bytes([Double.infinity]) == Array("[null]".utf8))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `Events of every kind and a state come back as they were`(seed: UInt64) throws {
        var source = RandomEvents(seed: seed)
        var state = EngineState()
        for event in source.next(2_000) {
            state.apply(event)
            let bytes = try JSONStreamEncoder.bytes(event)
            #expect(try JSONDecoder().decode(Event.self, from: Data(bytes)) == event)
        }
        let bytes = try JSONStreamEncoder.bytes(state)
        #expect(try JSONDecoder().decode(EngineState.self, from: Data(bytes)) == state)
    }
}
