// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct MuteTests {
    private static let subject = "outbound telegram"

    private func console(muted: Bool) -> Operator {
        var sample = SampleEvents.withGivenUp
        if muted {
            sample.add(
                .problemMuted(
                    ProblemMuted(
                        subject: Self.subject, until: SampleEvents.now.adding(seconds: 2_280), severity: 0,
                        reason: "the platform knows", by: "ops2@gw-7")), secondsAgo: 0)
        }
        var console = Operator(sample)
        console.state.panes[.problems] = PaneState()
        console.state.panes[.problems]?.selected = Self.subject
        console.state.panes[.problems]?.isFollowing = false
        return console
    }

    @Test func `M mutes for an hour, with a reason, after a question`() {
        var console = console(muted: false)
        console.type("M")
        #expect(console.row(24).contains("why mute outbound telegram:"))
        console.press(.enter)
        #expect(console.state.overlay == nil)
        #expect(console.row(23).contains("a reason is needed"))
        console.type("Mthe platform knows")
        console.press(.enter)
        #expect(console.text.contains("Mute outbound telegram?"))
        #expect(console.text.contains("the platform knows"))
        console.arm()
        console.type("y")
        #expect(
            console.commands.map(\.action) == [.mute(subject: Self.subject, minutes: 60, reason: "the platform knows")])
    }

    @Test func `A muted problem is counted, dimmed and last, and ! does not go there`() {
        var console = console(muted: true)
        #expect(console.row(22).contains("1 muted"))
        let rows = console.rows
        let place = rows.firstIndex { $0.contains("[mute]") } ?? 0
        #expect(rows[place].contains("outbound telegram, muted by ops2@gw-7: the"))
        #expect(rows[place].contains("38m") || rows[place].contains("37m"))
        #expect(!rows[(place + 1)...].contains { $0.contains("[CRIT]") || $0.contains("[ASK ]") })
        for _ in console.state.problems { console.type("!") }
        #expect(console.state.location.path.isEmpty)
        #expect(!console.state.problems.contains { $0.subject.name == Self.subject })
    }

    @Test func `M on a muted problem shows it again`() {
        var console = console(muted: true)
        console.type("M")
        #expect(console.text.contains("Show outbound telegram again?"))
        console.arm()
        console.type("y")
        #expect(console.commands.map(\.action) == [.unmute(subject: Self.subject)])
    }

    @Test func `The words after the colon mute as the command line does`() {
        #expect(
            CommandWords.parse("mute outbound telegram --for 2h --reason it is known")
                == .act(.mute(subject: Self.subject, minutes: 120, reason: "it is known")))
        #expect(
            CommandWords.parse(
                Command.Action.mute(subject: "chat a:b c", minutes: 5, reason: "it's x").commandLine
                    .replacing("golem ", with: "")) == .act(.mute(subject: "chat a:b c", minutes: 5, reason: "it's x")))
        #expect(CommandWords.parse("unmute outbound telegram") == .act(.unmute(subject: Self.subject)))
        for text in ["mute", "mute outbound", "mute outbound telegram", "mute outbound telegram --for x --reason y"] {
            guard case .failure(let reason) = CommandWords.parse(text) else {
                Issue.record("\(text) was taken")
                continue
            }
            #expect(reason.hasPrefix("usage: :mute"))
        }
    }
}
