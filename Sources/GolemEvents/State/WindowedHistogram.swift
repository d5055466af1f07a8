// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Durations, errors and timeouts by time slot, so that a window such as "the last 15 minutes" can be asked for.
public struct WindowedHistogram: Sendable, Equatable, Codable {
    /// What fell into one slot of time.
    public struct Slot: Sendable, Equatable, Codable {
        /// The slot's number: its start divided by the width.
        public var number: Int64
        /// The durations.
        public var latencies = LatencyHistogram()
        /// How many ended in an error, timeouts included.
        public var errors: UInt64 = 0
        /// How many ran into their deadline.
        public var timeouts: UInt64 = 0
        /// A sum of whatever the owner counts besides, such as tokens.
        public var amount: UInt64 = 0
    }

    /// The width of a slot in seconds.
    public let slotSeconds: Int64
    /// How many slots are kept.
    public let slotLimit: Int
    /// The used slots, oldest first; idle slots are absent.
    public private(set) var slots: [Slot] = []

    /// Makes an empty history of `slotLimit` slots, each `slotSeconds` wide.
    public init(slotSeconds: Int64, slotLimit: Int) {
        self.slotSeconds = slotSeconds
        self.slotLimit = slotLimit
    }

    /// Records one finished operation at `time`.
    public mutating func record(
        _ microseconds: Int64, at time: Timestamp, isError: Bool = false, isTimeout: Bool = false, amount: Int = 0
    ) {
        withSlot(at: time) { slot in
            slot.latencies.record(microseconds)
            if isError { slot.errors += 1 }
            if isTimeout { slot.timeouts += 1 }
            slot.amount &+= UInt64(max(0, amount))
        }
    }

    /// Everything in the last `seconds` before `now`, in whole slots (the running slot included).
    public func window(seconds: Int64, now: Timestamp) -> Slot {
        let last = slotNumber(now)
        let first = last - max(1, seconds / slotSeconds) + 1
        var sum = Slot(number: first)
        for slot in slots where slot.number >= first && slot.number <= last {
            sum.latencies.merge(slot.latencies)
            sum.errors += slot.errors
            sum.timeouts += slot.timeouts
            sum.amount &+= slot.amount
        }
        return sum
    }

    /// One value a slot for the `columns` slots up to `now`, oldest first; nil where nothing happened.
    public func series<Value>(columns: Int, now: Timestamp, _ value: (Slot) -> Value?) -> [Value?] {
        let last = slotNumber(now)
        var result = [Value?](repeating: nil, count: columns)
        for slot in slots {
            let column = columns - 1 - Int(clamping: last - slot.number)
            if column >= 0, column < columns { result[column] = value(slot) }
        }
        return result
    }

    private func slotNumber(_ time: Timestamp) -> Int64 {
        let seconds = time.microseconds / 1_000_000
        return seconds >= 0 ? seconds / slotSeconds : (seconds - slotSeconds + 1) / slotSeconds
    }

    private mutating func withSlot(at time: Timestamp, _ change: (inout Slot) -> Void) {
        // A clock that is set back must not make slots go backwards: late values fall into the newest slot.
        let number = max(slotNumber(time), slots.last?.number ?? .min)
        if slots.last?.number != number {
            slots.append(Slot(number: number))
            slots.removeAll { $0.number <= number - Int64(slotLimit) }
        }
        change(&slots[slots.count - 1])
    }
}
