// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The columns that terminals give to text, in the few ranges that these tests use; on purpose not the console's table.
enum TerminalWidth {
    /// Columns of a scalar.
    static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x0300...0x036F, 0x200B...0x200F, 0xFE00...0xFE0F: 0
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF:
            2
        default: 1
        }
    }

    /// Columns of a line.
    static func of(_ line: some StringProtocol) -> Int { line.unicodeScalars.reduce(0) { $0 + of($1) } }
}
