// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEvents

/// Where the console's loop gets the time.
package enum ConsoleClock {
    /// The present, from the system.
    package static func now() -> ConsoleTime {
        ConsoleTime(
            wall: Timestamp(microseconds: read(CLOCK_REALTIME) / 1_000), monotonic: .nanoseconds(read(CLOCK_MONOTONIC)))
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
