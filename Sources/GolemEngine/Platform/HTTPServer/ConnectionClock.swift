// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// What a connection is doing, and until when it may.
enum ConnectionPhase: UInt64 {
    /// Accepted; no request line yet.
    case fresh
    /// Between two requests.
    case idle
    /// The request line was read, the fields were not.
    case head
    case body
    /// A handler works, or a stream has nothing to send: no deadline.
    case busy
    /// Bytes of a response wait for the client.
    case sending
    /// A refusal was sent; what still comes is thrown away.
    case discarding
    /// The deadline passed: the watch has closed it. No way out of here.
    case expired
}

/// Phase and deadline of a connection in one atomic word, so that its thread and the watch agree who was first.
///
/// The phase is in the low three bits; the deadline (nanoseconds, see `MonotonicTime`) gives up its own.
struct ConnectionClock: ~Copyable {
    private let word: Atomic<UInt64>

    init(deadline: UInt64) {
        word = Atomic(Self.pack(.fresh, deadline))
    }

    var phase: ConnectionPhase { Self.phase(of: word.load(ordering: .sequentiallyConsistent)) }

    var deadline: UInt64 { Self.deadline(of: word.load(ordering: .sequentiallyConsistent)) }

    /// Enters a phase; false when the deadline of the one before has passed and the connection is lost.
    func enter(_ phase: ConnectionPhase, until deadline: UInt64) -> Bool {
        var seen = word.load(ordering: .sequentiallyConsistent)
        while true {
            if Self.phase(of: seen) == .expired { return false }
            let result = word.compareExchange(
                expected: seen, desired: Self.pack(phase, deadline), ordering: .sequentiallyConsistent)
            if result.exchanged { return true }
            seen = result.original
        }
    }

    /// Marks the connection lost when its deadline has passed; returns the phase it was in, to exactly one caller.
    func expire(at now: UInt64) -> ConnectionPhase? {
        let seen = word.load(ordering: .sequentiallyConsistent)
        let phase = Self.phase(of: seen)
        guard phase != .expired, Self.deadline(of: seen) <= now else { return nil }
        let result = word.compareExchange(
            expected: seen, desired: Self.pack(.expired, MonotonicTime.never), ordering: .sequentiallyConsistent)
        return result.exchanged ? phase : nil
    }

    private static func pack(_ phase: ConnectionPhase, _ deadline: UInt64) -> UInt64 {
        (deadline & ~7) | phase.rawValue
    }

    private static func phase(of word: UInt64) -> ConnectionPhase {
        ConnectionPhase(rawValue: word & 7) ?? .expired
    }

    private static func deadline(of word: UInt64) -> UInt64 {
        word >= MonotonicTime.never & ~7 ? MonotonicTime.never : word & ~7
    }
}
