// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct ReducerTests {
    @Test func `A key that means nothing changes nothing but the time of the last key`() {
        var console = Operator()
        console.state.settle()
        var expected = console.state
        console.press(.function(7))
        expected.lastKeyAt = console.state.now.monotonic
        for pane in [PaneID.problems, .lastEvents] {
            expected.panes[pane, default: PaneState()].heldOrder = console.state.pane(pane).heldOrder
        }
        #expect(console.state == expected)
        #expect(console.effects.isEmpty)
    }

    @Test func `Passing time changes the time only`() {
        var console = Operator()
        var expected = console.state
        let later = ConsoleTime(wall: SampleEvents.now.adding(seconds: 5), monotonic: .seconds(1_005))
        console.act(.timePassed(later))
        expected.now = later
        #expect(console.state == expected)
        #expect(console.effects.isEmpty)
    }

    @Test func `Events after a snapshot give the state that the engine has`() {
        let sample = SampleEvents.busyHour()
        let half = sample.events.count / 2
        var early = EngineState()
        for event in sample.events[..<half] { early.apply(event) }
        var console = Operator(nil)
        console.hear(.snapshot(Snapshot(state: early, takenAt: SampleEvents.now)))
        console.hear(.events(Array(sample.events[half...])))
        #expect(console.state.engine == sample.state)
        #expect(console.effects.isEmpty)
    }

    @Test func `A gap in the numbers asks for a snapshot instead of guessing`() {
        let sample = SampleEvents.busyHour()
        var console = Operator(nil)
        var early = EngineState()
        for event in sample.events[..<10] { early.apply(event) }
        console.hear(.snapshot(Snapshot(state: early, takenAt: SampleEvents.now)))
        console.hear(.events([sample.events[12]]))
        #expect(console.state.engine == early)
        #expect(console.effects == [.perform(.resynchronise)])
    }

    @Test func `Missed events are a line with their number`() {
        var console = Operator()
        console.hear(.missed(38))
        console.type("9")
        #expect(console.text.contains("38 events not received"))
    }

    @Test func `Selection follows the object when the order changes`() {
        var console = Operator()
        console.type("2jj")
        #expect(console.state.selectedID(.chats) == "telegram:88123")
        console.type("r")
        console.wait(.seconds(5))
        #expect(console.state.selectedID(.chats) == "telegram:88123")
    }

    @Test func `Rows keep their places for two seconds after a key`() {
        var sample = SampleEvents.busyHour()
        var console = Operator(sample)
        console.type("2j")
        let before = Self.ids(console)
        sample.add(
            .approvalRequested(
                ApprovalRequested(
                    id: 300, callID: "c", tool: "exec", arguments: "{}", reason: "r",
                    expiresAt: SampleEvents.now.adding(seconds: 900))), secondsAgo: 0, session: "telegram:88123")
        console.hear(.events([sample.events[sample.events.count - 1]]))
        #expect(Self.ids(console) == before)
        console.wait(.seconds(3))
        #expect(Self.ids(console).prefix(2).contains("telegram:88123"))
        #expect(Self.ids(console) != before)
    }

    @Test func `A paused view stays while the engine goes on`() {
        var sample = SampleEvents.busyHour()
        var console = Operator(sample)
        console.type("2p")
        sample.add(
            .chatReceived(
                ChatReceived(channel: "web", chatID: "new", sender: "n", text: "hi", length: 2, queueDepth: 1)),
            secondsAgo: 0, session: "web:new")
        console.hear(.events([sample.events[sample.events.count - 1]]))
        #expect(!console.text.contains("new n"))
        #expect(console.row(1).contains("PAUSED"))
        console.type("/telegram")
        console.press(.enter)
        #expect(console.row(22).contains("2 of 6"))
        console.type("p")
        #expect(console.state.engine?.chats["web:new"] != nil)
        #expect(console.row(22).contains("2 of 7"))
    }

    @Test func `A half-typed pattern keeps the last good filter`() {
        var console = Operator()
        console.type("2/~tele")
        #expect(console.state.viewState.filter.source == "~tele")
        console.type("(")
        #expect(console.state.viewState.filter.source == "~tele")
        #expect(console.row(24).contains("bad pattern"))
        console.press(.escape)
        #expect(console.state.viewState.filter == .none)
    }

    @Test func `Filters belong to a view and survive switching`() {
        var console = Operator()
        console.type("2/slack")
        console.press(.enter)
        console.type("31")
        #expect(console.row(22).contains("filter:none"))
        console.type("2")
        #expect(console.row(22).contains("1 of 6"))
        #expect(console.row(22).contains("filter:slack"))
        console.press(.escape)
        #expect(console.row(22).contains("filter:none"))
    }

    @Test func `Views that do not exist say so`() {
        var console = Operator()
        for key in ["4", "5"] {
            console.type(key)
            #expect(console.state.view == .overview)
            #expect(console.row(23).contains("not in this version"))
        }
    }

    @Test func `The next problem opens its view with its row selected`() {
        var console = Operator()
        console.type("!")
        #expect(console.state.view == .overview)
        console.type("!")
        #expect(console.state.view == .tools)
        #expect(console.state.selectedID(.tools) == "web_fetch")
        console.type("!")
        #expect(console.state.view == .chats)
        #expect(console.state.selectedID(.chats) == "web:s-21")
        for _ in 0..<4 { console.type("!") }
        #expect(console.state.view == .policy)
        #expect(console.state.selectedID(.pending) == "214")
    }

    @Test func `Esc after a trace comes back to where it was opened`() {
        var console = Operator()
        console.type("2jjt")
        #expect(console.state.location == Location(.trace, path: ["7f3a91c2-5"]))
        #expect(console.row(22).contains("from Chats (Esc back)"))
        console.press(.enter, .escape)
        #expect(console.state.location == Location(.trace, path: ["7f3a91c2-5"]))
        console.press(.escape)
        #expect(console.state.location == Location(.chats))
        #expect(console.state.selectedID(.chats) == "telegram:88123")
    }

    @Test func `A prefix is enough to open a trace`() {
        var console = Operator()
        console.type(":trace 7f3a91")
        console.press(.enter)
        #expect(console.state.location == Location(.trace, path: ["7f3a91c2-5"]))
    }

    @Test func `Visited places can be walked back and forward`() {
        var console = Operator()
        console.type("2379")
        console.type("[[")
        #expect(console.state.view == .tools)
        console.type("]")
        #expect(console.state.view == .policy)
        console.type("-")
        #expect(console.state.view == .tools)
    }

    @Test func `The whole transcript is asked for once and shown when it comes`() {
        var console = Operator()
        console.type("2jj")
        console.press(.enter)
        #expect(
            console.effects == [
                .perform(
                    .send(
                        Command(
                            id: "t-1", actor: console.state.actor, seenSeq: console.state.engine?.seq,
                            action: .readTranscript(session: "telegram:88123", limit: 200))))
            ])
        #expect(console.text.contains("loading: asked the engine"))
        console.act(
            .commandReplied(
                CommandReply(
                    commandID: "t-1", status: .done, code: "done", message: "", seq: 1,
                    payload: WireJSON.text(
                        StoredTranscript(
                            session: "telegram:88123",
                            entries: [.init(turn: 1, time: nil, role: .user, text: "hello there")])))))
        #expect(console.text.contains("hello there"))
    }

    @Test func `Paging moves by a screen and stays in range`() {
        var console = Operator()
        console.type("8")
        console.press(.pageDown)
        #expect(console.state.selectedIndex(.requests, in: console.state.content(.requests)) == 17)
        console.type("G")
        #expect(console.state.selectedIndex(.requests, in: console.state.content(.requests)) == 84)
        console.press(.pageDown)
        #expect(console.state.selectedIndex(.requests, in: console.state.content(.requests)) == 84)
        console.type("g")
        #expect(console.state.selectedIndex(.requests, in: console.state.content(.requests)) == 0)
    }

    @Test func `Effects of the screen keys`() {
        var console = Operator()
        console.press(.control("l"), .control("z"), .control("r"))
        #expect(console.effects == [.repaint, .suspend, .perform(.resynchronise)])
    }

    @Test func `Saving writes what the view shows`() throws {
        var console = Operator()
        console.type("2/slack")
        console.press(.enter, .control("s"))
        guard case .perform(.writeFile(let name, let text))? = console.effects.last else {
            Issue.record("no file")
            return
        }
        #expect(name == "golem-chats-2026-02-15T031209Z.txt")
        #expect(text.contains("C04 gis-ops"))
        #expect(!text.contains("88123"))
    }

    static func ids(_ console: Operator) -> [String] {
        guard case .rows(let rows) = console.state.content(.chats).source else { return [] }
        return rows.map(\.id)
    }
}
