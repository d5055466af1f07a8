// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// Calls actions at their times, with one timer for all requests of a connection.
///
/// While it is held, time does not count: a request that waits for a person is not late.
final class MCPDeadlines: Sendable {
    private struct Entry {
        var due: Int64
        let since: Int64
        let action: @Sendable () -> Void
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        var nextID: UInt64 = 0
        /// Until when `run` sleeps; nil while it waits for a first deadline.
        var wakesAt: Int64?
        var holds = 0
        var heldSince: Int64 = 0
        /// Ends the timer's sleep.
        var alarm: OneShot<Bool>?
    }

    private let time: any TimeSource
    private let state = Mutex(State())

    init(time: any TimeSource) { self.time = time }

    /// Calls `action` after `delay`, unless the id that this gives is removed before.
    ///
    /// The action runs on the timer's task; it must be quick.
    func add(_ delay: Duration, _ action: @escaping @Sendable () -> Void) -> UInt64 {
        let now = time.monotonicMicroseconds()
        let due = now + delay.microseconds
        let (id, alarm) = state.withLock { state -> (UInt64, OneShot<Bool>?) in
            state.nextID += 1
            state.entries[state.nextID] = Entry(due: due, since: now, action: action)
            // The timer sleeps on for entries that come later, so it is woken for few of them.
            let isEarlier = state.wakesAt.map { due < $0 } ?? true
            if isEarlier { state.wakesAt = due }
            return (state.nextID, isEarlier ? state.alarm : nil)
        }
        alarm?.fulfil(true)
        return id
    }

    /// Forgets a deadline.
    func remove(_ id: UInt64) { _ = state.withLock { $0.entries.removeValue(forKey: id) } }

    /// Stops the time until `release`; may be nested.
    func hold() {
        let now = time.monotonicMicroseconds()
        state.withLock { state in
            if state.holds == 0 { state.heldSince = now }
            state.holds += 1
        }
    }

    /// Lets the time go on; all deadlines move by as long as it stood while they were there.
    func release() {
        let now = time.monotonicMicroseconds()
        let alarm = state.withLock { state -> OneShot<Bool>? in
            state.holds -= 1
            guard state.holds == 0 else { return nil }
            for (id, entry) in state.entries {
                state.entries[id]?.due += max(0, now - max(state.heldSince, entry.since))
            }
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
                state.wakesAt = state.holds > 0 ? .min : state.entries.values.lazy.map(\.due).min()
                return state.holds > 0 ? nil : state.wakesAt.map { $0 - time.monotonicMicroseconds() }
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
            let ids = state.entries.filter { $0.value.due <= now }.map(\.key)
            return ids.compactMap { state.entries.removeValue(forKey: $0) }
        }
        for entry in due { entry.action() }
    }
}
