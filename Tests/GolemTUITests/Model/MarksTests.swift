// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct MarksTests {
    /// An operator whose busy hour has a second call that waits.
    private var twoCalls: Operator {
        var sample = SampleEvents.busyHour()
        sample.add(
            .approvalRequested(
                ApprovalRequested(
                    id: 215, callID: "c9", tool: "geo_spatial_query", arguments: "{}", reason: "strict",
                    expiresAt: SampleEvents.now.adding(seconds: 1_200))), secondsAgo: 0, session: "slack:C04")
        return Operator(sample)
    }

    @Test func `Marked calls are rejected together, with one note and one question`() {
        var console = twoCalls
        console.type("7  ")
        #expect(console.row(22).contains("2 marked"))
        console.type("X")
        for character in "no" { console.type(String(character)) }
        console.press(.enter)
        #expect(console.text.contains("Reject 2 calls?"))
        #expect(console.text.contains("214 exec"))
        console.arm()
        console.type("y")
        let ids = console.commands.compactMap { command -> Int64? in
            guard case .reject(let id, "no") = command.action else { return nil }
            return id
        }
        #expect(ids == [214, 215])
        #expect(Set(console.commands.map(\.id)).count == 2)
        #expect(!console.row(22).contains("marked"))
    }

    @Test func `Approving takes one call at a time`() {
        var console = Operator()
        console.type("7 ")
        console.type("A")
        #expect(console.state.overlay == nil)
        #expect(console.row(23).contains("one at a time"))
        console.press(.escape)
        #expect(!console.row(22).contains("marked"))
        #expect(console.state.view == .policy)
    }

    @Test func `Marked chats lose their turns together; those without a turn are left out`() {
        var console = Operator()
        console.type("2      X")
        #expect(console.text.contains(" turns?"))
        console.arm()
        console.type("y")
        let running = (console.state.engine?.chats ?? [:]).filter { $0.value.phase.isRunning }.map(\.key)
        #expect(running.count > 1 && console.commands.count == running.count)
        #expect(
            console.commands.allSatisfy { command in running.contains { .cancelTurn(session: $0) == command.action } })
    }

    @Test func `A mark that is pressed twice is gone, and rows that vanish take theirs along`() {
        var console = twoCalls
        console.type("7 k ")
        #expect(!console.row(22).contains("marked"))
        console.type("g ")
        #expect(console.rows.contains { $0.hasPrefix("*214") })
        var engine = EngineState()
        engine.engine = console.state.engine?.engine
        console.hear(.snapshot(Snapshot(state: engine, takenAt: SampleEvents.now)))
        #expect(!console.row(22).contains("marked"))
    }

    @Test func `Where no key acts on marks, marking says so`() {
        var console = Operator()
        console.type("3 ")
        #expect(console.row(23).contains("no key acts on marks"))
    }
}
