// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct SessionLanesTests {
    private func message(_ id: Int64, _ session: String) -> StoredMessage {
        StoredMessage(id: id, message: inbound("m", session: session, id: "\(id)"), isResumed: false)
    }

    @Test func `F09 racing messages of a chat are answered in the order of the store`() async throws {
        let provider = StubProvider { request, _ throws(ProviderError) in ModelResponse(text: "ok") }
        try await EngineHarness.run(provider: provider) { harness in
            let turns = try await withThrowingTaskGroup(of: (String, Int64).self) { group in
                for session in 0..<8 {
                    for number in 0..<50 {
                        group.addTask {
                            let key = "\(session).\(number)"
                            guard
                                case .accepted(let turn, let feed) = try await harness.offer(
                                    "m", session: "s\(session)", key: key)
                            else { return (key, -1) }
                            _ = await feed.reader().outcome()
                            return ("r-\(key)", turn)
                        }
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect(turns.count == 400)
            _ = await harness.events.settle(harness.engine.bus)
            var order: [String: [Int64]] = [:]
            var received: [String: [Int64]] = [:]
            for event in harness.events.events {
                guard let session = event.session, let turn = event.requestID.flatMap({ turns[$0] }) else { continue }
                switch event.kind {
                case .turnStarted: order[session, default: []].append(turn)
                case .chatReceived: received[session, default: []].append(turn)
                default: continue
                }
            }
            #expect(order.count == 8)
            for (session, started) in order {
                #expect(started == started.sorted(), "\(session)")
                #expect(started.count == 50)
                #expect(received[session] == started, "\(session) is shown in another order")
            }
            for chat in await harness.state().chats.values {
                #expect(chat.queueDepth == 0)
                #expect(chat.phase == .idle)
            }
        }
    }

    @Test func `A chat with much to say does not keep a quiet one waiting`() async {
        let lanes = SessionLanes(limit: 1, capacity: 100)
        for id in 1...10 { lanes.enqueue(message(Int64(id), "loud")) }
        lanes.enqueue(message(11, "quiet"))
        let order = Order()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await lanes.run { stored in
                    order.append(stored.id)
                    if order.values.count == 11 { lanes.stop() }
                }
            }
        }
        #expect(order.values == [1, 11, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    }

    @Test func `Not more turns than allowed run at once, and one of each chat`() async throws {
        let provider = GatedProvider()
        try await EngineHarness.run(provider: provider, configure: { $0.concurrentTurns = 4 }) { harness in
            for session in 0..<10 {
                for number in 0..<2 { _ = try await harness.offer("\(session).\(number)", session: "\(session)") }
            }
            for round in 1...5 {
                #expect(await provider.waitForCalls(round * 4))
                #expect(provider.waiting.count == 4)
                #expect(harness.engine.agent.load.running == 4)
                #expect(Set(provider.waiting.map { $0.prefix(1) }).count == 4)
                provider.release()
            }
        }
    }

    @Test func `A message beyond the capacity is refused and shown, and taken when there is room`() async throws {
        let provider = GatedProvider()
        try await EngineHarness.run(provider: provider, configure: { $0.messageCapacity = 3 }) { harness in
            for number in 0..<3 { _ = try await harness.offer("\(number)", session: "\(number)") }
            let refusal = await #expect(throws: Agent.Refusal.self) { _ = try await harness.offer("4", key: "k") }
            #expect(refusal?.code == "lanes_full")
            let shown = await harness.events.first { event in
                if case .chatRejected(let rejected) = event.kind { rejected.code == "lanes_full" } else { false }
            }
            #expect(shown != nil)
            #expect(await provider.waitForCalls(3))
            provider.release()
            #expect(await eventually { harness.engine.agent.load.running == 0 })
            async let answer = harness.chat("4", key: "k")
            #expect(await provider.waitForCalls(4))
            provider.release()
            let held18 = try await answer?.text == "re: 4"
            #expect(held18)
        }
    }

    @Test func `F39 a blocked turn delays no other chat`() async throws {
        let provider = GatedProvider { $0 == "hang" }
        let tool = RecordingTool("stuck") { _ in
            await Latch().wait()
            return .ok("never")
        }
        try await EngineHarness.run(provider: provider, configure: { _ = $0.tools.register(tool) }) { harness in
            _ = try await harness.offer("hang", session: "stuck")
            #expect(await provider.waitForCalls(1))
            let answers = try await withThrowingTaskGroup(of: String?.self) { group in
                for number in 0..<50 {
                    group.addTask { try await harness.chat("hello", session: "\(number)")?.text }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 50)
            #expect(answers.allSatisfy { $0 == "re: hello" })
            // The blocked one is shown, with its age.
            let chat = await harness.state().chats["gateway:stuck"]
            #expect(chat?.phase == .thinking)
            // An answer is out a moment before its lane is free.
            #expect(await eventually { harness.engine.agent.load.running == 1 })
        }
    }

    @Test func `F39 a blocked tool delays no other chat`() async throws {
        let provider = StubProvider { request, _ throws(ProviderError) in
            request.userText == "hang" ? .call("stuck") : ModelResponse(text: "ok")
        }
        let tool = RecordingTool("stuck") { _ in
            await Latch().wait()
            return .ok("never")
        }
        try await EngineHarness.run(provider: provider, configure: { _ = $0.tools.register(tool) }) { harness in
            _ = try await harness.offer("hang", session: "stuck")
            #expect(await eventually { tool.calls.count == 1 })
            for number in 0..<50 { #expect(try await harness.chat("hello", session: "\(number)")?.text == "ok") }
            #expect(await harness.state().chats["gateway:stuck"]?.runningTools.values.map(\.tool) == ["stuck"])
        }
    }
}
