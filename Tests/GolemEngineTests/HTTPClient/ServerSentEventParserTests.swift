// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemTestSupport
import Testing

@Suite struct ServerSentEventParserTests {
    private func parse(_ text: String) throws -> [ReceivedServerSentEvent] {
        var parser = ServerSentEventParser()
        return try parser.feed(text.utf8)
    }

    @Test func `An event ends at its empty line`() throws {
        #expect(
            try parse("data: a\n\ndata: b\n\n") == [
                ReceivedServerSentEvent(data: "a"), ReceivedServerSentEvent(data: "b"),
            ])
        #expect(try parse("data: unfinished\n").isEmpty)
    }

    @Test(arguments: ["\n", "\r", "\r\n"])
    func `All three line ends are understood`(end: String) throws {
        let text = ["event: tick", "data: 1", "data: 2", "", "data: 3", "", ""].joined(separator: end)
        #expect(
            try parse(text) == [
                ReceivedServerSentEvent(name: "tick", data: "1\n2"), ReceivedServerSentEvent(data: "3"),
            ])
    }

    @Test func `However the bytes are cut, the events are the same`() throws {
        let text = "\u{FEFF}: comment\r\nevent: é\r\ndata: 你好\r\n\r\nid: 7\rdata:x\ndata\n\nretry: 30\n\ndata: y\n\n"
        let bytes = Array(text.utf8)
        let whole = try parse(text)
        #expect(whole.count == 3)
        for size in 1...bytes.count {
            var parser = ServerSentEventParser()
            var events: [ReceivedServerSentEvent] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                events += try parser.feed(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(events == whole)
            #expect(parser.retryMilliseconds == 30)
        }
    }

    @Test func `Fields follow the standard's corner cases`() throws {
        #expect(try parse("data\n\n") == [ReceivedServerSentEvent(data: "")])
        #expect(try parse("data:  two\n\n") == [ReceivedServerSentEvent(data: " two")])
        #expect(try parse("event: lost\n\ndata: a\n\n") == [ReceivedServerSentEvent(data: "a")])
        #expect(try parse(": ping\n\n").isEmpty)
        #expect(try parse("Data: a\nfoo: b\n\n").isEmpty)
        #expect(
            try parse("id: 1\ndata: a\n\ndata: b\n\nid: x\0y\ndata: c\n\nid\ndata: d\n\n").map(\.lastEventID)
                == ["1", "1", "1", ""])
    }

    @Test func `A line or an event without end is an error`() {
        var long = ServerSentEventParser(maxEventBytes: 100)
        #expect(throws: ServerSentEventParser.TooLong.self) {
            _ = try long.feed([UInt8](repeating: 65, count: 101))
        }
        var many = ServerSentEventParser(maxEventBytes: 100)
        #expect(throws: ServerSentEventParser.TooLong.self) {
            for _ in 0..<20 { _ = try many.feed("data: 1234567\n".utf8) }
        }
    }

    @Test(arguments: [1, 7, 10_000]) func `An event that is too long is left out when that is wanted`(size: Int) throws
    {
        let long = String(repeating: "x", count: 500)
        let text =
            "data: a\n\nid: 1\ndata: \(long)END\n\ndata: b\n\n"
            + "data: \(String(long.prefix(90)))\ndata: \(String(long.prefix(90)))LAST\n\ndata: c\n\n"
        var parser = ServerSentEventParser(maxEventBytes: 100, skipsLongEvents: true)
        var events: [ReceivedServerSentEvent] = []
        var skipped: [ServerSentEventParser.Skipped] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            events += try parser.feed(bytes[start..<min(start + size, bytes.count)])
            skipped += parser.takeSkipped()
        }
        #expect(events.map(\.data) == ["a", "b", "c"])
        #expect(events.map(\.lastEventID) == ["", "1", "1"])
        #expect(skipped.count == 2)
        #expect(skipped.first.map { String(decoding: $0.tail, as: UTF8.self).hasSuffix("xEND") } == true)
        #expect(skipped.last.map { String(decoding: $0.tail, as: UTF8.self).hasSuffix("xLAST") } == true)
        #expect(skipped.first.map { String(decoding: $0.head, as: UTF8.self).hasPrefix(" xxx") } == true)
    }
}
