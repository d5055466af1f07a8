// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Random numbers that a failing test can repeat: SplitMix64.
///
/// A property test prints the seed in its failure message (or as its argument) and takes it from `GOLEM_TEST_SEED` when set.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// Where the sequence started.
    package let seed: UInt64
    private var state: UInt64

    /// Starts a sequence.
    package init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// The next 64 random bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
