// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents
import GolemTestSupport
import Testing

@Suite struct JSONReaderTests {
    @Test func `All kinds of values are read`() throws {
        let text = #" { "a" : [ 1 , -2.5e3 , true , false , null , "x" ] , "b" : { } , "c" : [ ] } "#
        #expect(
            try JSONValue(reading: text) == [
                "a": [1, .number(-2500), true, false, .null, "x"], "b": [:], "c": [],
            ])
    }

    @Test func `Escapes are resolved and lone surrogates replaced`() throws {
        let text = #""\"\\\/\b\f\n\r\t\u00e9\u4f60\ud83d\ude00|\ud83d|\ude00|\ud83dx\ud83d\u0041""#
        #expect(
            try JSONValue(reading: text)
                == .string("\"\\/\u{8}\u{c}\n\r\té你😀|\u{FFFD}|\u{FFFD}|\u{FFFD}x\u{FFFD}A"))
    }

    @Test(arguments: [
        "", " ", "{", "[", "[1,]", "{,}", "{\"a\":1,}", "{\"a\"}", "{a:1}", "01", "-", "1.", ".5", "1e", "+1", "tru",
        "nulll", "\"", "\"\\x\"", "\"\\u12g4\"", "\"a\nb\"", "[1 2]", "1 2", "NaN", "1e999", "\u{1}",
    ])
    func `What is not JSON is refused`(text: String) {
        #expect(throws: JSONParseError.self) { try JSONValue(reading: text) }
    }

    @Test func `An error names its place`() {
        let error = #expect(throws: JSONParseError.self) { try JSONValue(reading: "{\n  \"a\": tru\n}") }
        #expect(error?.message == "unexpected character at line 2, column 8")
    }

    @Test func `Depth is limited`() throws {
        #expect(throws: JSONParseError.self) {
            try JSONValue(reading: String(repeating: "[", count: 100_000))
        }
        let fine = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(try JSONValue(reading: fine).arrayValue?.count == 1)
    }

    @Test func `Large whole numbers stay whole as long as they fit`() throws {
        #expect(try JSONValue(reading: "9223372036854775807") == .integer(.max))
        #expect(try JSONValue(reading: "-9223372036854775808") == .integer(.min))
        #expect(try JSONValue(reading: "9223372036854775808") == .number(9_223_372_036_854_775_808))
    }

    @Test func `What is written is read back, and the system's decoder agrees`() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let value = JSONReaderTests.randomValue(depth: 0, &random)
            var writer = JSONWriter()
            writer.value(value)
            let text = String(decoding: writer.bytes, as: UTF8.self)
            #expect(try JSONValue(bytes: writer.bytes) == value, "\(text)")
            #expect(try JSONValue(parsing: text) == value, "\(text)")
        }
    }

    @Test func `The writer sets commas and escapes by itself`() {
        var json = JSONWriter()
        json.beginObject()
        json.member("a", "\"\u{1}\u{1f}\\\n/é")
        json.key("b")
        json.beginArray()
        json.integer(1)
        json.beginObject()
        json.endObject()
        json.number(0.5)
        json.number(.infinity)
        json.endArray()
        json.key("c")
        json.bool(false)
        json.endObject()
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"a":"\"\u0001\u001f\\\n/é","b":[1,{},0.5,null],"c":false}"#)
    }

    private static func randomValue(depth: Int, _ random: inout SystemRandomNumberGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 3 ? 5 : 7), using: &random) {
        case 0: .null
        case 1: .bool(Bool.random(using: &random))
        case 2: .integer(Int64.random(in: .min ... .max, using: &random))
        case 3: .number(Double.random(in: -1e6...1e6, using: &random) + 0.123)
        case 4:
            .string(
                String(
                    String.UnicodeScalarView(
                        (0..<Int.random(in: 0...12, using: &random)).compactMap { _ in
                            Unicode.Scalar(UInt32.random(in: 0...0x1_FFFF, using: &random))
                        })))
        case 5: .array((0..<Int.random(in: 0...4, using: &random)).map { _ in randomValue(depth: depth + 1, &random) })
        default:
            .object(
                Dictionary(
                    (0..<Int.random(in: 0...4, using: &random)).map {
                        ("k\($0)\"", randomValue(depth: depth + 1, &random))
                    }, uniquingKeysWith: { $1 }))
        }
    }
}
