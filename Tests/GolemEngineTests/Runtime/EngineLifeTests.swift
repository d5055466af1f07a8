// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct EngineLifeTests {
    @Test func `F45 a second engine on a workspace names the first, and its socket stays`() async throws {
        let provider = StubProvider { _, _ throws(ProviderError) in ModelResponse(text: "ok") }
        try await EngineHarness.run(provider: provider) { harness in
            let error = await #expect(throws: EngineError.self) {
                try await EngineHarness.run(workspace: harness.workspace) { _ in }
            }
            #expect(error?.code == "workspace_busy")
            #expect(error?.message.contains("pid \(getpid())") == true)
            #expect(error?.message.contains("golem attach") == true)
            // Even a process that ignores the lock does not take the socket away.
            let path = harness.workspace.path + "/state/golem.sock"
            let taken = await #expect(throws: UnixSocketError.self) {
                _ = try await UnixSocketListener.bind(path: path)
            }
            #expect(taken?.code == "socket.in_use")
            let connection = try await UnixSocketConnection.connect(path: path)
            connection.close()
            let held37 = try await harness.chat("hi")?.text == "ok"
            #expect(held37)
        }
    }

    @Test func `The first request to stop leaves turns their grace, the second one ends it`() async throws {
        let provider = GatedProvider()
        try await EngineHarness.run(provider: provider, configure: { $0.stopGrace = .seconds(3_600) }) { harness in
            _ = try await harness.offer("go")
            #expect(await provider.waitForCalls(1))
            harness.engine.requestStop("first")
            #expect(await harness.events.first { if case .engineStopping = $0.kind { true } else { false } } != nil)
            #expect(harness.engine.agent.load.running == 1, "the turn has its grace")
            let isRefused = await eventually {
                do {
                    _ = try await harness.offer("late")
                    return false
                } catch { return (error as? Agent.Refusal)?.code == "stopping" }
            }
            #expect(isRefused)
            // The harness asks the second time; without an end of the grace this test would never end.
        }
    }

    @Test func `A turn that ends within the grace is answered and stored`() async throws {
        let workspace = try TemporaryWorkspace()
        let provider = GatedProvider()
        let outcome = try await EngineHarness.run(
            workspace: workspace, provider: provider, configure: { $0.stopGrace = .seconds(3_600) }
        ) { harness in
            async let answer = harness.chat("go", key: "k")
            #expect(await provider.waitForCalls(1))
            harness.engine.requestStop("first")
            #expect(await harness.events.first { if case .engineStopping = $0.kind { true } else { false } } != nil)
            provider.release()
            return try await answer
        }
        #expect(outcome?.text == "re: go")
        try await EngineHarness.run(workspace: workspace, provider: provider) { harness in
            let held38 = try await harness.chat("go", key: "k")?.text == "re: go"
            #expect(held38)
            #expect(provider.callCount == 1)
        }
    }

    @Test func `Old messages are answered before new ones of their chat`() async throws {
        let workspace = try TemporaryWorkspace()
        let provider = GatedProvider()
        try await EngineHarness.run(workspace: workspace, provider: provider) { harness in
            for number in 0..<5 { _ = try await harness.offer("old \(number)", key: "\(number)") }
            #expect(await provider.waitForCalls(1))
        }
        let next = StubProvider { request, _ throws(ProviderError) in ModelResponse(text: request.userText) }
        try await EngineHarness.run(workspace: workspace, provider: next) { harness in
            _ = try await harness.chat("new")
            #expect(next.requests.map(\.userText) == (0..<5).map { "old \($0)" } + ["new"])
            #expect(await harness.events.settle(harness.engine.bus))
            let resumed = harness.events.events.count { event in
                if case .turnStarted(let started) = event.kind { started.isResumed } else { false }
            }
            #expect(resumed == 5)
            #expect(await harness.state().chats["gateway:s"]?.queueDepth == 0)
        }
    }

    @Test func `The last events before a stop are in the archive`() async throws {
        let workspace = try TemporaryWorkspace()
        let provider = StubProvider { _, _ throws(ProviderError) in ModelResponse(text: "ok") }
        try await EngineHarness.run(workspace: workspace, provider: provider) { harness in
            _ = try await harness.chat("hi", key: "k")
        }
        let store = try SQLiteStore(path: workspace.path + "/state/golem.db")
        defer { store.close() }
        let kinds = try await store.events(requestID: "r-k", limit: 99).map(\.kind.name)
        #expect(kinds == ["chat.received", "turn.started", "provider.called", "turn.finished"])
    }

    @Test func `A workspace that cannot be made is named with the way out`() async throws {
        let error = await #expect(throws: EngineError.self) {
            try await EngineHarness.run(configure: { $0.workspace = "/proc/nosuch/workspace" }) { _ in }
        }
        #expect(error?.code == "workspace_not_writable")
        #expect(error?.message.contains("--workspace") == true)
    }
}
