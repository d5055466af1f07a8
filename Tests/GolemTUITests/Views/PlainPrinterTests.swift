// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct PlainPrinterTests {
    @Test func `An event is one line with time, level, name, ids and text`() {
        let event = Event(
            seq: 1, time: SampleEvents.now, requestID: "7f3a", session: "telegram:88123",
            kind: .turnFailed(
                TurnFailed(code: "provider_error", message: "529\noverloaded", durationMicroseconds: 3_100_000)))
        #expect(
            PlainPrinter.line(event)
                == "2026-02-15T03:12:09.000Z ERR   turn.failed req=7f3a chat=telegram:88123 provider_error: 529 overloaded"
        )
    }

    @Test func `Streamed text is left out`() {
        let event = Event(seq: 1, time: SampleEvents.now, kind: .turnDelta(TurnDelta(text: "a", isThinking: false)))
        #expect(PlainPrinter.line(event) == nil)
    }

    @Test func `A snapshot is a summary with what is open`() {
        let lines = PlainPrinter.lines(
            .snapshot(Snapshot(state: SampleEvents.busyHour().state, takenAt: SampleEvents.now)))
        #expect(lines.first?.hasPrefix("-- golem@gw-7 v0.1.0, 2026-02-15T03:12:09.000Z, event ") == true)
        #expect(lines.contains { $0.hasPrefix("CRIT channel:slack: down") })
        #expect(lines.contains { $0.hasPrefix("ASK approval 214") })
    }

    @Test func `Loss and gaps are lines`() {
        #expect(PlainPrinter.lines(.lost(reason: "reset")) == ["-- connection lost: reset --"])
        #expect(PlainPrinter.lines(.missed(12)) == ["-- 12 events not received --"])
        #expect(PlainPrinter.lines(.pulse(roundTripMicroseconds: 1, engineTime: SampleEvents.now)).isEmpty)
    }
}
