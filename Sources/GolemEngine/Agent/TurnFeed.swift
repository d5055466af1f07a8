// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// What somebody who waits for a turn sees of it, piece by piece.
package enum TurnUpdate: Sendable, Equatable {
    /// More of the answer's text.
    case text(String)
    /// A tool call began (`outcome` nil) or ended.
    case tool(callID: String, name: String, outcome: String?)
    /// A tool call waits for a person: for an approval, or for the answer to a question of its server; `text` is what
    /// the person is asked.
    case question(id: Int64, callID: String, name: String, text: String, isApproval: Bool)
    /// The end; nothing follows.
    case ended(StoredOutcome)
}

/// Carries a turn's progress to any number of waiting clients without ever holding up the turn.
///
/// A client that repeats its request waits beside the first one. Text that was not fetched yet is joined, so what
/// waits for a client is never larger than the answer itself; without clients nothing is kept.
package final class TurnFeed: Sendable {
    fileprivate struct Queue {
        var updates: [TurnUpdate] = []
        let takesOnlyEnd: Bool
        var isOver = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    fileprivate struct State {
        var queues: [Int: Queue] = [:]
        var nextReader = 0
        var end: StoredOutcome?
    }

    fileprivate let state = Mutex(State())

    /// Makes an empty feed.
    package init() {}

    /// Adds an update for all readers; nothing after the end.
    package func publish(_ update: TurnUpdate) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard state.end == nil else { return [] }
            if case .ended(let outcome) = update { state.end = outcome }
            var waiters: [CheckedContinuation<Void, Never>] = []
            for (id, queue) in state.queues {
                if queue.takesOnlyEnd, state.end == nil { continue }
                state.queues[id]?.append(update)
                if let waiter = state.queues[id]?.takeWaiter() { waiters.append(waiter) }
            }
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Whether somebody reads more than the end.
    var isWatched: Bool { state.withLock { $0.queues.values.contains { !$0.takesOnlyEnd } } }

    /// A reader of what follows, or of the end only; one that comes after the end gets the end.
    package func reader(onlyEnd: Bool = false) -> Reader {
        let id = state.withLock { state in
            state.nextReader += 1
            var queue = Queue(takesOnlyEnd: onlyEnd)
            if let end = state.end { queue.append(.ended(end)) }
            state.queues[state.nextReader] = queue
            return state.nextReader
        }
        return Reader(feed: self, id: id)
    }

    /// One client's view of the feed; used by one task at a time.
    package final class Reader: Sendable {
        private let feed: TurnFeed
        private let id: Int

        fileprivate init(feed: TurnFeed, id: Int) {
            self.feed = feed
            self.id = id
        }

        deinit { _ = feed.state.withLock { $0.queues.removeValue(forKey: id) } }

        /// The updates since the last call, waiting for one; empty when the task is cancelled or the end was fetched.
        package func next() async -> [TurnUpdate] {
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isReady = feed.state.withLock { state in
                        guard let queue = state.queues[id], queue.updates.isEmpty, !queue.isOver, !Task.isCancelled
                        else { return true }
                        state.queues[id]?.waiter = continuation
                        return false
                    }
                    if isReady { continuation.resume() }
                }
            } onCancel: {
                feed.state.withLock { $0.queues[id]?.takeWaiter() }?.resume()
            }
            return feed.state.withLock { $0.queues[id]?.takeUpdates() ?? [] }
        }

        /// Makes a waiting `next` or `outcome` return without a result, and later ones too.
        package func giveUp() {
            feed.state.withLock { state in
                state.queues[id]?.isOver = true
                return state.queues[id]?.takeWaiter()
            }?.resume()
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
}

extension TurnFeed.Queue {
    fileprivate mutating func append(_ update: TurnUpdate) {
        if case .text(let more) = update, case .text(let text) = updates.last {
            updates[updates.count - 1] = .text(text + more)
        } else {
            updates.append(update)
        }
        if case .ended = update { isOver = true }
    }

    fileprivate mutating func takeUpdates() -> [TurnUpdate] { exchange(&updates, with: []) }

    fileprivate mutating func takeWaiter() -> CheckedContinuation<Void, Never>? { exchange(&waiter, with: nil) }
}
