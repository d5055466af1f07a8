// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

/// How a question reaches people and what becomes of it.
@Suite(.timeLimit(.minutes(1))) struct ApprovalPathTests {
    @Test func `F46 a decided approval says how, when and by whom; it cannot be used again`() async throws {
        let tool = RecordingTool("danger")
        try await PolicyModeTests.run(tool) { harness in
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            _ = await harness.command(.approve(id: id, scope: .once))
            _ = try await answer
            let again = await harness.command(.approve(id: id, scope: .once))
            #expect(again.code == "not_pending")
            #expect(again.message.hasPrefix("approval \(id) was approved by ops1@test at 20"))
            let position = harness.engine.bus.position
            async let second = harness.chat("go")
            let next = try #require(await harness.approval(after: position))
            #expect(next != id)
            _ = await harness.command(.reject(id: next, note: "no"))
            _ = try await second
            #expect(tool.calls.count == 1)
        }
    }

    @Test func `F46 expiry is enforced at the decision, also when the waiting call has not noticed it yet`()
        async throws
    {
        let workspace = try TemporaryWorkspace()
        let clock = ManualTime()
        let store = try SQLiteStore(path: workspace.path + "/golem.db")
        let bus = EventBus(time: clock)
        let audit = AuditLog(path: workspace.path + "/audit.jsonl", time: clock)
        // A clock whose sleepers never wake: only the decision looks at the time.
        let desk = ApprovalDesk(
            store: store, bus: bus, time: SleeplessTime(clock), audit: audit, notifier: ApprovalDesk.Notifier())
        let context = ToolContext(requestID: "r", session: "s:1", channel: "s", chatID: "1", sender: "u")
        let waiting = Task {
            try await desk.request(
                turn: 1, call: ModelToolCall(id: "c", name: "exec", arguments: "{}"),
                subject: ApprovalDesk.Subject(name: "exec"), arguments: try CallArguments("{}"), context: context,
                reason: "strict", feed: nil)
        }
        #expect(await eventually { await !desk.pending.isEmpty })
        let id = try #require(await desk.pending.first?.id)
        await clock.advance(by: .seconds(901))
        let refusal = await desk.decide(id: id, approve: true, by: "ops1", note: "", scope: .once)
        #expect(refusal?.code == "expired")
        #expect(await desk.pending.count == 1)
        waiting.cancel()
        #expect(try await waiting.value == .cancelled)
        audit.stop()
        store.close()
    }

    @Test func `F46 nobody could be asked is an outcome of its own, and the model is told so`() async throws {
        let time = ManualTime()
        let tool = RecordingTool("danger")
        try await PolicyModeTests.run(tool, time: time) { harness in
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            let asked = await harness.events.first { if case .approvalRequested = $0.kind { true } else { false } }
            if case .approvalRequested(let request)? = asked?.kind { #expect(request.notified == []) }
            // It is listed all the same.
            #expect(await harness.command(.listApprovals).payload?.contains("danger") == true)
            let expired = await harness.events.firstWhileMoving(time) {
                if case .approvalExpired = $0.kind { true } else { false }
            }
            if case .approvalExpired(let decision)? = expired?.kind { #expect(decision.decision == "nobody_asked") }
            let text = try await answer?.text
            #expect(text?.contains("nobody could be asked") == true)
            #expect(await harness.command(.approve(id: id, scope: .once)).message.contains("nobody could be asked"))
        }
    }

    @Test func `A console that watches is somebody, also when it comes later`() async throws {
        let time = ManualTime()
        let tool = RecordingTool("danger")
        try await PolicyModeTests.run(tool, time: time) { harness in
            async let answer = harness.chat("go")
            _ = try #require(await harness.approval())
            let link = harness.engine.link()
            _ = await harness.events.firstWhileMoving(time) {
                if case .approvalExpired = $0.kind { true } else { false }
            }
            let text = try await answer?.text
            #expect(text == "Error: nobody decided on this call in time; it was not run")
            let position = harness.engine.bus.position
            async let second = harness.chat("go")
            let id = try #require(await harness.approval(after: position))
            let request = await harness.state().approvals[id]?.request
            #expect(request?.notified == ["consoles: 1"])
            _ = await harness.command(.reject(id: id, note: ""))
            _ = try await second
            await link.close()
        }
    }

    @Test func `An approver is asked in the chat and decides there, beside the waiting turn`() async throws {
        let tool = RecordingTool("danger")
        let channel = StubChannel(name: "telegram")
        try await PolicyModeTests.run(
            tool,
            configure: {
                $0.channels = [channel]
                $0.approvers = ["telegram:user"]
            }
        ) { harness in
            channel.write("go", chat: "7", id: "m1")
            let id = try #require(await harness.approval())
            #expect(await harness.state().approvals[id]?.request.notified == ["chat telegram:7"])
            #expect(await eventually { channel.accepted.count == 1 })
            let question = try #require(channel.accepted.first)
            #expect(question.chatID == "7")
            #expect(question.text.contains("Approval \(id): may I call danger?"))
            #expect(question.text.contains(#"{"n":1}"#))
            #expect(question.text.contains("/approve \(id)"))
            channel.write("/approve \(id)", chat: "7", id: "m2")
            #expect(await eventually { channel.accepted.map(\.text).contains("done") })
            #expect(await eventually { channel.accepted.map(\.text).contains("Approval \(id) approved.") })
            #expect(tool.calls.count == 1)
            #expect(await harness.state().decidedApprovals.elements.last?.decision.by == "telegram:user")
            channel.write("/approve \(id)", chat: "7", id: "m3")
            #expect(await eventually { channel.accepted.last?.text.contains("was approved by telegram:user") == true })
            channel.write("/approve 4711", chat: "7", id: "m4")
            #expect(await eventually { channel.accepted.last?.text.hasPrefix("there is no approval 4711") == true })
        }
    }

    @Test func `Who is no approver cannot decide, and a rejection's note reaches the model`() async throws {
        let tool = RecordingTool("danger")
        let channel = StubChannel(name: "telegram")
        try await PolicyModeTests.run(
            tool,
            configure: {
                $0.channels = [channel]
                $0.approvers = ["gateway:tester"]
            }
        ) { harness in
            channel.write("go", chat: "7", id: "m1")
            let id = try #require(await harness.approval())
            #expect(await harness.state().approvals[id]?.request.notified == [])
            channel.write("/approve \(id)", chat: "7", id: "m2")
            #expect(await eventually { channel.accepted.last?.text.hasPrefix("You may not decide this here.") == true })
            // An approver of another channel neither.
            let other = try await harness.offer("/approve \(id)")
            if case .answered(let outcome) = other { #expect(outcome.text.contains("another chat")) }
            #expect(tool.calls.isEmpty)
            _ = await harness.command(.reject(id: id, note: "use the copy"))
            #expect(await eventually { channel.accepted.last?.text.contains("use the copy") == true })
        }
    }

    @Test func `A streamed request sees the question and an HTTP approver answers it`() async throws {
        let tool = RecordingTool("danger")
        let isWatched = Latch()
        let provider = StubProvider { request, _ throws(ProviderError) in
            await isWatched.wait()
            return request.isFirstStep ? .call("danger") : ModelResponse(text: request.toolResults.last ?? "")
        }
        try await PolicyModeTests.run(tool, provider: provider, configure: { $0.approvers = ["gateway:*"] }) {
            harness in
            guard case .accepted(_, let feed) = try await harness.offer("go") else {
                Issue.record("not accepted")
                return
            }
            let reader = feed.reader()
            isWatched.open()
            let id = try #require(await harness.approval())
            let questions = await reader.next().compactMap { update -> Int64? in
                if case .question(let id, _, "danger", _, true) = update { id } else { nil }
            }
            #expect(questions == [id])
            #expect(await harness.state().approvals[id]?.request.notified == ["stream"])
            guard case .answered(let reply) = try await harness.offer("/approve \(id)") else {
                Issue.record("not answered at once")
                return
            }
            #expect(reply.text == "Approval \(id) approved.")
            #expect(await reader.outcome()?.text == "done")
        }
    }

    @Test func `Two equal calls at once are two questions, and a grant can be seen and revoked`() async throws {
        let tool = RecordingTool("danger")
        let provider = StubProvider { request, _ throws(ProviderError) in
            request.isFirstStep
                ? ModelResponse(
                    text: "", toolCalls: (1...2).map { ModelToolCall(id: "c\($0)", name: "danger", arguments: "{}") })
                : ModelResponse(text: request.toolResults.suffix(2).joined(separator: "|"))
        }
        try await PolicyModeTests.run(tool, provider: provider) { harness in
            async let answer = harness.chat("go")
            #expect(await eventually { await harness.engine.approvals.pending.count == 2 })
            let ids = await harness.engine.approvals.pending.map(\.id)
            #expect(Set(ids).count == 2)
            _ = await harness.command(.approve(id: ids[0], scope: .session))
            _ = await harness.command(.approve(id: ids[1], scope: .once))
            let text = try await answer?.text
            #expect(text == "done|done")
            #expect(await harness.state().policy.grants[ids[0]]?.tool == "danger")
            let report = try JSONValue(parsing: await harness.command(.readPolicy).payload ?? "")
            #expect(report["grants"]?.arrayValue?.first?["id"] == .integer(ids[0]))
            #expect(try await harness.chat("again")?.text == "done|done")
            #expect(await harness.command(.revokeGrant(id: ids[0])).status == .done)
            #expect(await harness.command(.revokeGrant(id: ids[0])).code == "not_found")
            #expect(await harness.state().policy.grants.isEmpty)
            async let third = harness.chat("third")
            #expect(await eventually { await harness.engine.approvals.pending.count == 2 })
            for pending in await harness.engine.approvals.pending {
                _ = await harness.command(.reject(id: pending.id, note: ""))
            }
            _ = try await third
            #expect(tool.calls.count == 4)
        }
    }

    @Test func `A call that needs an approval does not run when the audit cannot be written; others do`() async throws {
        let danger = RecordingTool("danger")
        let harmless = RecordingTool("harmless")
        let provider = StubProvider { request, _ throws(ProviderError) in
            if case .toolResult(_, _, let content, _)? = request.messages.last { return ModelResponse(text: content) }
            return .call(request.userText, id: "c\(request.messages.count)")
        }
        try await PolicyModeTests.run(
            danger, provider: provider,
            configure: {
                _ = $0.tools.register(harmless)
                $0.audit.path = "/dev/full"
            }
        ) { harness in
            let refused = try await harness.chat("danger")?.text
            #expect(refused?.contains("the audit log cannot be written") == true)
            #expect(danger.calls.isEmpty)
            #expect(try await harness.chat("harmless")?.text == "done")
            let problem = await harness.state().problems(now: harness.engine.options.time.wallNow()).first
            #expect(problem?.subject == .service("audit"))
            #expect(problem?.severity == .warning)
        }
    }

    @Test func `Other rules are tried on the calls that the store remembers`() async throws {
        let workspace = try TemporaryWorkspace()
        let tool = RecordingTool("danger")
        let start = SystemTime().wallNow()
        try await PolicyModeTests.run(tool, workspace: workspace) { harness in
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            _ = await harness.command(.approve(id: id, scope: .session))
            _ = try await answer
            _ = try await harness.chat("again")
        }
        let past = try PastCall.read(database: workspace.path + "/state/golem.db", since: start)
        #expect(past.map(\.wasAsked) == [true, false])
        #expect(past.allSatisfy { $0.sender == "tester" && $0.channel == "gateway" })
        let rules = try PolicyReplay.rules(
            #"[{"tool":"danger","sender":"tester","args":{"n":"1"},"action":"deny"}]"#, current: GolemConfig.Policy())
        let replay = PolicyReplay(past, rules: rules, names: PolicyNames(servers: []))
        #expect(replay.denied == 2)
        #expect(replay.examples.count == 2)
        #expect(throws: PolicyRule.Problem.self) {
            try PolicyReplay.rules(#"{"rules":[{"action":"x"}]}"#, current: GolemConfig.Policy())
        }
    }

    @Test func `Every call and decision is in the audit, with request, actor, session and digest`() async throws {
        let workspace = try TemporaryWorkspace()
        let tool = RecordingTool("danger")
        try await PolicyModeTests.run(tool, workspace: workspace) { harness in
            async let answer = harness.chat("go", key: "k")
            let id = try #require(await harness.approval())
            _ = await harness.command(.approve(id: id, scope: .once))
            _ = try await answer
            _ = await harness.command(.setPolicyMode(mode: "relaxed", ttlSeconds: nil, isKept: false))
            _ = try await harness.chat("go")
        }
        let lines = PolicyModeTests.audit(workspace)
        let types = lines.compactMap { $0["type"]?.stringValue }
        #expect(
            types == [
                "policy_startup", "approval_pending", "approval_decided", "operator_command", "approval_granted",
                "tool_execution", "policy_cli_switch", "operator_command", "policy_allow", "tool_execution",
            ]
                || types == [
                    "policy_startup", "approval_pending", "approval_decided", "approval_granted", "operator_command",
                    "tool_execution", "policy_cli_switch", "operator_command", "policy_allow", "tool_execution",
                ]
                || types == [
                    "policy_startup", "approval_pending", "approval_decided", "approval_granted", "tool_execution",
                    "operator_command", "policy_cli_switch", "operator_command", "policy_allow", "tool_execution",
                ])
        let granted = try #require(lines.first { $0["type"] == "approval_granted" })
        #expect(granted["request_id"] == "r-k")
        #expect(granted["actor"] == "ops1@test")
        #expect(granted["session"] == "gateway:s")
        let digest = try SHA256.hex(Array(#"{"n":1}"#.utf8))
        #expect(granted["arguments_sha256"]?.stringValue == digest)
        let executed = try #require(lines.last)
        #expect(executed["result"] == "success")
        #expect(executed["outcome"] == "ok")
        #expect(executed["duration_ms"] != nil)
        #expect(try AuditFiles.verify(AuditFiles.path(workspace: workspace.path)).lines == lines.count)
    }
}

/// A clock on which nobody wakes.
private struct SleeplessTime: TimeSource {
    let clock: ManualTime

    init(_ clock: ManualTime) { self.clock = clock }

    func wallNow() -> Timestamp { clock.wallNow() }
    func monotonicMicroseconds() -> Int64 { clock.monotonicMicroseconds() }
    func sleep(for _: Duration) async throws {
        await Latch().wait()
        throw CancellationError()
    }
    func alarm(after _: Duration, _ action: @escaping @Sendable () -> Void) -> Alarm { Alarm {} }
}
