// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import Synchronization

/// Actions and the times at which they are due, for one thread that calls them.
///
/// A task that sleeps leaves its timer behind when it is cancelled, until the time is over: a thousand calls a second
/// with ten minutes each are half a million timers. Here an alarm that is cancelled is gone.
final class AlarmQueue: Sendable {
    /// An action that waits for its time.
    ///
    /// Guard of the unchecked conformance: `place` is only touched under the queue's lock; all else is constant.
    final class Entry: @unchecked Sendable {
        fileprivate let due: Int64
        fileprivate let action: @Sendable () -> Void
        /// Where it stands in the heap; -1 when it was called or cancelled.
        fileprivate var place = -1

        fileprivate init(due: Int64, action: @escaping @Sendable () -> Void) {
            self.due = due
            self.action = action
        }
    }

    fileprivate struct State {
        /// A binary heap: none is due before the first one.
        var heap: [Entry] = []
        /// Until when the thread sleeps; `Int64.min` while it does not.
        var sleepsUntil = Int64.min
    }

    /// The longest sleep in one piece, in milliseconds: the clock of `epoll_wait` stands still while the machine sleeps.
    private static let longestSleep: Int64 = 60_000

    private let state = Mutex(State())

    /// Has `action` called after `delay`; whether the thread must be woken for that.
    func add(_ delay: Duration, _ action: @escaping @Sendable () -> Void) -> (entry: Entry, wakes: Bool) {
        let (due, isTooLate) = Self.now().addingReportingOverflow(delay.clampedNanoseconds)
        let entry = Entry(due: isTooLate ? .max : due, action: action)
        let wakes = state.withLock { state in
            entry.place = state.heap.count
            state.heap.append(entry)
            state.rise(entry.place)
            return entry.due < state.sleepsUntil
        }
        return (entry, wakes)
    }

    /// Forgets an alarm; its action may be running just now.
    func cancel(_ entry: Entry) {
        state.withLock { state in
            guard entry.place >= 0 else { return }
            state.remove(entry.place)
        }
    }

    /// How many wait.
    var count: Int { state.withLock { $0.heap.count } }

    /// Milliseconds that the thread may sleep, -1 for ever; from now on `add` says when it must be woken.
    func timeoutBeforeSleep() -> Int32 {
        state.withLock { state in
            guard let first = state.heap.first else {
                state.sleepsUntil = .max
                return -1
            }
            let left = max(0, first.due - Self.now())
            state.sleepsUntil = first.due
            return Int32(min(left / 1_000_000 + (left % 1_000_000 > 0 ? 1 : 0), Self.longestSleep))
        }
    }

    /// Calls what is due, on the calling thread.
    func callDue(at now: Int64 = AlarmQueue.now()) {
        let due = state.withLock { state -> [Entry] in
            state.sleepsUntil = .min
            var due: [Entry] = []
            while let first = state.heap.first, first.due <= now {
                state.remove(0)
                due.append(first)
            }
            return due
        }
        for entry in due { entry.action() }
    }

    /// Nanoseconds of a clock that goes on while the machine sleeps.
    static func now() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_BOOTTIME, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }
}

extension AlarmQueue.State {
    fileprivate mutating func remove(_ place: Int) {
        heap[place].place = -1
        let last = heap.removeLast()
        guard place < heap.count else { return }
        heap[place] = last
        last.place = place
        rise(place)
        sink(last.place)
    }

    fileprivate mutating func rise(_ start: Int) {
        var place = start
        while place > 0, heap[place].due < heap[(place - 1) / 2].due {
            swap(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            var least = place
            let left = place * 2 + 1
            if left < heap.count, heap[left].due < heap[least].due { least = left }
            if left + 1 < heap.count, heap[left + 1].due < heap[least].due { least = left + 1 }
            guard least != place else { return }
            swap(place, least)
            place = least
        }
    }

    private mutating func swap(_ one: Int, _ other: Int) {
        heap.swapAt(one, other)
        heap[one].place = one
        heap[other].place = other
    }
}
