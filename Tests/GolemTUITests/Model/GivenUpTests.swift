// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct GivenUpTests {
    @Test func `F14 the alarm names the numbers, and ! and Enter lead to the messages with their reason`() {
        let console = Operator(.withGivenUp)
        #expect(console.row(4).contains("[CRIT]") || console.row(5).contains("[CRIT]"))
        #expect(console.text.contains("2 messages given up: 907 911"))
        for keys in [[Key.character("!"), .character("!")], [.enter]] {
            var visitor = console
            visitor.press(.character("1"))
            visitor.state.panes[.problems] = PaneState()
            visitor.state.panes[.problems]?.selected = "outbound telegram"
            visitor.state.panes[.problems]?.isFollowing = false
            for key in keys { visitor.press(key) }
            #expect(visitor.state.location == Location(.overview, path: ["telegram"]), "\(keys)")
            #expect(visitor.row(22).contains("Overview > telegram"))
            #expect(visitor.text.contains("outbound telegram: 2 given up"))
            #expect(visitor.text.contains("golem outbound retry 907"))
            #expect(visitor.text.contains("golem outbound drop 907"))
            #expect(visitor.text.contains("403 Forbidden: bot was blocked by the user"))
            visitor.press(.escape)
            #expect(visitor.state.location == Location(.overview))
        }
    }

    private func listed(isReadOnly: Bool = false) -> Operator {
        var console = Operator(.withGivenUp, isReadOnly: isReadOnly)
        console.state.go(to: Location(.overview, path: ["telegram"]))
        return console
    }

    @Test(arguments: [("R", Command.Action.retryOutbound(id: 911)), ("X", .dropOutbound(id: 911))])
    func `F14 R sends the selected message again and X drops it, after a question`(key: String, action: Command.Action)
    {
        var console = listed()
        console.type("j" + key)
        #expect(console.text.contains(key == "R" ? "Send message 911 again?" : "Drop message 911?"))
        #expect(console.text.contains("telegram:88123"))
        console.arm()
        console.press(.enter)
        #expect(console.commands.isEmpty, "Cancel is the default")
        console.type(key)
        console.arm()
        console.type("y")
        #expect(console.commands.map(\.action) == [action])
        #expect(console.row(23).contains("sent: \(action.commandLine)"))
    }

    @Test func `F14 all marked messages are taken`() {
        var console = listed()
        console.type("  X")
        #expect(console.text.contains("Drop 2 messages?") && console.text.contains("907 911"))
        console.arm()
        console.type("y")
        #expect(console.commands.map(\.action) == [.dropOutbound(id: 907), .dropOutbound(id: 911)])
    }

    @Test func `F14 the list and the alarm are empty once nothing is given up any more`() {
        var sample = SampleEvents.withGivenUp
        var console = Operator(sample)
        console.state.go(to: Location(.overview, path: ["telegram"]))
        for id in [907, 911] as [Int64] {
            sample.add(
                .outboundDropped(OutboundDropped(messageID: id, channel: "telegram", chatID: "1", by: "ops1")),
                secondsAgo: 0)
        }
        console.hear(.events(sample.events.suffix(2)))
        #expect(console.text.contains("ok: nothing is given up on this channel"))
        console.press(.escape)
        #expect(!console.text.contains("given up:"))
        let problem = console.state.problems.first { $0.subject == .outbound("telegram") }
        #expect(problem?.text.contains("given up") != true)
        console.wait(.seconds(1_000))
        #expect(!console.state.problems.contains { $0.subject == .outbound("telegram") }, "the rate ends by the clock")
    }

    @Test func `A read-only console drops nothing and says why`() {
        var console = listed(isReadOnly: true)
        console.type("X")
        #expect(console.state.overlay == nil)
        #expect(console.row(23).contains("read-only"))
    }

    @Test func `Attempts that fail lead to their log lines`() {
        var sample = SampleEvents.busyHour()
        for _ in 0..<9 {
            sample.add(
                .outboundAttemptFailed(
                    OutboundAttemptFailed(
                        messageID: 5, channel: "slack", chatID: "C04", attempt: 1, error: "503",
                        retryAt: SampleEvents.now)), secondsAgo: 1, session: "slack:C04")
        }
        var console = Operator(sample)
        console.state.panes[.problems] = PaneState()
        console.state.panes[.problems]?.selected = "outbound slack"
        console.state.panes[.problems]?.isFollowing = false
        console.press(.enter)
        #expect(console.state.view == .logs)
        #expect(console.text.contains("slack:C04 #5 attempt 1: 503"))
        #expect(console.row(22).contains("event:outbound"))
    }

    @Test func `Commands after the colon name the same actions`() {
        #expect(CommandWords.parse("outbound drop 907") == .act(.dropOutbound(id: 907)))
        #expect(CommandWords.parse("outbound retry 907") == .act(.retryOutbound(id: 907)))
        let console = Operator(.withGivenUp)
        #expect(CommandWords.completions(of: "outbound drop ", in: console.state) == ["907", "911"])
    }
}
