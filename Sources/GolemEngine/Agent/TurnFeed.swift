// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// What somebody who waits for a turn sees of it, piece by piece.
package enum TurnUpdate: Sendable, Equatable {
    /// More of the answer's text.
    case text(String)
    /// A tool call began (`outcome` nil) or ended.
    case tool(callID: String, name: String, outcome: String?)
    /// The end; nothing follows.
    case ended(StoredOutcome)
}

/// Carries a turn's progress to one waiting client without ever holding up the turn.
///
/// Text that was not fetched yet is joined, so what waits here is never larger than the answer itself.
package final class TurnFeed: Sendable {
    private struct State {
        var updates: [TurnUpdate] = []
        var isEnded = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Makes an empty feed.
    package init() {}

    /// Adds an update.
    package func publish(_ update: TurnUpdate) {
        let waiter = state.withLock { state in
            guard !state.isEnded else { return CheckedContinuation<Void, Never>?.none }
            if case .text(let more) = update, case .text(let text) = state.updates.last {
                state.updates[state.updates.count - 1] = .text(text + more)
            } else {
                state.updates.append(update)
            }
            if case .ended = update { state.isEnded = true }
            return exchange(&state.waiter, with: nil)
        }
        waiter?.resume()
    }

    /// The updates since the last call, waiting for one; empty when the task is cancelled or the end was fetched.
    package func next() async -> [TurnUpdate] {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if !state.updates.isEmpty || state.isEnded || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { exchange(&$0.waiter, with: nil) }?.resume()
        }
        return state.withLock { exchange(&$0.updates, with: []) }
    }

    /// Waits for the end and ignores the rest; nil when the task is cancelled.
    package func outcome() async -> StoredOutcome? {
        while true {
            let updates = await next()
            if case .ended(let outcome) = updates.last { return outcome }
            if updates.isEmpty { return nil }
        }
    }
}
