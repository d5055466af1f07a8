// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Testing

@testable import GolemEngine

@Suite struct HTTPValuesTests {
    @Test func `Field names are compared without case, values are kept in order`() {
        var fields = HTTPFields([("Accept", "a"), ("accept", "b"), ("Other", "c")])
        fields.append("ACCEPT", "d")
        #expect(fields.first("aCCept") == "a")
        #expect(fields.all("accept") == ["a", "b", "d"])
        #expect(fields.first("Accep") == nil)
        fields.set("accept", "e")
        #expect(fields.fields.map(\.value) == ["c", "e"])
    }

    @Test func `Non-ASCII letters are compared exactly`() {
        #expect(!HTTPFields.isSameName("Ä", "ä"))
        // 0x5B and 0x7B differ by the case bit only.
        #expect(!HTTPFields.isSameName("[", "{"))
    }

    @Test(arguments: [
        ("a", true), ("a:80", true), ("a.b-c_d:65535", true), ("[::1]", true), ("[::1]:80", true), ("1.2.3.4:", true),
        ("", false), (":80", false), ("a:b", false), ("a:123456", false), ("[::1", false), ("[]", false),
        ("[::1]x", false), ("a b", false), ("a,b", false), ("a@b", false), ("a/b", false), ("ä", false),
    ])
    func `A host is a name or an address with an optional port`(host: String, isValid: Bool) {
        #expect(HTTPSyntax.isHost(host) == isValid)
    }

    @Test func `An event has one data line for each line of text`() {
        let event = ServerSentEvent(event: "delta", data: "one\ntwo\r\nthree\rfour\n", id: "7")
        #expect(
            String(decoding: event.bytes, as: UTF8.self)
                == "event: delta\nid: 7\ndata: one\ndata: two\ndata: three\ndata: four\ndata: \n\n")
        #expect(String(decoding: ServerSentEvent(data: "").bytes, as: UTF8.self) == "data: \n\n")
    }

    @Test func `A line break in a name or an id cannot start a field`() {
        let event = ServerSentEvent(event: "a\ndata: x", data: "y", id: "1\r\n2")
        #expect(String(decoding: event.bytes, as: UTF8.self) == "event: adata: x\nid: 12\ndata: y\n\n")
        #expect(String(decoding: ServerSentEvent.comment("a\n\nb"), as: UTF8.self) == ": ab\n\n")
    }

    @Test func `Dates are written as HTTP wants them`() {
        #expect(RefusalMessage.date(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    }

    @Test func `The clock of a connection can be expired once, and not be revived`() {
        let clock = ConnectionClock(deadline: 1000)
        let tooEarly = clock.expire(at: 900)
        let entered = clock.enter(.head, until: 2000)
        let extended = clock.expire(at: 1500)
        let expired = clock.expire(at: 2000)
        let again = clock.expire(at: 3000)
        let revived = clock.enter(.busy, until: MonotonicTime.never)
        let (phase, deadline) = (clock.phase, clock.deadline)
        #expect(tooEarly == nil)
        #expect(entered)
        #expect(extended == nil)
        #expect(expired == .head)
        #expect(again == nil)
        #expect(!revived)
        #expect(phase == .expired)
        #expect(deadline == MonotonicTime.never)
    }

    @Test func `A busy connection never expires`() {
        let clock = ConnectionClock(deadline: 0)
        let entered = clock.enter(.busy, until: MonotonicTime.never)
        let expired = clock.expire(at: MonotonicTime.never - 8)
        #expect(entered)
        #expect(expired == nil)
    }
}
