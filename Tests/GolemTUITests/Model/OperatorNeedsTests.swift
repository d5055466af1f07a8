// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct OperatorNeedsTests {
    @Test func `A lost engine that is tried again is still lost, with the age of the picture`() {
        var console = Operator()
        console.type("P")
        console.hear(.lost(reason: "Connection reset"))
        #expect(console.row(23).contains("connection lost: Connection reset"))
        console.wait(.seconds(8))
        console.hear(.connecting(attempt: 3))
        #expect(console.row(1).contains("LOST 8s"))
        #expect(console.row(23).contains("connection lost: Connection reset; attempt 3"))
        console.type("7A")
        #expect(console.row(23).contains("lost"))
        console.hear(.pulse(roundTripMicroseconds: 1_000, engineTime: SampleEvents.now))
        #expect(console.row(1).contains("LIVE"))
    }

    @Test func `A plain dump has the rows on the screen, however long the log is`() {
        var sample = SampleEvents()
        sample.start()
        for number in 1...3_000 { sample.add(.log(LogRecorded(level: .info, message: "m\(number)")), secondsAgo: 1) }
        var console = Operator(nil)
        console.hear(.snapshot(Snapshot(state: EngineState(), takenAt: SampleEvents.now)))
        console.hear(.events(sample.events))
        console.type("9Y")
        guard case .showPlain(let lines)? = console.effects.last else {
            Issue.record("no dump: \(console.effects)")
            return
        }
        #expect(lines.count == Layout(console.state).rows(of: .log))
        #expect(lines.last?.contains("m3000") == true)
    }

    @Test func `The commands are those of the command line`() {
        var console = Operator()
        for (line, wanted) in [
            ("approval approve 9 --for session", Command.Action.approve(id: 9, scope: .session)),
            ("approval approve 9 --for 90m", .approve(id: 9, scope: .minutes(90))),
            ("approval approve 9", .approve(id: 9, scope: .once)),
            ("approval reject 9 --note not on  prod", .reject(id: 9, note: "not on  prod")),
            ("chats send web:1 hello there", .sendMessage(session: "web:1", text: "hello there")),
            ("chats cancel web:1", .cancelTurn(session: "web:1")),
            ("models clear-cooldown a/b", .clearCooldown(model: "a/b")),
            ("outbound retry 7", .retryOutbound(id: 7)), ("stop", .stopEngine),
        ] {
            #expect(CommandWords.parse(line) == .act(wanted), "\(line)")
        }
        #expect(CommandWords.parse("chats") == .go(.chats))
        #expect(CommandWords.parse("approval approve 9 --for ever") != .act(.approve(id: 9, scope: .once)))
        console.type(":chats show telegram:88123")
        console.press(.enter)
        #expect(console.state.location == Location(.chats, path: ["telegram:88123"]))
    }

    @Test func `A command does not approve what nobody has read`() {
        var console = Operator()
        console.type(":approval approve 214")
        console.press(.enter)
        #expect(console.state.overlay == nil)
        #expect(console.row(23).contains("read all arguments first"))
        console.type("7")
        console.press(.enter)
        console.press(.end, .escape)
        console.type("1:approval approve 214")
        console.press(.enter)
        #expect(console.text.contains("Approve 214"))
    }

    @Test func `A pasted filter is one line`() {
        var console = Operator()
        console.type("2/")
        console.press(.paste("tele\ngram"))
        #expect(console.state.viewState.filter.source == "tele gram")
        console.press(.escape)
        console.type("i")
        console.press(.paste("one\ntwo"))
        console.press(.enter)
        #expect(console.commands.last?.action == .sendMessage(session: "feishu:oc_19", text: "one\ntwo"))
    }

    @Test(arguments: ["P", "X"])
    func `An act key that means nothing here says so`(key: String) {
        var console = Operator()
        console.type(key)
        #expect(console.row(23).contains("nothing in Overview takes it"))
        #expect(console.state.overlay == nil)
    }

    @Test func `Long lines of a text can be cut and shifted, those to be approved never`() {
        let text = String(repeating: "abcdefgh", count: 30)
        var sample = SampleEvents()
        sample.start()
        sample.add(
            .chatReceived(
                ChatReceived(channel: "web", chatID: "n", sender: "n", text: text, length: 240, queueDepth: 1)),
            secondsAgo: 1, request: "r1", session: "web:n")
        var console = Operator(sample)
        console.type("2")
        console.press(.tab, .control("w"))
        #expect(console.row(22).contains("NOWRAP"))
        let lines = TextPanes.lines(.transcript, of: console.state)
        #expect(lines.contains { $0.text.contains(text) })
        console.press(.right)
        #expect(TextLine(spans: [("ab日", .normal), ("cd", .ok)]).shifted(by: 3).text == " cd")
        console.type("7")
        console.press(.control("w"))
        #expect(console.row(23).contains("^W") || console.row(23).contains("wrap"))
    }

    @Test func `The whole transcript folds with o as well`() {
        var console = Operator()
        console.type("2")
        console.press(.enter)
        #expect(!console.state.viewState.isTranscriptFolded)
        console.type("o")
        #expect(console.state.viewState.isTranscriptFolded)
        #expect(!console.state.viewState.isUnfolded)
    }

    @Test func `Absent views say where to look instead`() {
        var console = Operator()
        console.type("4")
        #expect(console.row(23).contains("/event:outbound"))
        console.type("9/event:outbound")
        console.press(.enter)
        #expect(console.state.log.shown.count > 0)
    }
}
