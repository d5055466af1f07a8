// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEvents
import GolemTestSupport
import Testing

@Suite struct EngineStateTests {
    @Test(arguments: [1, 2026] as [UInt64])
    func `A snapshot and the events after it give the same state as all events`(seed: UInt64) throws {
        var source = RandomEvents(seed: seed)
        var random = SeededGenerator(seed: seed)
        let events = source.next(3_000)
        var whole = EngineState()
        for event in events { whole.apply(event) }
        for _ in 0..<6 {
            let cut = Int.random(in: 0...events.count, using: &random)
            var early = EngineState()
            for event in events[..<cut] { early.apply(event) }
            let text = try JSONEncoder().encode(Snapshot(state: early, takenAt: Timestamp(seconds: 1)))
            var resumed = try JSONDecoder().decode(Snapshot.self, from: text).state
            #expect(resumed == early, "the snapshot does not survive JSON, seed \(seed), cut \(cut)")
            // What was seen already is sent again by a careful engine, and must change nothing.
            for event in events[max(0, cut - 40)...] { resumed.apply(event) }
            #expect(resumed == whole, "seed \(seed), cut \(cut)")
        }
    }

    @Test(arguments: [3] as [UInt64])
    func `F43 tens of thousands of events leave every collection of the state bounded`(seed: UInt64) throws {
        // Several times as many names as the largest collection holds, and twenty events for each.
        var source = RandomEvents(seed: seed, variety: 2_000)
        var state = EngineState()
        for _ in 0..<40_000 { state.apply(source.next()) }
        #expect(state.seq == 40_000)
        #expect(state.chats.count <= EngineState.chatLimit + EngineState.chatSlack)
        #expect(state.tools.count <= EngineState.toolLimit)
        #expect(state.traces.count <= EngineState.traceLimit && state.traceOrder.count == state.traces.count)
        #expect(state.services.count <= EngineState.serviceLimit)
        #expect(state.models.count <= EngineState.modelLimit)
        #expect(state.outbound.count <= EngineState.outboundLimit)
        #expect(state.approvals.count <= EngineState.approvalLimit)
        #expect(state.mutes.count <= EngineState.muteLimit)
        #expect(state.mcpServers.count <= EngineState.mcpServerLimit)
        #expect(state.mcpOwners.count <= EngineState.mcpServerLimit * MCPServerState.toolLimit)
        #expect(state.mcpOwners.values.allSatisfy { state.mcpServers[$0] != nil })
        for server in state.mcpServers.values {
            #expect(server.tools.count <= MCPServerState.toolLimit)
            #expect(server.running.count <= MCPServerState.runningLimit)
            #expect(server.notes.elements.count <= 36 && server.stderr.elements.count <= 150)
        }
        #expect(state.policyWarnings.count <= EngineState.warningLimit)
        #expect(state.refused.count <= 64)
        #expect(state.recent.elements.count <= 300)
        #expect(state.decidedApprovals.elements.count <= 24)
        for channel in state.outbound.values { #expect(channel.givenUp.count <= OutboundState.givenUpLimit) }
        for chat in state.chats.values {
            #expect(chat.transcript.elements.count <= 36)
            #expect(chat.runningTools.count <= EngineState.runningToolLimit)
            #expect(chat.liveText.utf8.count <= 64_000 && chat.liveThinking.utf8.count <= 16_000)
        }
        for trace in state.traces.values { #expect(trace.steps.count <= TraceState.stepLimit) }
        for tool in state.tools.values {
            #expect(tool.failures.elements.count <= 12)
            #expect(tool.recent.slots.count <= tool.recent.slotLimit)
        }
        let size = try JSONEncoder().encode(state).count
        #expect(size < 24 * 1024 * 1024, "the state takes \(size) bytes")
    }

    @Test func `A new chat is shown even when all others are busy`() {
        var log = EventLog()
        for chat in 0..<EngineState.chatLimit + EngineState.chatSlack { log.receive("a:\(chat)") }
        log.receive("a:new")
        #expect(log.state.chats["a:new"] != nil)
        #expect(log.state.chats.count == EngineState.chatLimit)
    }

    @Test func `A refused call leaves the count of running calls alone`() {
        var log = EventLog()
        log.receive("a:1")
        log.receive("a:2")
        log.add(.toolStarted(ToolStarted(callID: "x", tool: "exec", arguments: "")), "a:1")
        log.add(
            .toolFinished(
                ToolFinished(callID: "y", tool: "exec", outcome: .denied, durationMicroseconds: 0, result: "no")), "a:2"
        )
        #expect(log.state.tools["exec"]?.running == 1)
        #expect(log.state.tools["exec"]?.denied == 1)
        #expect(log.state.tools["exec"]?.calls == 0)
    }

    @Test func `A tool name that the model made up does not become a tool`() {
        var log = EventLog()
        log.receive("a:1")
        log.add(
            .toolFinished(
                ToolFinished(callID: "y", tool: "nosuch", outcome: .error, durationMicroseconds: 0, result: "no")),
            "a:1")
        #expect(log.state.tools.isEmpty)
    }

    @Test func `A message that comes between the end of a turn and its lane leaves no chat queued for ever`() {
        var log = EventLog()
        log.receive("a:1", depth: 1)
        log.start("a:1")
        log.finish("a:1")
        // The lane was not free yet when this one was queued: it counted two.
        log.receive("a:1", depth: 2)
        log.start("a:1")
        log.finish("a:1")
        #expect(log.state.chats["a:1"]?.queueDepth == 0)
        #expect(log.state.chats["a:1"]?.phase == .idle)
    }

    @Test func `Text that arrives after the end of its turn does not wake the chat`() {
        var log = EventLog()
        log.receive("a:1")
        log.start("a:1")
        log.finish("a:1")
        log.add(.turnDelta(TurnDelta(text: "late", isThinking: false)), "a:1")
        #expect(log.state.chats["a:1"]?.phase == .idle)
        #expect(log.state.chats["a:1"]?.liveText == "")
    }

    @Test func `A turn that an operator ended is no problem`() {
        var log = EventLog()
        log.receive("a:1")
        log.start("a:1")
        log.add(.turnFailed(TurnFailed(code: "cancelled", message: "by ops1", durationMicroseconds: 5)), "a:1")
        #expect(log.state.chats["a:1"]?.phase == .idle)
        #expect(log.state.problems(now: log.now).isEmpty)
    }

    @Test func `A message that is sent again is not given up any more`() {
        var log = EventLog()
        log.add(.outboundQueued(OutboundQueued(messageID: 9, channel: "a", chatID: "1", bytes: 3)), nil)
        log.add(.outboundDead(OutboundDead(messageID: 9, channel: "a", chatID: "1", attempts: 3, error: "403")), nil)
        #expect(log.state.problems(now: log.now).map(\.subject) == [.outbound("a")])
        #expect(log.state.outbound["a"]?.givenUp.map(\.id) == [9])
        log.add(.outboundQueued(OutboundQueued(messageID: 9, channel: "a", chatID: "1", bytes: 3)), nil)
        #expect(log.state.outbound["a"]?.givenUp.isEmpty == true)
        #expect(log.state.outbound["a"]?.queued == 1)
        #expect(!log.state.problems(now: log.now).contains { $0.text.contains("given up") })
    }

    @Test func `The alarm of a channel names the numbers, and ends when nothing is given up any more`() {
        var log = EventLog()
        func text() -> String? { log.state.problems(now: log.now).first { $0.subject == .outbound("a") }?.text }
        for id in 1...7 {
            log.add(.outboundQueued(OutboundQueued(messageID: Int64(id), channel: "a", chatID: "1", bytes: 3)), "a:1")
            log.add(
                .outboundDead(
                    OutboundDead(messageID: Int64(id), channel: "a", chatID: "1", attempts: 3, error: "403")), "a:1")
        }
        #expect(text() == "outbound a: 7 messages given up: 3 4 5 6 7 and 2 more, last: 403")
        for id in 1...6 {
            log.add(
                .outboundDropped(OutboundDropped(messageID: Int64(id), channel: "a", chatID: "1", by: "ops1")), "a:1")
        }
        #expect(text() == "outbound a: message 7 was given up, last: 403")
        log.add(
            .outboundQueued(OutboundQueued(messageID: 7, channel: "a", chatID: "1", bytes: 3, isRetry: true)), "a:1")
        #expect(text() == "outbound a: 7 of 7 attempts failed in 15m, last: 403")
        log.now = log.now.adding(seconds: 1_000)
        #expect(text() == nil, "an alarm of the last 15 minutes ends by the clock")
    }

    @Test func `Messages beyond the remembered ones can be sent again, and the alarm still ends`() {
        var log = EventLog()
        let count = OutboundState.givenUpLimit + 6
        for id in 1...count {
            log.add(
                .outboundDead(
                    OutboundDead(messageID: Int64(id), channel: "a", chatID: "1", attempts: 1, error: "x")), nil)
        }
        #expect(log.state.outbound["a"]?.dead == UInt64(count))
        for id in 1...count {
            let again = OutboundQueued(messageID: Int64(id), channel: "a", chatID: "1", bytes: 3, isRetry: true)
            log.add(.outboundQueued(again), nil)
        }
        #expect(log.state.outbound["a"]?.dead == 0)
    }

    @Test func `A message that waits for its lane is marked until its turn begins`() {
        var log = EventLog()
        func outcomes() -> [String]? { log.state.chats["a:1"]?.transcript.elements.map(\.outcome) }
        log.receive("a:1", request: "r1")
        #expect(outcomes() == ["queued"])
        log.start("a:1", request: "r1")
        log.receive("a:1", request: "r2")
        #expect(outcomes() == ["", "queued"])
        log.finish("a:1", request: "r1")
        #expect(outcomes() == ["", "queued", ""])
        log.start("a:1", request: "r2")
        #expect(outcomes() == ["", "", ""])
    }

    @Test func `A chat keeps its person's name when an operator writes into it`() {
        var log = EventLog()
        func hear(_ sender: String, _ chat: String, isOperator: Bool) {
            log.add(
                .chatReceived(
                    ChatReceived(
                        channel: "a", chatID: chat, sender: sender, text: "x", length: 1, queueDepth: 1,
                        isOperator: isOperator ? true : nil)), "a:\(chat)")
        }
        hear("Anna", "1", isOperator: false)
        hear("ops1@gw-7", "1", isOperator: true)
        #expect(log.state.chats["a:1"]?.sender == "Anna")
        #expect(log.state.chats["a:1"]?.transcript.elements.last?.name == "ops1@gw-7")
        hear("ops1@gw-7", "2", isOperator: true)
        #expect(log.state.chats["a:2"]?.sender == "")
        hear("Bo", "2", isOperator: false)
        #expect(log.state.chats["a:2"]?.sender == "Bo")
    }

    @Test func `A muted problem comes last until its time is over, it is shown again, or it gets worse`() {
        var log = EventLog()
        func health(_ health: ServiceHealth) {
            log.add(.serviceHealth(ServiceHealthChanged(service: "s", health: health)), nil)
        }
        func mute(until: Timestamp?) {
            log.add(
                .problemMuted(
                    ProblemMuted(
                        subject: "service s", until: until, severity: Problem.Severity.warning.rawValue,
                        reason: "known", by: "ops1")), nil)
        }
        func problem(_ now: Timestamp) -> Problem? {
            log.state.problems(now: now).first { $0.subject == .service("s") }
        }
        health(.degraded(reason: "slow"))
        log.receive("a:1")
        log.start("a:1")
        log.add(.turnFailed(TurnFailed(code: "provider_error", message: "x", durationMicroseconds: 5)), "a:1")
        #expect(log.state.problems(now: log.now).map(\.subject) == [.service("s"), .chat("a:1")])
        let until = log.now.adding(seconds: 600)
        mute(until: until)
        #expect(log.state.problems(now: log.now).map(\.subject) == [.chat("a:1"), .service("s")])
        #expect(problem(log.now)?.mute?.reason == "known")
        #expect(problem(until)?.mute == nil)
        health(.down(reason: "gone", retryAt: nil))
        #expect(problem(log.now)?.mute == nil, "it got worse")
        health(.degraded(reason: "slow"))
        #expect(problem(log.now)?.mute != nil)
        mute(until: nil)
        #expect(problem(log.now)?.mute == nil)
    }

    @Test func `Problems come in the order of severity and age`() {
        var log = EventLog()
        log.add(
            .approvalRequested(
                ApprovalRequested(
                    id: 5, callID: "c", tool: "exec", arguments: "{}", reason: "", expiresAt: log.now)), nil)
        log.receive("a:1")
        log.start("a:1")
        log.add(.turnFailed(TurnFailed(code: "provider_error", message: "x", durationMicroseconds: 5)), "a:1")
        log.add(
            .serviceHealth(ServiceHealthChanged(service: "store", health: .down(reason: "full", retryAt: nil))), nil)
        log.add(
            .serviceHealth(ServiceHealthChanged(service: "attach", health: .down(reason: "x", retryAt: nil))), nil)
        log.add(
            .chatRejected(
                ChatRejected(channel: "d", chatID: "7", sender: "u", code: "not_allowed", reason: "no")), "d:7")
        #expect(
            log.state.problems(now: log.now).map(\.subject) == [
                .service("store"), .service("attach"), .chat("a:1"), .approval(5), .refusedSender("d:7"),
            ])
    }
}

/// Builds a state event by event.
struct EventLog {
    var state = EngineState()
    var now = Timestamp(seconds: 1_771_125_129)

    mutating func add(_ kind: EventKind, _ session: String?, request: String? = nil) {
        now = now.adding(seconds: 1)
        state.apply(Event(seq: state.seq + 1, time: now, requestID: request ?? session, session: session, kind: kind))
    }

    mutating func receive(_ session: String, depth: Int = 1, request: String? = nil) {
        add(
            .chatReceived(
                ChatReceived(
                    channel: "a", chatID: session, sender: "u", text: "hi", length: 2, queueDepth: depth)), session,
            request: request)
    }

    mutating func start(_ session: String, request: String? = nil) {
        add(
            .turnStarted(
                TurnStarted(
                    channel: "a", chatID: session, sender: "u", stepLimit: 20, queuedMicroseconds: 0, isResumed: false)),
            session, request: request)
    }

    mutating func finish(_ session: String, request: String? = nil) {
        add(
            .turnFinished(
                TurnFinished(
                    text: "ok", stopReason: "answered", steps: 1, tokensIn: 1, tokensOut: 1, durationMicroseconds: 9)),
            session, request: request)
    }
}
