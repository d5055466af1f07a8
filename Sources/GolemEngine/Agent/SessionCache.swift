// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// Keeps what a model call can use of the history of active sessions in memory, so that a turn does not read it from
/// disk again, and does not count and check it again either.
///
/// Bounded by sessions and by estimated tokens; the least recently used session goes first.
final class SessionCache: Sendable {
    private struct Entry {
        var turns: [ConversationTurn] = []
        var tokens = 0
        var lastUse: UInt64 = 0

        mutating func append(_ messages: [ModelMessage]) {
            let turn = ConversationTurn(messages)
            turns.append(turn)
            tokens += turn.tokens
        }

        /// Leaves out the oldest turns when there are more than `budget` tokens.
        ///
        /// Down to three quarters at once: what a conversation begins with then stays the same for many turns, and
        /// providers charge less for a beginning that they have seen.
        mutating func trim(to budget: Int) {
            guard tokens > budget else { return }
            var dropped = 0
            while tokens > budget * 3 / 4, dropped < turns.count {
                tokens -= turns[dropped].tokens
                dropped += 1
            }
            turns.removeFirst(dropped)
        }
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
    func history(_ session: String) -> [ConversationTurn]? {
        state.withLock { state in
            guard let index = state.entries.index(forKey: session) else { return nil }
            state.clock += 1
            state.entries.values[index].lastUse = state.clock
            return state.entries.values[index].turns
        }
    }

    /// Remembers a stored history, cut to what a model call can use and with calls and results paired; gives it, and
    /// how many messages had to be changed.
    func fill(_ history: [HistoryMessage], for session: String) -> (history: [ConversationTurn], repairs: Int) {
        var entry = Entry()
        var repairs = 0
        var rest = HistoryWindow.select(history, budget: windowTokens)[...]
        while let turn = rest.first?.turn {
            let messages = rest.prefix { $0.turn == turn }
            rest = rest.dropFirst(messages.count)
            let paired = HistoryPairing.repaired(messages.map(\.message))
            entry.append(paired.messages)
            repairs += paired.repairs
        }
        store(entry, session)
        return (entry.turns, repairs)
    }

    /// Adds a turn to the history of a session that is in memory.
    func append(_ turn: [ModelMessage], to session: String) {
        guard !turn.isEmpty else { return }
        let entry = state.withLock { state -> Entry? in
            guard let entry = state.entries.removeValue(forKey: session) else { return nil }
            state.tokens -= entry.tokens
            return entry
        }
        guard var entry else { return }
        entry.append(turn)
        entry.trim(to: windowTokens)
        store(entry, session)
    }

    private func store(_ entry: consuming Entry, _ session: String) {
        var entry = entry
        state.withLock { state in
            state.clock += 1
            entry.lastUse = state.clock
            state.tokens += entry.tokens - (state.entries[session]?.tokens ?? 0)
            state.entries[session] = entry
            while state.entries.count > sessionLimit || (state.tokens > tokenLimit && state.entries.count > 1) {
                guard let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else { break }
                state.tokens -= oldest.value.tokens
                state.entries[oldest.key] = nil
            }
        }
    }
}
