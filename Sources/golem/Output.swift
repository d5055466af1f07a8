// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import GolemTUI

/// Writes text to standard output and standard error.
enum Output {
    /// A line on standard output.
    static func line(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// A line on standard error.
    static func error(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// How many columns a line on standard output may have: the terminal's, at least 40 and at most 120, or 80.
    static var width: Int {
        let columns = Int(clinux_terminal_columns(STDOUT_FILENO))
        return columns > 0 ? min(max(columns, 40), 120) : 80
    }

    /// Text from outside with control characters made visible, so that it cannot move the reader's cursor.
    static func printable(_ text: String) -> String { Sanitizer.clean(text, keepNewlines: false) }

    /// Bytes of another program on standard output.
    static func bytes(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    /// Bytes of another program on standard error.
    static func errorBytes(_ bytes: [UInt8]) { write(bytes, to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }

    private static func write(_ all: [UInt8], to descriptor: Int32) {
        var bytes = all[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return
            }
            bytes = bytes.dropFirst(count)
        }
    }
}
