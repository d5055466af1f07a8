// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Makes text from outside safe to show, copy and save.
package enum Sanitizer {
    /// Replaces control, bidi and other deceiving characters visibly.
    ///
    /// Escape becomes `^[`, a bidi override `<U+202E>`; a tab becomes spaces. The result never holds an escape, and no control
    /// character but the newline, which is kept only when asked for and shows as `↵` otherwise. Cleaning twice changes nothing.
    package static func clean(_ text: String, keepNewlines: Bool) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var clean = String.UnicodeScalarView()
        clean.reserveCapacity(text.utf8.count)
        var afterReturn = false
        for scalar in text.unicodeScalars {
            let isSecondOfPair = afterReturn && scalar == "\n"
            afterReturn = scalar == "\r"
            if isSecondOfPair { continue }
            switch scalar.value {
            case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: clean.append(keepNewlines ? "\n" : "↵")
            case 0x09: clean.append(contentsOf: (keepNewlines ? "    " : " ").unicodeScalars)
            case 0x00...0x1F, 0x7F:
                clean.append("^")
                clean.append(Unicode.Scalar(UInt8(scalar.value ^ 0x40)))
            case _ where isDeceiving(scalar): clean.append(contentsOf: "<U+\(hex(scalar.value))>".unicodeScalars)
            default: clean.append(scalar)
            }
        }
        return String(clean)
    }

    /// C1 controls, bidi controls and the tag characters, with which invisible text is smuggled.
    private static func isDeceiving(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x80...0x9F, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x206F, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }

    private static func hex(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
