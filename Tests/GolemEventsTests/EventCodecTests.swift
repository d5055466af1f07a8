// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEvents
import GolemTestSupport
import Testing

@Suite struct EventCodecTests {
    @Test func `Every kind of event survives JSON`() throws {
        var source = RandomEvents(seed: 11)
        var seen: Set<String> = []
        for event in source.next(20_000) {
            let isNew = seen.insert(event.kind.name).inserted
            guard isNew || event.seq < 1_000 else { continue }
            let text = try JSONEncoder().encode(event)
            #expect(try JSONDecoder().decode(Event.self, from: text) == event)
        }
        let known = seen.filter { !$0.hasPrefix("later.") }
        #expect(known.count == 40, "not all kinds were made: \(known.sorted())")
    }

    @Test func `A kind of a later version decodes as unknown and keeps its name`() throws {
        let text = #"{"seq":9,"time":5,"kind":"moon.risen","data":{"phase":[1,{"x":null}]},"extra":true}"#
        let event = try JSONDecoder().decode(Event.self, from: Data(text.utf8))
        #expect(event == Event(seq: 9, time: Timestamp(microseconds: 5), kind: .unknown(name: "moon.risen")))
        #expect(event.summary == "unknown event moon.risen")
    }

    @Test func `Secrets are removed from every text of every payload`() throws {
        var source = RandomEvents(seed: 12)
        for event in source.next(1_500) {
            let marked = event.kind.mappingText { _ in "REDACTED" }
            let text = String(
                decoding: try JSONEncoder().encode(Event(seq: 1, time: event.time, kind: marked)), as: UTF8.self)
            // Senders are names that the platform gave, not free text.
            if case .chatReceived = marked { continue }
            if case .chatRejected = marked { continue }
            if case .turnStarted = marked { continue }
            #expect(text.utf8.firstRange(of: Array("long long".utf8)) == nil, "\(event.kind.name)")
        }
    }
}

@Suite struct DurationTextTests {
    @Test(
        arguments: [
            (-5, "0us"), (0, "0us"), (999, "999us"), (1_000, "1ms"), (994_999, "995ms"), (995_000, "1.00s"),
            (9_990_000, "9.99s"), (9_994_999, "9.99s"), (9_995_000, "10.0s"), (10_000_000, "10.0s"),
            (59_999_999, "59.9s"),
            (60_000_000, "1m00s"), (3_599_000_000, "59m59s"), (3_600_000_000, "1h00m"), (90_061_000_000, "25h01m"),
        ] as [(Int64, String)])
    func `Durations read well`(microseconds: Int64, text: String) {
        #expect(durationText(microseconds) == text)
    }
}
