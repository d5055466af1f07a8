// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct LogRingTests {
    private func event(_ seq: UInt64, _ level: LogLevel = .info, _ text: String = "line") -> Event {
        Event(
            seq: seq, time: Timestamp(seconds: Int64(seq)),
            kind: .log(LogRecorded(level: level, message: "\(text) \(seq)")))
    }

    @Test func `F43 the ring forgets the oldest lines`() {
        var ring = LogRing(capacity: 100)
        for seq in 1...1_000 { ring.append([event(UInt64(seq), seq % 10 == 0 ? .error : .info)]) }
        #expect(ring.lines.count >= 100 && ring.lines.count <= 125)
        #expect(ring.lines.last?.summary == "line 1000")
        #expect(ring.shown == ring.lines.map(\.id))
        #expect(ring.errorCount == ring.lines.count { $0.level == .error })
        #expect(ring.line(1) == nil)
        #expect(ring.line(1_000)?.summary == "line 1000")
    }

    @Test func `Filtering line by line shows what filtering at once shows`() throws {
        var byLine = LogRing(capacity: 500)
        var atOnce = LogRing(capacity: 500)
        let filter = try Filter.parse("7 !77")
        byLine.show(level: .warn, filter: filter)
        for seq in 1...900 {
            let event = event(UInt64(seq), seq % 3 == 0 ? .warn : .info)
            byLine.append([event])
            atOnce.append([event])
        }
        atOnce.show(level: .warn, filter: filter)
        #expect(byLine.shown == atOnce.shown)
        #expect(!byLine.shown.isEmpty)
    }

    @Test func `A snapshot that does not follow leaves a line with the number`() {
        var ring = LogRing()
        ring.append([event(1), event(2)])
        ring.join([event(8), event(9)], upTo: 9)
        #expect(ring.lines.map(\.summary) == ["line 1", "line 2", "5 events not received", "line 8", "line 9"])
    }

    @Test func `A snapshot that overlaps adds nothing twice`() {
        var ring = LogRing()
        ring.append([event(1), event(2)])
        ring.join([event(1), event(2), event(3)], upTo: 3)
        #expect(ring.lines.map(\.summary) == ["line 1", "line 2", "line 3"])
    }

    @Test func `A restarted engine is said so`() {
        var ring = LogRing()
        ring.append([event(500)])
        ring.join([event(1)], upTo: 1)
        #expect(ring.lines.count == 3)
        #expect(ring.lines[1].summary.contains("restarted"))
    }

    @Test func `Scrolling up stops following and new lines are counted`() {
        var sample = SampleEvents.busyHour()
        var console = Operator(sample)
        console.type("9kk")
        let selected = console.state.selectedID(.log)
        let before = console.rows
        for number in 0..<3 {
            sample.add(.log(LogRecorded(level: .info, message: "new \(number)")), secondsAgo: 0)
            console.hear(.events([sample.events[sample.events.count - 1]]))
        }
        #expect(console.state.selectedID(.log) == selected)
        #expect(console.row(22).contains("PAUSED, 3 new (G resumes)"))
        #expect(console.rows[3...15] == before[3...15])
        console.type("G")
        #expect(console.row(22).contains("FOLLOW"))
        #expect(console.text.contains("new 2"))
    }

    @Test func `Jumping goes to errors and warnings`() {
        var console = Operator()
        console.type("9e")
        #expect(console.text.contains(">03:10:29.000 ERR  log"))
        console.type("E")
        #expect(console.text.contains(">03:10:09.000 ERR  service.health"))
        console.type("e")
        #expect(console.text.contains(">03:10:29.000 ERR"))
    }

    @Test func `A level shows more`() {
        var console = Operator()
        console.type(":level debug")
        console.press(.enter)
        #expect(console.text.contains("provider.started"))
        #expect(console.row(22).contains("level:debug+"))
    }
}
