// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Testing

@testable import GolemTUI

@Suite struct FramePacerTests {
    @Test func `Nothing is drawn while nothing changed`() {
        let pacer = FramePacer(isRemote: false)
        #expect(pacer.decision(now: .seconds(5), isBlocked: false) == .idle)
    }

    @Test func `Keys are drawn at once, data twenty times a second`() {
        var pacer = FramePacer(isRemote: false)
        pacer.noteData()
        #expect(pacer.decision(now: .seconds(1), isBlocked: false) == .draw)
        pacer.drew(now: .seconds(1), isDrained: true)
        pacer.noteData()
        let soon = Duration.seconds(1) + .milliseconds(10)
        #expect(pacer.decision(now: soon, isBlocked: false) == .wait(until: .seconds(1) + .milliseconds(50)))
        pacer.noteInput()
        #expect(pacer.decision(now: soon, isBlocked: false) == .draw)
    }

    @Test func `Data comes four times a second over SSH`() {
        var pacer = FramePacer(isRemote: true)
        pacer.drew(now: .zero, isDrained: true)
        pacer.noteData()
        #expect(pacer.decision(now: .milliseconds(10), isBlocked: false) == .wait(until: .milliseconds(250)))
        #expect(pacer.decision(now: .milliseconds(250), isBlocked: false) == .draw)
    }

    @Test func `A terminal that does not drain gets one frame a second until it is trusted again`() {
        var pacer = FramePacer(isRemote: false)
        pacer.noteInput()
        #expect(pacer.decision(now: .zero, isBlocked: true) == .waitForDrain)
        pacer.drew(now: .zero, isDrained: false)
        for frame in 0..<3 {
            pacer.noteData()
            let now = Duration.seconds(frame)
            #expect(pacer.decision(now: now, isBlocked: false) == .wait(until: now + .seconds(1)))
            pacer.drew(now: now + .seconds(1), isDrained: true)
        }
        pacer.noteData()
        #expect(pacer.decision(now: .seconds(3) + .milliseconds(50), isBlocked: false) == .draw)
    }
}
