// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// Calls actions at their times, with one timer for all requests of a connection.
///
/// While it is held, time does not count: a request that waits for a person is not late. For one request that adds up
/// to `holdLimit` at most, however often people are asked.
final class MCPDeadlines: Sendable {
    private struct Entry {
        let delay: Int64
        var due: Int64
        /// When it is due at the latest, however often it is put off.
        var latest: Int64
        /// How far holds may still move it.
        var room: Int64
        /// Since when it is held; only of meaning while there are holds.
        var heldSince: Int64
        let action: @Sendable () -> Void
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        var nextID: UInt64 = 0
        /// Until when `run` sleeps; nil while it waits for a first deadline.
        var wakesAt: Int64?
        var holds = 0
        /// Ends the timer's sleep.
        var alarm: OneShot<Bool>?

        /// When an entry is due if nothing happens meanwhile.
        func end(_ entry: Entry) -> Int64 { holds > 0 ? entry.due + entry.room : entry.due }

        /// Moves an entry by as long as it was held until `now`.
        mutating func settle(_ id: UInt64, at now: Int64) {
            guard var entry = entries[id] else { return }
            let shift = min(now - entry.heldSince, entry.room)
            entry.due += shift
            entry.latest += shift
            entry.room -= shift
            entry.heldSince = now
            entries[id] = entry
        }

        /// When the next one is due.
        var next: Int64? { entries.values.lazy.map { end($0) }.min() }
    }

    private let time: any TimeSource
    private let holdLimit: Int64
    private let state = Mutex(State())

    init(time: any TimeSource, holdLimit: Duration = CallClock.pauseLimit) {
        self.time = time
        self.holdLimit = holdLimit.microseconds
    }

    /// Calls `action` after `delay`, unless the id that this gives is removed before.
    ///
    /// It can be put off until `ceiling` has passed. The action runs on the timer's task; it must be quick.
    func add(_ delay: Duration, ceiling: Duration? = nil, _ action: @escaping @Sendable () -> Void) -> UInt64 {
        let now = time.monotonicMicroseconds()
        let delay = delay.microseconds
        let entry = Entry(
            delay: delay, due: now + delay, latest: now + max(delay, ceiling?.microseconds ?? 0), room: holdLimit,
            heldSince: now, action: action)
        let (id, alarm) = state.withLock { state -> (UInt64, OneShot<Bool>?) in
            state.nextID += 1
            state.entries[state.nextID] = entry
            // The timer sleeps on for entries that come later, so it is woken for few of them.
            let end = state.end(entry)
            let isEarlier = state.wakesAt.map { end < $0 } ?? true
            if isEarlier { state.wakesAt = end }
            return (state.nextID, isEarlier ? state.alarm : nil)
        }
        alarm?.fulfil(true)
        return id
    }

    /// Forgets a deadline.
    func remove(_ id: UInt64) { _ = state.withLock { $0.entries.removeValue(forKey: id) } }

    /// Puts a deadline off: its delay begins anew, up to its ceiling.
    func putOff(_ id: UInt64) {
        let now = time.monotonicMicroseconds()
        state.withLock { state in
            if state.holds > 0 { state.settle(id, at: now) }
            guard let entry = state.entries[id] else { return }
            // The timer wakes at the old time and finds that it is not due.
            state.entries[id]?.due = max(entry.due, min(now + entry.delay, entry.latest))
        }
    }

    /// Stops the time until `release`; may be nested.
    func hold() {
        let now = time.monotonicMicroseconds()
        let alarm = state.withLock { state -> OneShot<Bool>? in
            state.holds += 1
            guard state.holds == 1 else { return nil }
            for id in state.entries.keys { state.entries[id]?.heldSince = now }
            return state.alarm
        }
        alarm?.fulfil(true)
    }

    /// Lets the time go on; all deadlines move by as long as it stood for them.
    func release() {
        let now = time.monotonicMicroseconds()
        let alarm = state.withLock { state -> OneShot<Bool>? in
            state.holds -= 1
            guard state.holds == 0 else { return nil }
            for id in state.entries.keys { state.settle(id, at: now) }
            return state.alarm
        }
        alarm?.fulfil(true)
    }

    /// Calls actions until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let alarm = OneShot<Bool>()
            let pause = state.withLock { state -> Int64? in
                state.alarm = alarm
                state.wakesAt = state.next
                return state.wakesAt.map { $0 - time.monotonicMicroseconds() }
            }
            switch pause {
            case nil: _ = await alarm.wait()
            case .some(...0): callDue()
            case .some(let pause): _ = try? await time.withDeadline(.microseconds(pause)) { await alarm.wait() }
            }
        }
    }

    private func callDue() {
        let now = time.monotonicMicroseconds()
        let due = state.withLock { state -> [Entry] in
            let ids = state.entries.filter { state.end($0.value) <= now }.map(\.key)
            return ids.compactMap { state.entries.removeValue(forKey: $0) }
        }
        for entry in due { entry.action() }
    }
}
