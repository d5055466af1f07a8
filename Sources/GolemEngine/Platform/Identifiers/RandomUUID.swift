// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Random UUIDs as text (RFC 9562, version 4).
///
/// `UUID()` opens and closes `/dev/urandom` for each one, which a request would pay for three times.
package enum RandomUUID {
    /// A new one in lower case.
    package static func text() -> String {
        var generator = SystemRandomNumberGenerator()
        let high = generator.next() & ~0xF000 | 0x4000
        let low = generator.next() & ~(0xC0 << 56) | (0x80 << 56)
        return String(unsafeUninitializedCapacity: 36) { text in
            var position = 0
            for word in [high, low] {
                for digit in 0..<16 {
                    if [8, 13, 18, 23].contains(position) {
                        text[position] = UInt8(ascii: "-")
                        position += 1
                    }
                    let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * digit)) & 15
                    text[position] = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
                    position += 1
                }
            }
            return 36
        }
    }
}
