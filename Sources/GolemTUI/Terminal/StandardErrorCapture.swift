// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

internal import CTerminalRestore
import Glibc

/// Keeps what is written to stderr off the screen, and shows its end afterwards.
struct StandardErrorCapture {
    /// The most bytes kept; then it starts anew.
    private static let limit = 1 << 20
    /// Where descriptor 2 belongs, and the file it points to instead; -1 while nothing is captured.
    private(set) var original: Int32 = -1
    private(set) var file: Int32 = -1

    /// Redirects descriptor 2 into memory if it is a terminal; one that goes to a file already stays.
    mutating func begin() {
        guard original < 0, isatty(STDERR_FILENO) == 1 else { return }
        guard let memory = SystemCalls.memoryFile("golem-stderr") else { return }
        ctr_set_append(memory)
        original = ctr_copy_descriptor(STDERR_FILENO)
        guard original >= 0, dup2(memory, STDERR_FILENO) >= 0 else {
            if original >= 0 { close(original) }
            original = -1
            close(memory)
            return
        }
        file = memory
    }

    /// Starts anew when a runaway writer filled it.
    func trim() {
        guard file >= 0, lseek(file, 0, SEEK_END) > Self.limit else { return }
        ftruncate(file, 0)
    }

    /// Points descriptor 2 back; returns the last 40 lines that were written, cleaned.
    mutating func end() -> [String] {
        guard original >= 0 else { return [] }
        dup2(original, STDERR_FILENO)
        let length = Int(lseek(file, 0, SEEK_END))
        let count = min(length, 16 * 1024)
        let bytes = [UInt8](unsafeUninitializedCapacity: max(1, count)) { buffer, filled in
            filled = max(0, pread(file, buffer.baseAddress, count, off_t(length - count)))
        }
        close(original)
        close(file)
        original = -1
        file = -1
        guard !bytes.isEmpty else { return [] }
        let lines = Sanitizer.clean(String(decoding: bytes, as: UTF8.self), keepNewlines: true).split(separator: "\n")
        return lines.suffix(40).map(String.init)
    }
}
