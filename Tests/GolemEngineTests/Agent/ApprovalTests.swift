// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct ApprovalTests {
    /// Calls `danger` once a turn and answers with the result.
    private func provider() -> StubProvider {
        StubProvider { request, _ throws(ProviderError) in
            if case .toolResult(_, _, let content, _)? = request.messages.last { return ModelResponse(text: content) }
            return .call("danger", id: "c\(request.messages.count)")
        }
    }

    private func run<Value: Sendable>(
        _ tool: RecordingTool, workspace: TemporaryWorkspace? = nil, provider: (any Provider)? = nil,
        time: any TimeSource = SystemTime(), configure: (inout EngineOptions) -> Void = { _ in },
        _ body: @Sendable (EngineHarness) async throws -> Value
    ) async throws -> Value {
        try await EngineHarness.run(
            workspace: workspace, provider: provider ?? self.provider(), time: time,
            configure: { options in
                _ = options.tools.register(tool)
                options.policy = PolicyRules(requireApproval: ["danger"])
                configure(&options)
            }, body)
    }

    @Test func `An approved call runs, the turn goes on by itself, and the next call asks again`() async throws {
        let tool = RecordingTool("danger")
        try await run(tool) { harness in
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            #expect(tool.calls.isEmpty)
            #expect(await harness.state().chats["gateway:s"]?.phase == .waiting(approval: id))
            #expect(await harness.command(.approve(id: id, scope: .once)).status == .done)
            let held19 = try await answer?.text == "done"
            #expect(held19)
            #expect(tool.calls.count == 1)
            #expect(await harness.state().approvals.isEmpty)

            let position = harness.engine.bus.position
            async let second = harness.chat("go")
            let next = try #require(await harness.approval(after: position))
            #expect(next != id)
            _ = await harness.command(.reject(id: next, note: ""))
            _ = try await second
            #expect(tool.calls.count == 1)
        }
    }

    @Test func `Who decides too late is told how, when and by whom it was decided`() async throws {
        let time = ManualTime()
        let tool = RecordingTool("danger")
        try await run(tool, time: time) { harness in
            async let first = harness.chat("go", session: "a")
            let approved = try #require(await harness.approval())
            let when = time.wallNow().rfc3339
            _ = await harness.command(.approve(id: approved, scope: .once))
            _ = try await first
            let again = await harness.command(.reject(id: approved, note: ""))
            #expect(again.code == "not_pending")
            #expect(again.message == "approval \(approved) was approved by ops1@test at \(when)")

            let position = harness.engine.bus.position
            async let second = harness.chat("go", session: "b")
            let rejected = try #require(await harness.approval(after: position))
            _ = await harness.command(.reject(id: rejected, note: "not today"))
            _ = try await second
            let late = await harness.command(.approve(id: rejected, scope: .once))
            #expect(late.message == "approval \(rejected) was rejected by ops1@test at \(when): not today")
        }
    }

    @Test func `The model sees the note of a refusal`() async throws {
        let tool = RecordingTool("danger")
        try await run(tool) { harness in
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            _ = await harness.command(.reject(id: id, note: "use the copy instead"))
            let held20 = try await answer?.text == "Error: the call was rejected by ops1@test: use the copy instead"
            #expect(held20)
            #expect(tool.calls.isEmpty)
        }
    }

    @Test func `A decision counts once`() async throws {
        let tool = RecordingTool("danger")
        try await run(tool) { harness in
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            let replies = await withTaskGroup(of: CommandReply.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        await harness.command(
                            number % 2 == 0 ? .approve(id: id, scope: .once) : .reject(id: id, note: ""))
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(replies.count { $0.status == .done } == 1)
            #expect(replies.count { $0.code == "not_pending" } == 19)
            _ = try await answer
            let unknown = await harness.command(.approve(id: 4_711, scope: .once))
            #expect(unknown.code == "unknown_approval")
            #expect(unknown.message.hasPrefix("there is no approval 4711; "))
            let decided = await harness.state().decidedApprovals.elements
            #expect(decided.count == 1)
        }
    }

    @Test func `The same command twice is carried out once and answered twice`() async throws {
        let tool = RecordingTool("danger")
        try await run(tool) { harness in
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            async let first = harness.command(.approve(id: id, scope: .once), id: "cmd")
            async let second = harness.command(.approve(id: id, scope: .once), id: "cmd")
            #expect(await first == second)
            #expect(await first.status == .done)
            #expect(await harness.command(.approve(id: id, scope: .once), id: "cmd") == first)
            _ = try await answer
        }
    }

    @Test func `Nobody decided in time: the call does not run, and a late decision is refused`() async throws {
        let time = ManualTime()
        let tool = RecordingTool("danger")
        try await run(tool, time: time) { harness in
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            let expired = await harness.events.firstWhileMoving(time) {
                if case .approvalExpired = $0.kind { true } else { false }
            }
            #expect(expired != nil)
            let text = try await answer?.text
            #expect(text?.hasPrefix("Error: this call needs an approval, and nobody could be asked") == true)
            #expect(await harness.command(.approve(id: id, scope: .once)).code == "not_pending")
            #expect(tool.calls.isEmpty)
        }
    }

    @Test func `Time spent waiting for a person is not counted as work`() async throws {
        let time = ManualTime()
        let tool = RecordingTool("danger")
        try await run(tool, time: time, configure: { $0.limits.wallTime = .seconds(60) }) { harness in
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            for _ in 0..<30 { await time.advance(by: .seconds(10)) }
            _ = await harness.command(.approve(id: id, scope: .once))
            let held22 = try await answer?.text == "done"
            #expect(held22)
        }
    }

    @Test func `A grant for the session covers that tool in that session only`() async throws {
        let tool = RecordingTool("danger")
        try await run(tool) { harness in
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            _ = await harness.command(.approve(id: id, scope: .session))
            _ = try await answer
            let held23 = try await harness.chat("again")?.text == "done"
            #expect(held23)
            #expect(tool.calls.count == 2)
            let position = harness.engine.bus.position
            async let other = harness.chat("go", session: "other")
            let next = try #require(await harness.approval(after: position))
            _ = await harness.command(.reject(id: next, note: ""))
            _ = try await other
            #expect(tool.calls.count == 2)
        }
    }

    @Test func `A grant for minutes ends with them, however many are asked for`() async throws {
        let time = ManualTime()
        let tool = RecordingTool("danger")
        try await run(tool, time: time) { harness in
            for (minutes, covered) in [(5, 299), (.max, 600_000)] {
                let position = harness.engine.bus.position
                async let answer = harness.chat("go")
                let id = try #require(await harness.approval(after: position))
                _ = await harness.command(.approve(id: id, scope: .minutes(minutes)))
                _ = try await answer
                await time.advance(by: .seconds(covered))
                let held24 = try await harness.chat("again")?.text == "done"
                #expect(held24)
                await time.advance(by: .seconds(10_000))
            }
            #expect(tool.calls.count == 4)
        }
    }

    @Test func `Two calls at once are decided one by one`() async throws {
        let tool = RecordingTool("danger") { .ok("ran \($0["n"]?.integerValue ?? -1)") }
        let provider = StubProvider { request, number throws(ProviderError) in
            number == 1
                ? ModelResponse(
                    text: "",
                    toolCalls: (1...2).map {
                        ModelToolCall(id: "c\($0)", name: "danger", arguments: #"{"n":\#($0)}"#)
                    })
                : ModelResponse(text: request.toolResults.joined(separator: "|"))
        }
        try await run(tool, provider: provider) { harness in
            async let answer = harness.chat("go")
            #expect(await eventually { await harness.engine.approvals.pending.count == 2 })
            let pending = await harness.engine.approvals.pending
            for one in pending.reversed() {
                _ = await harness.command(
                    one.draft.callID == "c1" ? .reject(id: one.id, note: "no") : .approve(id: one.id, scope: .once))
            }
            let held25 = try await answer?.text == "Error: the call was rejected by ops1@test: no|ran 2"
            #expect(held25)
        }
    }

    @Test func `A turn that only waits for a person does not hold up a stop, and asks again afterwards`() async throws {
        let workspace = try TemporaryWorkspace()
        let tool = RecordingTool("danger", hasSideEffects: true)
        let first = try await run(tool, workspace: workspace, configure: { $0.stopGrace = .seconds(3_600) }) {
            harness in
            _ = try await harness.offer("go", key: "k")
            return try #require(await harness.approval())
        }
        try await run(tool, workspace: workspace) { harness in
            async let answer = harness.chat("go", key: "k")
            let id = try #require(await harness.approval())
            #expect(id != first)
            #expect(await harness.command(.approve(id: first, scope: .once)).code == "not_pending")
            _ = await harness.command(.approve(id: id, scope: .once))
            let held26 = try await answer?.text == "done"
            #expect(held26)
            #expect(tool.calls.count == 1)
        }
    }
}
