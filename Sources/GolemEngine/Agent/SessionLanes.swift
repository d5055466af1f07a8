// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// Orders turns: first in, first out within a session, fair between sessions, a bounded number at once.
///
/// A session that has something to do stands once in a round-robin line; whoever finishes a turn and has more goes
/// to the end of it. All calls return at once and may come from any thread.
package final class SessionLanes: Sendable {
    private struct Lane {
        var waiting: [StoredMessage] = []
        var isRunning = false
    }

    private struct State {
        var lanes: [String: Lane] = [:]
        var line: [String] = []
        var running = 0
        var held = 0
        var isStopped = false
    }

    private let limit: Int
    private let capacity: Int
    private let state = Mutex(State())
    private let jobs: AsyncStream<StoredMessage>
    private let starter: AsyncStream<StoredMessage>.Continuation
    private let stoppedIdle = Latch()

    /// Makes lanes that run `limit` turns at once and hold at most `capacity` messages, running ones included.
    package init(limit: Int, capacity: Int) {
        self.limit = max(1, limit)
        self.capacity = max(1, capacity)
        // Not unbounded: at most `limit` started turns are in it.
        (jobs, starter) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// Takes a place for a message that is about to be stored; false when all are taken.
    package func reserve() -> Bool {
        state.withLock { state in
            guard state.held < capacity, !state.isStopped else { return false }
            state.held += 1
            return true
        }
    }

    /// Gives a place back whose message was not stored.
    package func release() { state.withLock { $0.held -= 1 } }

    /// Messages of a session that wait or run.
    package func depth(of session: String) -> Int {
        state.withLock { state in
            state.lanes[session].map { $0.waiting.count + ($0.isRunning ? 1 : 0) } ?? 0
        }
    }

    /// Adds a stored message, for which a place was reserved.
    ///
    /// Turns run in the order of these calls: the caller sees to it that it is the store's order.
    package func enqueue(_ message: StoredMessage) {
        state.withLock { state in
            add(message, &state)
            startTurns(&state)
        }
    }

    /// Adds what an earlier process left, whatever the capacity; before anything else is added.
    package func resume(_ messages: [StoredMessage]) {
        state.withLock { state in
            for message in messages {
                state.held += 1
                add(message, &state)
            }
            startTurns(&state)
        }
    }

    /// Runs turns with `body` until `stop()`; returns when all of them have ended.
    package func run(_ body: @escaping @Sendable (StoredMessage) async -> Void) async {
        await withDiscardingTaskGroup { group in
            for await message in jobs {
                group.addTask {
                    await body(message)
                    self.finished(message.message.session)
                }
            }
        }
    }

    /// Starts no more turns; what waits stays in the store for the next start.
    package func stop() {
        let isIdle = state.withLock { state in
            state.isStopped = true
            return state.running == 0
        }
        starter.finish()
        if isIdle { stoppedIdle.open() }
    }

    /// Waits until no turn runs after `stop()`, or the task is cancelled.
    package func waitUntilIdle() async { await stoppedIdle.wait() }

    /// Turns that run, and messages that wait for one.
    package var load: (running: Int, waiting: Int) {
        state.withLock { state in (state.running, state.lanes.values.reduce(0) { $0 + $1.waiting.count }) }
    }

    private func add(_ message: StoredMessage, _ state: inout State) {
        let session = message.message.session
        var lane = state.lanes[session] ?? Lane()
        lane.waiting.append(message)
        if lane.waiting.count == 1, !lane.isRunning { state.line.append(session) }
        state.lanes[session] = lane
    }

    private func finished(_ session: String) {
        let isIdle = state.withLock { state in
            state.running -= 1
            state.held -= 1
            if var lane = state.lanes[session] {
                lane.isRunning = false
                state.lanes[session] = lane.waiting.isEmpty ? nil : lane
                if !lane.waiting.isEmpty { state.line.append(session) }
            }
            startTurns(&state)
            return state.isStopped && state.running == 0
        }
        if isIdle { stoppedIdle.open() }
    }

    private func startTurns(_ state: inout State) {
        guard !state.isStopped else { return }
        var taken = 0
        while state.running < limit, taken < state.line.count {
            let session = state.line[taken]
            taken += 1
            guard var lane = state.lanes[session], !lane.waiting.isEmpty, !lane.isRunning else { continue }
            let message = lane.waiting.removeFirst()
            lane.isRunning = true
            state.lanes[session] = lane
            state.running += 1
            starter.yield(message)
        }
        state.line.removeFirst(taken)
    }
}
