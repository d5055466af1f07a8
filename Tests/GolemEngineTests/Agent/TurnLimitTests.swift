// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents
import GolemTestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct TurnLimitTests {
    /// A way of never getting to an answer, and the limit that ends it.
    enum Endless: String, CaseIterable, Sendable {
        case iterations = "max_iterations"
        case tokens = "max_tokens"
        case errors = "consecutive_errors"
        case repeats = "repeated_calls"

        func response(_ number: Int) -> ModelResponse {
            let same = self == .repeats
            var response = ModelResponse.call(
                self == .errors ? "broken" : "fine", same ? "{}" : #"{"n":\#(number)}"#, id: "c\(number)")
            response.text = "Step \(number)."
            response.usage = ModelUsage(input: 900, output: 100)
            return response
        }
    }

    @Test(arguments: Endless.allCases)
    func `F34 a turn without end is ended, and the reason is told to the user and the operator`(
        endless: Endless
    ) async throws {
        let provider = StubProvider { _, number throws(ProviderError) in endless.response(number) }
        let broken = RecordingTool("broken") { _ in .error("no") }
        try await EngineHarness.run(
            provider: provider,
            configure: { options in
                _ = options.tools.register(RecordingTool("fine"))
                _ = options.tools.register(broken)
                options.limits.iterations = endless == .iterations ? 4 : 30
                options.limits.tokens = endless == .tokens ? 5_000 : 10_000_000
                options.limits.consecutiveErrors = 3
                options.limits.repeatedCalls = 2
            }
        ) { harness in
            let outcome = try await harness.chat("go")
            let expected: [Endless: Int] = [.iterations: 4, .tokens: 5, .errors: 3, .repeats: 3]
            #expect(provider.requests.count == expected[endless])
            #expect(outcome?.errorCode == nil)
            #expect(outcome?.text.contains("I stopped") == true)
            #expect(outcome?.text.hasPrefix("Step") == true, "what was said so far is kept")
            let end = await harness.events.first { if case .turnFinished = $0.kind { true } else { false } }
            guard case .turnFinished(let finished)? = end?.kind else { return }
            #expect(finished.stopReason == endless.rawValue)
            #expect(end?.level == .warn)
            // The stored history is one that a provider accepts.
            let stored = try await harness.engine.store.history(session: "gateway:s", limit: 200).map(\.message)
            #expect(isPaired(stored))
        }
    }

    @Test func `F34 a turn that takes too long is ended with the reason`() async throws {
        let time = ManualTime()
        let provider = GatedProvider()
        try await EngineHarness.run(
            provider: provider, time: time, configure: { $0.limits.wallTime = .seconds(60) }
        ) { harness in
            async let answer = harness.chat("go")
            #expect(await provider.waitForCalls(1))
            let end = await harness.events.firstWhileMoving(time) {
                if case .turnFinished = $0.kind { true } else { false }
            }
            guard case .turnFinished(let finished)? = end?.kind else {
                Issue.record("the turn did not end")
                return
            }
            #expect(finished.stopReason == "max_wall_time")
            #expect(finished.durationMicroseconds >= 60_000_000)
            let held27 = try await answer?.text.contains("took longer") == true
            #expect(held27)
        }
    }

    @Test func `F30 a hung provider is shown while it hangs and hits its deadline`() async throws {
        let time = ManualTime()
        let provider = GatedProvider()
        try await EngineHarness.run(
            provider: provider, time: time, configure: { $0.limits.wallTime = .seconds(3_600) }
        ) { harness in
            async let answer = harness.chat("go")
            #expect(await provider.waitForCalls(1))
            let state = await harness.state()
            #expect(state.models["gated/m"]?.running == 1)
            #expect(state.chats["gateway:s"]?.phase == .thinking)
            #expect(state.chats["gateway:s"]?.since == time.wallNow(), "the age of the call is known")
            let end = await harness.events.firstWhileMoving(time) {
                if case .providerCalled = $0.kind { true } else { false }
            }
            guard case .providerCalled(let called)? = end?.kind else {
                Issue.record("the call did not end")
                return
            }
            #expect(called.error?.hasPrefix("timeout") == true)
            #expect(called.durationMicroseconds >= 600_000_000)
            let reply = try await answer
            #expect(reply?.errorCode == "provider_error")
        }
    }

    @Test func `F30 a hung tool is shown while it hangs, hits its deadline, and the model hears of it`() async throws {
        let time = ManualTime()
        let provider = StubProvider { request, number throws(ProviderError) in
            number == 1 ? .call("stuck") : ModelResponse(text: request.toolResults.last ?? "")
        }
        let tool = RecordingTool("stuck") { _ in
            await Latch().wait()
            return .ok("never")
        }
        try await EngineHarness.run(
            provider: provider, time: time,
            configure: { options in
                _ = options.tools.register(tool)
                options.limits.toolTime = .seconds(30)
            }
        ) { harness in
            async let answer = harness.chat("go")
            #expect(await eventually { tool.calls.count == 1 })
            let state = await harness.state()
            #expect(state.tools["stuck"]?.running == 1)
            #expect(state.chats["gateway:s"]?.runningTools["c1"]?.since == time.wallNow())
            let end = await harness.events.firstWhileMoving(time) {
                if case .toolFinished = $0.kind { true } else { false }
            }
            guard case .toolFinished(let finished)? = end?.kind else {
                Issue.record("the call did not end")
                return
            }
            #expect(finished.outcome == .timeout)
            #expect(finished.durationMicroseconds >= 30_000_000)
            let held28 = try await answer?.text.contains("no answer within") == true
            #expect(held28)
            #expect(await harness.state().tools["stuck"]?.timeouts == 1)
        }
    }
}

extension EventCollector {
    /// The first event that satisfies the condition, while the clock moves on second by second.
    func firstWhileMoving(_ time: ManualTime, where condition: @Sendable (Event) -> Bool) async -> Event? {
        _ = await eventually {
            if events.contains(where: condition) { return true }
            await time.advance(by: .seconds(1))
            return false
        }
        return events.first(where: condition)
    }
}

/// Whether every tool call has its result right behind it, and no result is alone.
func isPaired(_ messages: [ModelMessage]) -> Bool {
    var open: [String] = []
    for message in messages {
        switch message {
        case .toolResult(let id, _, _, _):
            guard let index = open.firstIndex(of: id) else { return false }
            open.remove(at: index)
        case .user: guard open.isEmpty else { return false }
        case .assistant(_, let calls):
            guard open.isEmpty else { return false }
            open = calls.map(\.id)
        }
    }
    return open.isEmpty
}
