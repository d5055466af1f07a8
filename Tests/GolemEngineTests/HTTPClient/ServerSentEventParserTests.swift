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
}
