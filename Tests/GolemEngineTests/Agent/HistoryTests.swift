// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct HistoryTests {
    private static func call(_ id: String) -> ModelToolCall { ModelToolCall(id: id, name: "t", arguments: "{}") }

    private static func result(_ id: String) -> ModelMessage {
        .toolResult(callID: id, name: "t", content: "result of \(id)", isError: false)
    }

    /// Histories that no provider accepts.
    static let broken: [[ModelMessage]] = [
        [.user("a"), result("x"), .assistant(text: "b", toolCalls: [])],
        [.user("a"), .assistant(text: "", toolCalls: [call("x")])],
        [.user("a"), .assistant(text: "", toolCalls: [call("x"), call("y")]), result("y")],
        [.user("a"), .assistant(text: "", toolCalls: [call("x")]), .user("c"), result("x")],
        [.user("a"), .assistant(text: "", toolCalls: [call("x")]), result("x"), result("x"), result("z")],
        [result("x"), result("y")],
    ]

    @Test(arguments: broken.indices)
    func `F36 a broken history is repaired for the model, and its rows stay as they are`(index: Int) async throws {
        let provider = StubProvider { _, _ throws(ProviderError) in ModelResponse(text: "ok") }
        try await EngineHarness.run(provider: provider) { harness in
            let store = harness.engine.store
            let turn = try await store.acceptNew(inbound("old", id: "old"))
            _ = try await store.finishTurn(turn, Self.broken[index])
            let held6 = try await harness.chat("new")?.text == "ok"
            #expect(held6)
            let sent = provider.requests.last?.messages ?? []
            #expect(isPaired(sent))
            #expect(sent.last == .user("new"))
            let kept = try await store.history(session: "gateway:s", limit: 100).map(\.message)
            #expect(Array(kept.prefix(Self.broken[index].count)) == Self.broken[index])
            let noted = await harness.events.first { event in
                if case .log(let record) = event.kind { record.message.contains("history repaired") } else { false }
            }
            #expect(noted != nil)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `F36 any mixture of messages is repaired to pairs, and a sound one is left alone`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let messages = (0..<Int.random(in: 0...14, using: &random)).map { _ -> ModelMessage in
                let ids = ["a", "b", "c"]
                switch Int.random(in: 0..<4, using: &random) {
                case 0: return .user("u")
                case 1: return .assistant(text: "t", toolCalls: [])
                case 2:
                    let count = Int.random(in: 1...3, using: &random)
                    return .assistant(text: "", toolCalls: ids.prefix(count).map(Self.call))
                default: return Self.result(ids.randomElement(using: &random) ?? "a")
                }
            }
            let (repaired, repairs) = HistoryPairing.repaired(messages)
            #expect(isPaired(repaired), "seed \(seed), \(messages)")
            #expect(!isPaired(messages) || repairs == 0, "seed \(seed), \(messages)")
            #expect(repairs > 0 || repaired.count == messages.count, "seed \(seed), \(messages)")
            #expect(HistoryPairing.repaired(repaired).repairs == 0)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `F37 the cut of a history never splits a turn and keeps the newest ones`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            var history: [HistoryMessage] = []
            for turn in 1...Int64(Int.random(in: 1...12, using: &random)) {
                for number in 0..<Int.random(in: 1...5, using: &random) {
                    let text = String(repeating: "word ", count: Int.random(in: 0...40, using: &random))
                    history.append(HistoryMessage(turn: turn, message: .user("\(number) \(text)")))
                }
            }
            let budget = Int.random(in: 0...400, using: &random)
            let window = HistoryWindow.select(history, budget: budget)
            #expect(window == Array(history.suffix(window.count)))
            let first = window.first?.turn
            #expect(history.count { $0.turn == first } == window.count { $0.turn == first }, "seed \(seed)")
            #expect(window.reduce(0) { $0 + TokenEstimate.tokens(in: $1.message) } <= budget)
            let rest = history.dropLast(window.count)
            if let next = rest.last?.turn {
                let cost = (rest.filter { $0.turn == next } + window).reduce(0) {
                    $0 + TokenEstimate.tokens(in: $1.message)
                }
                #expect(cost > budget, "one more turn would have fitted, seed \(seed)")
            }
        }
    }

    @Test func `F37 a history that was read in part begins with a whole turn`() {
        let history = [1, 1, 1, 2, 2, 3].map { HistoryMessage(turn: $0, message: .user("x")) }
        #expect(HistoryWindow.wholeTurns(Array(history.dropFirst()), limit: 5).map(\.turn) == [2, 2, 3])
        #expect(HistoryWindow.wholeTurns(history, limit: 100) == history)
    }

    @Test func `A conversation goes on after a restart, and not after a new session`() async throws {
        let workspace = try TemporaryWorkspace()
        let provider = StubProvider { request, _ throws(ProviderError) in
            ModelResponse(text: "\(request.messages.count)")
        }
        try await EngineHarness.run(workspace: workspace, provider: provider) { harness in
            let held7 = try await harness.chat("one")?.text == "1"
            #expect(held7)
            let held8 = try await harness.chat("two")?.text == "3"
            #expect(held8)
        }
        try await EngineHarness.run(workspace: workspace, provider: provider) { harness in
            let held9 = try await harness.chat("three")?.text == "5"
            #expect(held9)
            let held10 = try await harness.chat("/new")?.text == "New session started."
            #expect(held10)
            let held11 = try await harness.chat("four")?.text == "1"
            #expect(held11)
        }
        try await EngineHarness.run(workspace: workspace, provider: provider) { harness in
            let held12 = try await harness.chat("five")?.text == "3"
            #expect(held12)
        }
    }

    @Test func `Slash commands need no model, and a chat without one gets one plain sentence`() async throws {
        try await EngineHarness.run { harness in
            let held13 = try await harness.chat("/help")?.text.contains("/status") == true
            #expect(held13)
            let held14 = try await harness.chat("/VERSION")?.text.hasPrefix("golem ") == true
            #expect(held14)
            let held15 = try await harness.chat("/status")?.text.contains(harness.workspace.path) == true
            #expect(held15)
            let held16 = try await harness.chat("/stop")?.text == "Nothing is being written."
            #expect(held16)
            let held17 = try await harness.chat("/memory diary ../../../etc/passwd")?.text.contains("no diary") == true
            #expect(held17)
            let outcome = try await harness.chat("hello")
            #expect(outcome?.errorCode == nil)
            #expect(outcome?.text.contains("No model is configured") == true)
            #expect(outcome?.text.contains("\n") == false)
        }
    }
}
