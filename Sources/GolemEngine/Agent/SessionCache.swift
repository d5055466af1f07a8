// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// Keeps the recent history of active sessions in memory, so that a turn does not read it from disk again.
///
/// Bounded by sessions and by estimated tokens; the least recently used session goes first.
final class SessionCache: Sendable {
    private struct Entry {
        var history: [HistoryMessage]
        var tokens: Int
        var lastUse: UInt64
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var tokens = 0
        var clock: UInt64 = 0
    }

    private let state = Mutex(State())
    private let sessionLimit: Int
    private let tokenLimit: Int
    private let windowTokens: Int

    init(sessionLimit: Int = 1_024, tokenLimit: Int = 2_000_000, windowTokens: Int) {
        self.sessionLimit = sessionLimit
        self.tokenLimit = tokenLimit
        self.windowTokens = windowTokens
    }

    /// How many sessions are remembered, with how many tokens by estimate.
    var size: (sessions: Int, tokens: Int) { state.withLock { ($0.entries.count, $0.tokens) } }

    /// The history of `session`; nil when it is not in memory.
    func history(_ session: String) -> [HistoryMessage]? {
        state.withLock { state in
            guard state.entries[session] != nil else { return nil }
            state.clock += 1
            state.entries[session]?.lastUse = state.clock
            return state.entries[session]?.history
        }
    }

    /// Remembers a history, cut to what a model call could use.
    func store(_ history: [HistoryMessage], for session: String) {
        let window = HistoryWindow.select(history, budget: windowTokens)
        let tokens = window.reduce(0) { $0 + TokenEstimate.tokens(in: $1.message) }
        state.withLock { state in
            state.clock += 1
            state.tokens += tokens - (state.entries[session]?.tokens ?? 0)
            state.entries[session] = Entry(history: window, tokens: tokens, lastUse: state.clock)
            while state.entries.count > sessionLimit || (state.tokens > tokenLimit && state.entries.count > 1) {
                guard let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else { break }
                state.tokens -= oldest.value.tokens
                state.entries[oldest.key] = nil
            }
        }
    }
}
