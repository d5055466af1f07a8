// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Testing

@testable import GolemEngine

struct SessionCacheTests {
    private func turn(_ number: Int, _ length: Int = 40) -> [ModelMessage] {
        [.user("\(number)"), .assistant(text: String(repeating: "x", count: length), toolCalls: [])]
    }

    @Test func `Turns are added behind what is there, and only the oldest whole turns go`() {
        let cache = SessionCache(windowTokens: 200)
        _ = cache.fill([], for: "s")
        for number in 0..<500 {
            cache.append(turn(number), to: "s")
            let messages = (cache.history("s") ?? []).flatMap(\.messages)
            #expect(messages.reduce(0) { $0 + TokenEstimate.tokens(in: $1) } <= 200)
            #expect(messages.count % 2 == 0)
            let numbers = stride(from: 0, to: messages.count, by: 2).map { messages[$0] }
            let newest = (number + 1 - numbers.count)...number
            #expect(numbers == newest.map { .user("\($0)") })
        }
    }

    @Test func `What a conversation begins with stays the same for many turns`() {
        let cache = SessionCache(windowTokens: 4_000)
        _ = cache.fill([], for: "s")
        var changes = 0
        var first: ModelMessage?
        for number in 0..<1_000 {
            cache.append(turn(number), to: "s")
            let now = cache.history("s")?.first?.messages.first
            if now != first { changes += 1 }
            first = now
        }
        #expect(changes < 30)
    }

    @Test func `A turn that is larger than the window leaves nothing`() {
        let cache = SessionCache(windowTokens: 100)
        _ = cache.fill([], for: "s")
        cache.append(turn(1), to: "s")
        cache.append(turn(2, 4_000), to: "s")
        #expect(cache.history("s")?.isEmpty == true)
    }

    @Test func `A stored history is paired once, turn by turn`() {
        let cache = SessionCache(windowTokens: 1_000)
        let call = ModelToolCall(id: "a", name: "t", arguments: "{}")
        let history = [
            HistoryMessage(turn: 1, message: .user("q")),
            HistoryMessage(turn: 1, message: .assistant(text: "", toolCalls: [call])),
            HistoryMessage(turn: 2, message: .user("r")),
        ]
        let (turns, repairs) = cache.fill(history, for: "s")
        #expect(repairs == 1)
        #expect(turns.map(\.messages.count) == [3, 1])
        #expect(cache.history("s")?.flatMap(\.messages) == turns.flatMap(\.messages))
    }

    @Test func `Sessions and tokens are bounded, and the least recently used goes`() {
        let cache = SessionCache(sessionLimit: 3, tokenLimit: 1_000, windowTokens: 600)
        for name in ["a", "b", "c"] { _ = cache.fill([], for: name) }
        _ = cache.history("a")
        _ = cache.fill([], for: "d")
        #expect(cache.history("b") == nil)
        #expect(cache.history("a") != nil)
        cache.append(turn(1, 2_000), to: "a")
        cache.append(turn(2, 2_000), to: "c")
        #expect(cache.history("d") == nil)
        #expect(cache.history("a") == nil)
        #expect(cache.history("c")?.count == 1)
        cache.append(turn(3), to: "nobody")
        #expect(cache.history("nobody") == nil)
    }
}
