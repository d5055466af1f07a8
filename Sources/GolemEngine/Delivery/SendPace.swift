// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Gives attempts their moments, so that no channel gets more of them a second than allowed.
///
/// A value: the caller brings the time, in microseconds of a clock that only goes forward. The moments of a channel
/// are evenly spaced; a channel that was idle sends at once.
struct SendPace: Sendable {
    private let interval: Int64
    private var next: [String: Int64] = [:]

    /// Makes a pace; 0 or less is no limit.
    init(perSecond: Int) { interval = perSecond > 0 ? max(1, 1_000_000 / Int64(perSecond)) : 0 }

    /// The moment of the next attempt to `channel`, `now` or later.
    mutating func reserve(_ channel: String, now: Int64) -> Int64 {
        guard interval > 0 else { return now }
        let due = max(now, next[channel] ?? now)
        next[channel] = due + interval
        return due
    }
}
