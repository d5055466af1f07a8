// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct ActingTests {
    private func asking(_ keys: String, isInProcess: Bool = false) -> Operator {
        var console = Operator(isInProcess: isInProcess)
        console.type(keys)
        return console
    }

    @Test func `Keys typed before a box opened are dropped`() {
        var console = asking("7A")
        #expect(console.effects == [.measureRoundTrip])
        console.type("ysh")
        #expect(console.commands.isEmpty)
        #expect(console.row(23).contains("dropped"))
        console.wait(.milliseconds(400))
        console.type("y")
        #expect(console.commands.isEmpty)
        console.act(.roundTripped(.milliseconds(500)))
        console.type("y")
        #expect(console.commands.map(\.action) == [.approve(id: 214, scope: .once)])
    }

    @Test func `A round trip alone does not arm a box before its time`() {
        var console = asking("7A")
        console.act(.roundTripped(.milliseconds(1)))
        console.type("y")
        #expect(console.commands.isEmpty)
        console.wait(.milliseconds(300))
        console.type("y")
        #expect(console.commands.count == 1)
    }

    @Test(arguments: [Key.enter, .escape, .character("n"), .control("c")])
    func `The default is Cancel`(key: Key) {
        var console = asking("7A")
        console.arm()
        console.press(key)
        #expect(console.state.overlay == nil)
        #expect(console.commands.isEmpty)
    }

    @Test(arguments: [("y", Command.ApprovalScope.once), ("s", .session), ("h", .minutes(60))])
    func `Each button approves as far as it says`(key: String, scope: Command.ApprovalScope) {
        var console = asking("7A")
        console.arm()
        console.type(key)
        let command = Command(
            id: "t-1", actor: console.state.actor, seenSeq: console.state.engine?.seq,
            action: .approve(id: 214, scope: scope))
        #expect(console.effects == [.measureRoundTrip, .perform(.send(command))])
        #expect(console.row(23).contains("sent: golem approval approve 214"))
    }

    @Test func `The reply row goes from sent to accepted to done when the effect is read back`() {
        var sample = SampleEvents.busyHour()
        var console = Operator(sample)
        console.type("7A")
        console.arm()
        console.type("y")
        #expect(console.row(23).contains("sent:"))
        console.act(
            .commandReplied(
                CommandReply(
                    commandID: "t-1", status: .accepted, code: "accepted", message: "approval 214 granted", seq: 1)))
        #expect(console.row(23).contains("accepted:"))
        #expect(console.state.pending.count == 1)
        sample.add(
            .approvalDecided(ApprovalDecided(id: 214, tool: "exec", decision: "approved", by: "ops1", note: "")),
            secondsAgo: 0, session: "feishu:oc_19")
        console.hear(.events([sample.events[sample.events.count - 1]]))
        #expect(console.row(23).contains("done: approval 214 granted  = golem approval approve 214"))
        #expect(console.state.pending.isEmpty)
    }

    @Test func `A refusal says why`() {
        var console = asking("7A")
        console.arm()
        console.type("y")
        console.act(
            .commandReplied(
                CommandReply(
                    commandID: "t-1", status: .refused, code: "not_pending", message: "already approved by op2 4 s ago",
                    seq: 1)))
        #expect(console.row(23).contains("refused: already approved by op2 4 s ago"))
    }

    @Test func `A command without an answer is not shown as done`() {
        var console = asking("7A")
        console.arm()
        console.type("y")
        console.wait(.seconds(30))
        #expect(console.row(23).contains("not done: golem approval approve 214"))
    }

    @Test func `A command that is pushed out of sight by blanks is seen where it is approved`() {
        let blanks = String(repeating: " ", count: 300)
        let box = Acting.callLines(#"{"command":"echo ok\#(blanks); touch evil"}"#, Size(columns: 80, rows: 24))
        #expect(box.map(\.text) == ["echo ok<300 blanks>; touch evil"])
        #expect(
            JSONOutline.revealed(#"{"command":"a\u200bb\u202ec\u00add\u3164"}"#).map(\.text)
                == ["a<U+200B>b<U+202E>c<U+AD>d<U+3164>"])
    }

    @Test func `A command that is too long for a box shows its beginning and its end, and how much lies between`() {
        let middle = (0..<200).map { "word\($0)" }.joined(separator: " ")
        let lines = Acting.callLines(
            #"{"command":"first \#(middle) last"}"#, Size(columns: 80, rows: 24))
        #expect(lines.count == 3)
        #expect(lines[0].text.hasPrefix("first word0"))
        #expect(lines[2].text.hasSuffix("word199 last"))
        #expect(lines[1].isWarning)
        let missing = Int(lines[1].text.prefix { $0.isNumber }) ?? 0
        #expect(missing + lines[0].text.count + lines[2].text.count == "first \(middle) last".count)
    }

    @Test func `Approving waits until all arguments were seen`() {
        var sample = SampleEvents.busyHour()
        let long = (0..<60).map { "line \($0) of the script" }.joined(separator: #"\n"#)
        sample.add(
            .approvalRequested(
                ApprovalRequested(
                    id: 90, callID: "c", tool: "exec", arguments: #"{"command":"\#(long)"}"#, reason: "r",
                    expiresAt: SampleEvents.now.adding(seconds: 100))), secondsAgo: 0, session: "web:s-20")
        var console = Operator(sample)
        console.type("7")
        #expect(console.state.selectedID(.pending) == "90")
        console.type("A")
        #expect(console.state.overlay == nil)
        #expect(console.row(23).contains("read all arguments first"))
        console.press(.enter)
        console.type("A")
        #expect(console.state.overlay == nil)
        for _ in 0..<6 { console.press(.pageDown) }
        #expect(console.text.contains("line 59"))
        console.type("A")
        #expect(console.state.overlay != nil)
    }

    @Test func `Rejecting asks for a note, then for a decision`() {
        var console = asking("7X")
        console.type("not on prod data")
        console.press(.enter)
        #expect(console.text.contains("not on prod data"))
        console.arm()
        console.type("y")
        #expect(console.commands.map(\.action) == [.reject(id: 214, note: "not on prod data")])
        #expect(console.row(23).contains("golem approval reject 214 --note 'not on prod data'"))
    }

    @Test func `A message is sent as the operator`() {
        var console = asking("2jji")
        console.type("Please use layer 3 请")
        #expect(console.row(24).contains("to telegram:88123: Please use layer 3 请"))
        #expect(console.picture.cursor == Position(row: 23, column: 40))
        console.press(.enter)
        #expect(
            console.commands.map(\.action) == [.sendMessage(session: "telegram:88123", text: "Please use layer 3 请")])
        #expect(console.commands.first?.actor.name == "ops1@gw-7")
    }

    @Test func `Only a running turn can be cancelled`() {
        var console = asking("2jjjjX")
        #expect(console.state.overlay == nil)
        #expect(console.row(23).contains("no turn runs in this chat"))
        console.type("kkX")
        console.arm()
        console.type("y")
        #expect(console.commands.map(\.action) == [.cancelTurn(session: "telegram:88123")])
    }

    @Test func `A typed command goes through the same box`() {
        var console = asking("7:approval approve 214 --for session")
        console.press(.enter)
        #expect(console.effects == [.measureRoundTrip])
        console.arm()
        console.type("s")
        #expect(console.commands.map(\.action) == [.approve(id: 214, scope: .session)])
    }

    @Test func `Leaving an attached console leaves the engine alone`() {
        var console = asking("q")
        console.arm()
        console.type("y")
        #expect(console.effects == [.measureRoundTrip, .perform(.choose(.detach)), .quit])
    }

    @Test func `Stopping the engine of this process asks for its name`() {
        var console = asking("q", isInProcess: true)
        console.arm()
        console.type("s")
        #expect(console.effects == [.measureRoundTrip, .measureRoundTrip])
        console.arm()
        console.type("gw-8")
        console.press(.enter)
        #expect(console.state.overlay == nil)
        #expect(!console.effects.contains(.quit))
        console.type("q")
        console.arm()
        console.type("s")
        console.arm()
        console.type("gw-7")
        console.press(.enter)
        #expect(console.effects.suffix(2) == [.perform(.choose(.stopEngine)), .quit])
    }

    @Test func `The demo stops without its name`() {
        var console = Operator(.busyHour(isDemo: true), isInProcess: true)
        console.type("q")
        console.arm()
        console.type("s")
        #expect(console.effects == [.measureRoundTrip, .perform(.choose(.stopEngine)), .quit])
    }

    @Test func `Control C twice within a second quits and keeps the engine`() {
        var console = asking("", isInProcess: true)
        console.press(.control("c"))
        #expect(console.effects == [.measureRoundTrip])
        console.wait(.milliseconds(900))
        console.press(.control("c"))
        #expect(console.effects == [.measureRoundTrip, .perform(.choose(.keepHeadless)), .quit])
    }

    @Test func `Control C leaves a prompt first`() {
        var console = asking("2/slack")
        console.press(.control("c"))
        #expect(console.state.overlay == nil)
        #expect(console.state.viewState.filter == .none)
        #expect(console.effects.isEmpty)
    }

    @Test func `A box says how old the picture is, and a lost link disables its buttons`() {
        var console = asking("7")
        console.wait(.seconds(14))
        console.type("A")
        console.arm()
        #expect(console.text.contains("your view is 14s old"))
        console.hear(.lost(reason: "reset"))
        console.type("y")
        #expect(console.commands.isEmpty)
        #expect(console.text.contains("Nothing can be changed now"))
    }

    @Test func `A question that does not fit on the screen cannot be answered`() {
        var console = asking("7A")
        console.arm()
        console.act(.resized(Size(columns: 40, rows: 8)))
        console.type("y")
        #expect(console.commands.isEmpty)
        #expect(console.state.overlay != nil)
    }

    @Test func `Typing ahead two keys never approves`() {
        // What happens over a slow line: the operator types A and y at once.
        var console = asking("7")
        console.type("Ay")
        #expect(console.commands.isEmpty)
        guard case .confirm(let box)? = console.state.overlay else {
            Issue.record("no box")
            return
        }
        #expect(box.droppedKeys == 1)
    }
}
