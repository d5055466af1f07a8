// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension Duration {
    /// Nanoseconds, limited to a century, so that adding a clock's value never overflows.
    var clampedNanoseconds: Int64 {
        let seconds = min(max(components.seconds, 0), 3_155_760_000)
        return seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
