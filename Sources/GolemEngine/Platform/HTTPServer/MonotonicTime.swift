// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// Readings of the clock that time-outs are measured with: nanoseconds since some start, unaffected by clock changes.
enum MonotonicTime {
    /// Never.
    static let never = UInt64.max

    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// The reading at which `duration` will be over.
    static func after(_ duration: Duration) -> UInt64 {
        now() &+ nanoseconds(duration)
    }

    static func nanoseconds(_ duration: Duration) -> UInt64 {
        let parts = duration.components
        guard parts.seconds >= 0, parts.attoseconds >= 0 else { return 0 }
        // A century is long enough, and cannot overflow.
        return UInt64(min(parts.seconds, 3_155_760_000)) * 1_000_000_000 + UInt64(parts.attoseconds / 1_000_000_000)
    }
}
