// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// Calls actions when their time has come, with one timer for all of them.
///
/// A timer for each of thousands of requests costs more than the watch, and nearly all requests are done long before
/// their deadline. All deadlines of one watch have the same length, so that the first to come is the first to go.
package final class DeadlineWatch: Sendable {
    /// Called when the time has come, on the watch's task; it must be quick.
    ///
    /// Gives how long to wait on, or nil.
    package typealias Action = @Sendable () -> Duration?

    private struct Entry {
        var due: Int64
        let action: Action
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        var nextID: UInt64 = 0
        var isWaiting = false
    }

    /// Deadlines are looked at in steps of at least so many microseconds.
    private static let grain: Int64 = 50_000

    private let limit: Duration
    private let time: any TimeSource
    private let state = Mutex(State())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    /// Makes a watch for deadlines of `limit`; actions are called while `run` runs.
    package init(limit: Duration, time: any TimeSource) {
        self.limit = limit
        self.time = time
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Calls `action` when the limit has passed, unless the id that this gives is removed before.
    package func add(_ action: @escaping Action) -> UInt64 {
        let due = time.monotonicMicroseconds() + limit.microseconds
        let (id, isFirst) = state.withLock { state in
            state.nextID += 1
            state.entries[state.nextID] = Entry(due: due, action: action)
            return (state.nextID, !exchange(&state.isWaiting, with: true))
        }
        if isFirst { signal.yield() }
        return id
    }

    /// Forgets a deadline.
    package func remove(_ id: UInt64) { _ = state.withLock { $0.entries.removeValue(forKey: id) } }

    /// Calls actions until the task is cancelled.
    package func run() async {
        for await _ in signals {
            while let pause = nextPause() {
                do { try await time.sleep(for: .microseconds(pause)) } catch { return }
                callDue()
            }
        }
    }

    /// How long to wait for the next deadline; nil when there is none, and then the next `add` signals.
    private func nextPause() -> Int64? {
        state.withLock { state in
            guard let due = state.entries.values.lazy.map(\.due).min() else {
                state.isWaiting = false
                return nil
            }
            return max(due - time.monotonicMicroseconds(), Self.grain)
        }
    }

    private func callDue() {
        let now = time.monotonicMicroseconds()
        let due = state.withLock { state in state.entries.filter { $0.value.due <= now } }
        for (id, entry) in due {
            let more = entry.action()
            state.withLock { state in
                guard state.entries[id] != nil else { return }
                if let more {
                    state.entries[id]?.due = now + more.microseconds
                } else {
                    state.entries[id] = nil
                }
            }
        }
    }
}
