// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Testing

@testable import GolemTUI

@Suite struct FramePacerTests {
    @Test func `Nothing is drawn while nothing changed`() {
        let pacer = FramePacer(isRemote: false)
        #expect(pacer.decision(now: .seconds(5), isBlocked: false, flow: FlowControl()) == .idle)
    }

    @Test func `Keys are drawn at once, data twenty times a second`() {
        var pacer = FramePacer(isRemote: false)
        pacer.noteData()
        #expect(pacer.decision(now: .seconds(1), isBlocked: false, flow: FlowControl()) == .draw)
        pacer.drew(now: .seconds(1), isDrained: true)
        pacer.noteData()
        let soon = Duration.seconds(1) + .milliseconds(10)
        #expect(
            pacer.decision(now: soon, isBlocked: false, flow: FlowControl())
                == .wait(until: .seconds(1) + .milliseconds(50)))
        pacer.noteInput()
        #expect(pacer.decision(now: soon, isBlocked: false, flow: FlowControl()) == .draw)
    }

    @Test func `Data comes four times a second over SSH`() {
        var pacer = FramePacer(isRemote: true)
        pacer.drew(now: .zero, isDrained: true)
        pacer.noteData()
        #expect(
            pacer.decision(now: .milliseconds(10), isBlocked: false, flow: FlowControl())
                == .wait(until: .milliseconds(250)))
        #expect(pacer.decision(now: .milliseconds(250), isBlocked: false, flow: FlowControl()) == .draw)
    }

    @Test func `A terminal that does not drain gets one frame a second until it is trusted again`() {
        var pacer = FramePacer(isRemote: false)
        pacer.noteInput()
        #expect(pacer.decision(now: .zero, isBlocked: true, flow: FlowControl()) == .waitForDrain)
        pacer.drew(now: .zero, isDrained: false)
        for frame in 0..<3 {
            pacer.noteData()
            let now = Duration.seconds(frame)
            #expect(pacer.decision(now: now, isBlocked: false, flow: FlowControl()) == .wait(until: now + .seconds(1)))
            pacer.drew(now: now + .seconds(1), isDrained: true)
        }
        pacer.noteData()
        #expect(pacer.decision(now: .seconds(3) + .milliseconds(50), isBlocked: false, flow: FlowControl()) == .draw)
    }

    /// A terminal that took so long to answer a frame sent at zero.
    private func flow(roundTrip: Duration) -> FlowControl {
        var flow = FlowControl()
        flow.asked(.frame, now: .zero, bytesSent: 1_000)
        _ = flow.answered(now: roundTrip)
        return flow
    }

    @Test func `While a frame is under way nothing is drawn, and then the newest state at once`() {
        var pacer = FramePacer(isRemote: false)
        var flow = flow(roundTrip: .milliseconds(1))
        pacer.drew(now: .zero, isDrained: true)
        flow.asked(.frame, now: .zero, bytesSent: 2_000)
        pacer.noteInput()
        #expect(pacer.decision(now: .seconds(2), isBlocked: false, flow: flow) == .waitForAnswer)
        _ = flow.answered(now: .seconds(2))
        #expect(pacer.decision(now: .seconds(2), isBlocked: false, flow: flow) == .draw)
    }

    @Test(arguments: [(1, 50), (40, 80), (200, 400), (800, 1_600), (5_000, 6_000)])
    func `The round trip sets the frame rate, and leaves the line free as long again`(
        roundTrip: Int, next: Int
    ) {
        var pacer = FramePacer(isRemote: false)
        pacer.drew(now: .zero, isDrained: false)
        pacer.noteData()
        let flow = flow(roundTrip: .milliseconds(roundTrip))
        let answered = Duration.milliseconds(roundTrip)
        #expect(pacer.decision(now: answered, isBlocked: false, flow: flow) == .wait(until: .milliseconds(next)))
        #expect(pacer.decision(now: .milliseconds(next), isBlocked: false, flow: flow) == .draw)
        pacer.noteInput()
        #expect(pacer.decision(now: answered, isBlocked: false, flow: flow) == .draw)
    }
}
