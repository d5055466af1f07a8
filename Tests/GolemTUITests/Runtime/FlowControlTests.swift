// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct FlowControlTests {
    /// A terminal that has answered its greeting in `roundTrip`.
    private func answering(roundTrip: Duration = .milliseconds(10)) -> FlowControl {
        var flow = FlowControl()
        flow.asked(.greeting, now: .zero, bytesSent: 4)
        _ = flow.answered(now: roundTrip)
        return flow
    }

    @Test func `Keys and data wait for the answer to the last frame, and for nothing else`() {
        var flow = answering()
        #expect(!flow.isWaiting(forInput: false) && !flow.isWaiting(forInput: true))
        flow.asked(.roundTrip, now: .seconds(1), bytesSent: 8)
        #expect(!flow.isWaiting(forInput: false) && !flow.isWaiting(forInput: true))
        flow.asked(.frame, now: .seconds(1), bytesSent: 1_000)
        #expect(flow.isWaiting(forInput: false) && flow.isWaiting(forInput: true))
        #expect(flow.answered(now: .seconds(2))?.purpose == .roundTrip)
        #expect(flow.isWaiting(forInput: true))
        #expect(flow.answered(now: .seconds(3))?.purpose == .frame)
        #expect(!flow.isWaiting(forInput: false) && !flow.expectsAnswer && flow.deadline == nil)
        #expect(flow.roundTrip == .seconds(2))
    }

    @Test func `At the start only data waits, and not for long when the terminal does not answer`() {
        var flow = FlowControl()
        #expect(!flow.isWaiting(forInput: false))
        flow.asked(.greeting, now: .zero, bytesSent: 4)
        flow.asked(.frame, now: .zero, bytesSent: 2_000)
        #expect(flow.isWaiting(forInput: false) && !flow.isWaiting(forInput: true))
        #expect(flow.deadline == .seconds(1))
        let asksAgain = flow.passDeadline(now: .seconds(1))
        #expect(!asksAgain && flow.standing == .silent)
        #expect(!flow.isWaiting(forInput: false) && !flow.expectsAnswer && flow.deadline == nil)
        // Queries are for terminals that answer: now and then one that does not is asked again.
        #expect(!flow.asks(now: .seconds(9)) && flow.asks(now: .seconds(10)))
        flow.asked(.frame, now: .seconds(10), bytesSent: 3_000)
        #expect(!flow.isWaiting(forInput: false) && flow.deadline == nil)
    }

    @Test func `A first answer that comes late is still an answer`() {
        var flow = FlowControl()
        flow.asked(.greeting, now: .zero, bytesSent: 4)
        flow.asked(.frame, now: .zero, bytesSent: 2_000)
        _ = flow.passDeadline(now: .seconds(1))
        #expect(flow.answered(now: .seconds(2))?.purpose == .greeting)
        #expect(flow.isWaiting(forInput: true), "the first frame is under way")
        #expect(flow.answered(now: .seconds(6))?.purpose == .frame)
        #expect(!flow.isWaiting(forInput: true))
    }

    @Test func `Answers that nobody waits for are harmless`() {
        var flow = answering()
        for second in 1..<4 {
            let extra = flow.answered(now: .seconds(second))
            #expect(extra == nil)
        }
        flow.asked(.frame, now: .seconds(5), bytesSent: 100)
        #expect(flow.isWaiting(forInput: true))
    }

    @Test func `A lost answer is found by a probe, and the next frames wait for their own answers`() throws {
        var flow = answering()
        flow.asked(.frame, now: .seconds(1), bytesSent: 104)
        let deadline = try #require(flow.deadline)
        #expect(deadline > .seconds(4))
        #expect(flow.isWaiting(forInput: true))
        var probes = flow.passDeadline(now: deadline)
        #expect(probes)
        flow.asked(.probe, now: deadline, bytesSent: 108)
        // One answer for two questions: the other one may still be coming.
        _ = flow.answered(now: deadline + .milliseconds(20))
        #expect(flow.isWaiting(forInput: true))
        let end = try #require(flow.deadline)
        #expect(end - deadline < .seconds(1))
        probes = flow.passDeadline(now: end)
        #expect(!probes && !flow.isWaiting(forInput: true) && flow.deadline == nil && flow.standing == .answers)
        flow.asked(.frame, now: end, bytesSent: 200)
        #expect(flow.isWaiting(forInput: true))
        #expect(flow.answered(now: end + .milliseconds(20))?.purpose == .frame)
        #expect(!flow.isWaiting(forInput: true))
    }

    @Test func `An answer that was only slow leaves nothing behind`() throws {
        var flow = answering()
        flow.asked(.frame, now: .seconds(1), bytesSent: 104)
        let deadline = try #require(flow.deadline)
        let probes = flow.passDeadline(now: deadline)
        #expect(probes)
        flow.asked(.probe, now: deadline, bytesSent: 108)
        #expect(flow.answered(now: deadline + .seconds(1))?.purpose == .frame)
        #expect(flow.isWaiting(forInput: true))
        #expect(flow.answered(now: deadline + .seconds(1))?.purpose == .probe)
        #expect(!flow.isWaiting(forInput: true) && flow.deadline == nil)
    }

    @Test func `A terminal that answers no more is given up, and comes back with its next answer`() {
        var flow = answering()
        flow.asked(.frame, now: .zero, bytesSent: 104)
        var probes = 0
        while let deadline = flow.deadline, probes < 10 {
            guard flow.passDeadline(now: deadline) else { continue }
            probes += 1
            flow.asked(.probe, now: deadline, bytesSent: 104 + probes * 4)
        }
        #expect(probes == 3 && flow.standing == .silent)
        #expect(!flow.isWaiting(forInput: false))
        _ = flow.answered(now: .seconds(100))
        #expect(flow.standing == .answers)
    }

    @Test func `A slow line gets the time that it needs before an answer is taken for lost`() throws {
        var slow = answering()
        // 2 kB in 4 s: a frame of 10 kB may take as many times as long.
        slow.asked(.frame, now: .zero, bytesSent: 2_004)
        _ = slow.answered(now: .seconds(4))
        slow.asked(.frame, now: .seconds(10), bytesSent: 12_004)
        #expect(try #require(slow.deadline) >= .seconds(30))
        var fast = answering()
        fast.asked(.frame, now: .zero, bytesSent: 2_004)
        _ = fast.answered(now: .milliseconds(20))
        fast.asked(.frame, now: .seconds(10), bytesSent: 12_004)
        #expect(try #require(fast.deadline) <= .seconds(14))
    }

    @Test func `After a resize the old terminal's answers are asked for once, and a free line is free`() throws {
        var free = answering()
        let asksFree = free.resized()
        #expect(!asksFree && !free.isWaiting(forInput: true))
        var flow = answering()
        flow.asked(.frame, now: .zero, bytesSent: 104)
        var asks = flow.resized()
        #expect(asks)
        flow.asked(.probe, now: .seconds(1), bytesSent: 108)
        asks = flow.resized()
        #expect(!asks, "a burst of resizes is one probe")
        #expect(flow.isWaiting(forInput: true))
        _ = flow.answered(now: .seconds(1) + .milliseconds(5))
        let end = try #require(flow.deadline)
        #expect(end < .seconds(2))
        _ = flow.passDeadline(now: end)
        #expect(!flow.isWaiting(forInput: true))
    }

    @Test(arguments: propertySeeds)
    func `Whatever happens, a terminal that answers is never waited for without end`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var flow = FlowControl()
        var now = Duration.zero
        var bytes = 0
        for _ in 0..<300 {
            now += .milliseconds(Int.random(in: 0..<2_000, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                bytes += 1_000
                if flow.asks(now: now), !flow.isWaiting(forInput: true) {
                    flow.asked(.frame, now: now, bytesSent: bytes)
                }
            case 1: flow.asked(.roundTrip, now: now, bytesSent: bytes)
            case 2: if flow.resized() { flow.asked(.probe, now: now, bytesSent: bytes) }
            case 3: if flow.passDeadline(now: now) { flow.asked(.probe, now: now, bytesSent: bytes) }
            default: _ = flow.answered(now: now)
            }
        }
        // From here on nothing is answered: deadlines alone end the wait.
        for _ in 0..<20 {
            guard let deadline = flow.deadline else { break }
            now = max(now, deadline)
            if flow.passDeadline(now: now) { flow.asked(.probe, now: now, bytesSent: bytes) }
        }
        #expect(!flow.isWaiting(forInput: true) && flow.deadline == nil)
    }
}
