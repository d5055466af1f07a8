// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// What is known of the connection to the engine.
package struct LinkStatus: Sendable, Equatable {
    /// Silence after which a picture counts as stale.
    static let staleAfter = Duration.seconds(4)

    /// Where the connection stands.
    package enum Phase: Sendable, Equatable {
        /// It is being made.
        case connecting(attempt: Int)
        /// It is up.
        case up
        /// It is gone and tried again.
        case lost(reason: String)
        /// It is gone for good.
        case closed(reason: String)
    }

    /// What the header says of it.
    enum Word: Equatable {
        case connecting(attempt: Int)
        case live(Duration)
        case stale(Duration)
        case lost(Duration, reason: String)
        case closed(Duration, reason: String)
    }

    /// Where it stands.
    package var phase = Phase.connecting(attempt: 1)
    /// When anything was heard last, in monotonic time; nil before the first.
    package var lastHeard: Duration?
    /// Why the last connection ended; nil while one is up, and before the first.
    package var lossReason: String?
    /// The last round trip in microseconds; nil when none was measured since the connection came up.
    package var roundTripMicroseconds: Int64?
    /// The engine's clock minus ours, in microseconds.
    package var clockOffset: Int64 = 0

    /// Makes the status before the first message.
    package init() {}

    func word(at now: Duration) -> Word {
        let age = lastHeard.map { max(.zero, now - $0) } ?? .zero
        switch phase {
        case .connecting(let attempt):
            // Being tried again is still being lost.
            return lossReason.map { .lost(age, reason: $0) } ?? .connecting(attempt: attempt)
        case .up: return age >= Self.staleAfter ? .stale(age) : .live(age)
        case .lost(let reason): return .lost(age, reason: reason)
        case .closed(let reason): return .closed(age, reason: reason)
        }
    }

    /// Whether commands can reach the engine.
    var isUp: Bool { phase == .up }

    mutating func heard(at now: ConsoleTime, engineTime: Timestamp? = nil, roundTrip: Int64? = nil) {
        phase = .up
        lossReason = nil
        lastHeard = now.monotonic
        if let roundTrip { roundTripMicroseconds = roundTrip }
        if let engineTime {
            clockOffset = engineTime.microseconds + (roundTrip ?? 0) / 2 - now.wall.microseconds
        }
    }
}
