// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Orders turns: first in, first out within a session, fair between sessions, a bounded number at once.
///
/// A session that has something to do stands once in a round-robin line; whoever finishes a turn and has more goes
/// to the end of it.
package actor SessionLanes {
    private struct Lane {
        var waiting: [StoredMessage] = []
        var isRunning = false
    }

    private let limit: Int
    private let capacity: Int
    private var lanes: [String: Lane] = [:]
    private var line: [String] = []
    private var running = 0
    private var held = 0
    private var isStopped = false
    private let jobs: AsyncStream<StoredMessage>
    private let starter: AsyncStream<StoredMessage>.Continuation

    /// Makes lanes that run `limit` turns at once and hold at most `capacity` messages, running ones included.
    package init(limit: Int, capacity: Int) {
        self.limit = max(1, limit)
        self.capacity = max(1, capacity)
        // Not unbounded: at most `limit` started turns are in it.
        (jobs, starter) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// Takes a place for a message that is about to be stored; false when all are taken.
    package func reserve() -> Bool {
        guard held < capacity, !isStopped else { return false }
        held += 1
        return true
    }

    /// Gives a place back whose message was not stored.
    package func release() { held -= 1 }

    /// Adds a stored message, for which a place was reserved.
    ///
    /// `onQueued` is told how many messages of the session wait or run, before any turn is started.
    package func enqueue(_ message: StoredMessage, onQueued: @Sendable (Int) -> Void = { _ in }) {
        let session = message.message.session
        var lane = lanes[session] ?? Lane()
        // Two messages may be stored in one order and arrive here in the other: the store's order counts.
        let index = lane.waiting.firstIndex { $0.id > message.id } ?? lane.waiting.endIndex
        lane.waiting.insert(message, at: index)
        if lane.waiting.count == 1, !lane.isRunning { line.append(session) }
        lanes[session] = lane
        onQueued(lane.waiting.count + (lane.isRunning ? 1 : 0))
        startTurns()
    }

    /// Adds what an earlier process left, whatever the capacity.
    package func resume(_ messages: [StoredMessage]) {
        for message in messages {
            held += 1
            enqueue(message)
        }
    }

    /// Runs turns with `body` until `stop()`; returns when all of them have ended.
    package func run(_ body: @escaping @Sendable (StoredMessage) async -> Void) async {
        await withDiscardingTaskGroup { group in
            for await message in jobs {
                group.addTask {
                    await body(message)
                    await self.finished(message.message.session)
                }
            }
        }
    }

    /// Starts no more turns; what waits stays in the store for the next start.
    package func stop() {
        isStopped = true
        starter.finish()
    }

    /// Turns that run, and messages that wait for one.
    package var load: (running: Int, waiting: Int) {
        (running, lanes.values.reduce(0) { $0 + $1.waiting.count })
    }

    private func finished(_ session: String) {
        running -= 1
        held -= 1
        if var lane = lanes[session] {
            lane.isRunning = false
            lanes[session] = lane.waiting.isEmpty ? nil : lane
            if !lane.waiting.isEmpty { line.append(session) }
        }
        startTurns()
    }

    private func startTurns() {
        guard !isStopped else { return }
        var taken = 0
        while running < limit, taken < line.count {
            let session = line[taken]
            taken += 1
            guard var lane = lanes[session], !lane.waiting.isEmpty, !lane.isRunning else { continue }
            let message = lane.waiting.removeFirst()
            lane.isRunning = true
            lanes[session] = lane
            running += 1
            starter.yield(message)
        }
        line.removeFirst(taken)
    }
}
