// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct SavingTests {
    private func file(_ console: Operator) -> (name: String, text: String)? {
        guard case .perform(.writeFile(let name, let text))? = console.effects.last else { return nil }
        return (name, text)
    }

    @Test func `A trace is saved as text or as JSON, whichever is asked for`() throws {
        var console = Operator()
        console.type("2jjt")
        console.press(.control("s"))
        #expect(console.text.contains("Save this trace?"))
        console.arm()
        console.type("t")
        let text = try #require(file(console))
        #expect(text.name == "golem-trace-2026-02-15T031209Z.txt")
        #expect(text.text.contains("request 7f3a91c2-5") && text.text.contains("web_fetch timeout"))
        #expect(text.text.contains("no answer within 5 s"), "details are in the file")
        console.press(.control("s"))
        console.arm()
        console.type("j")
        let json = try #require(file(console))
        #expect(json.name.hasPrefix("golem-trace-2026-02-15T0312") && json.name.hasSuffix("Z.json"))
        #expect(WireJSON.value(TraceState.self, json.text) == console.state.shownTrace)
        console.press(.control("s"))
        console.arm()
        console.press(.enter)
        #expect(console.state.overlay == nil && console.row(23).contains("cancelled"))
    }

    @Test func `:save writes any view as JSON`() throws {
        var console = Operator()
        console.type("2/slack")
        console.press(.enter)
        console.type(":save json")
        console.press(.enter)
        let list = try #require(file(console)).text
        let rows = try #require(WireJSON.value([[String: String]].self, list))
        #expect(rows.map { $0["chat"] } == ["C04 gis-ops"])
        console.type("9/level:err")
        console.press(.enter)
        console.type(":save json")
        console.press(.enter)
        let log = try #require(file(console)).text
        let events = try #require(WireJSON.value([Event].self, log))
        #expect(!events.isEmpty && events.allSatisfy { $0.level == .error })
        console.type(":save text")
        console.press(.enter)
        #expect(file(console)?.name.hasSuffix(".txt") == true)
        #expect(CommandWords.parse("save xml") == CommandWords.parse("save pdf"))
    }

    @Test func `o reveals the texts that belong to log lines, in the list, its detail and its file`() throws {
        var console = Operator()
        console.type("9/event:chat.received 88123")
        console.press(.enter)
        let text = "What changed in parcel 17"
        #expect(!console.text.contains(text))
        console.press(.control("s"))
        #expect(file(console)?.text.contains(text) == false)
        console.type("o")
        #expect(console.rows[0..<18].contains { $0.contains("88123") })
        #expect(console.text.contains(text))
        #expect(console.row(22).contains("BODIES (o)"))
        console.press(.control("s"))
        #expect(file(console)?.text.contains(text) == true)
        console.type("o")
        #expect(!console.text.contains(text))
    }

    @Test func `A queued message is marked in the live transcript`() {
        var sample = SampleEvents.busyHour()
        sample.add(
            .chatReceived(
                ChatReceived(
                    channel: "telegram", chatID: "88123", sender: "Anna", text: "and parcel 18?", length: 14,
                    queueDepth: 2)), secondsAgo: 0, request: "next-1", session: "telegram:88123")
        var console = Operator(sample)
        console.type("2/chat:88123")
        console.press(.enter)
        console.type("z")
        console.press(.tab)
        #expect(console.rows.contains { $0.contains("QUEUED and parcel 18?") })
        #expect(!console.rows.contains { $0.contains("QUEUED What changed") })
    }

    @Test func `The first turn of a chat is shown live in its whole transcript`() {
        var console = Operator()
        console.type("2")
        console.state.panes[.chats, default: PaneState()].selected = "telegram:88123"
        console.press(.enter)
        console.act(
            .commandReplied(
                CommandReply(
                    commandID: console.commands.last?.id ?? "", status: .done, code: "done", message: "", seq: 1,
                    payload: WireJSON.text(StoredTranscript(session: "telegram:88123", entries: [])))))
        #expect(console.text.contains("the running turn, live"))
        #expect(!console.text.contains("empty: this chat"))
    }
}
