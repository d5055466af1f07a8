// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// How long to wait before the next attempt: twice as long each time up to a cap, for ever, and never all servers at
/// the same moment.
struct MCPBackoff: Sendable, Equatable {
    /// The first wait.
    var base = Duration.seconds(1)
    /// The longest wait.
    var cap = Duration.seconds(60)
    /// Failures in a row.
    private(set) var failures = 0

    /// Forgets the failures.
    mutating func reset() { failures = 0 }

    /// The wait after one more failure; `random` is from 0 to 1 and takes up to half of it away.
    mutating func next(_ random: Double) -> Duration {
        let full = base * (1 << min(failures, 20))
        failures += 1
        return min(cap, full) * (0.5 + 0.5 * min(1, max(0, random)))
    }
}
