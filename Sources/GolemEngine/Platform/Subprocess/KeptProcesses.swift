// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// Knows the processes that this one started under a keeper, by `Subprocess` or as a server's child.
enum KeptProcesses {
    /// The name that `Keeper.c` gives a keeper.
    private static let keeperName = "toolkeeper"

    /// Whether `pid` is a keeper of this process, or anything below one.
    ///
    /// Whatever a command starts stays below its keeper, also what left its group or session. Reads a few small files
    /// of `/proc`; a process that is gone is none.
    static func contain(_ pid: Int32) -> Bool {
        var next = pid
        // Deeper than any chain of processes that means well; a process id that is used anew cannot make a loop endless.
        for _ in 0..<256 {
            guard next > 1, next != getpid(), let process = status(of: next) else { return false }
            if process.parent == getpid(), process.name == keeperName { return true }
            next = process.parent
        }
        return true
    }

    private static func status(of pid: Int32) -> (name: String, parent: Int32)? {
        let file = clinux_open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC, 0)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 1_024)
        let count = read(file, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let text = String(decoding: buffer.prefix(count), as: UTF8.self)
        // The name stands in parentheses and may hold any.
        guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")") else { return nil }
        let words = text[text.index(after: close)...].split(separator: " ")
        guard words.count > 1, let parent = Int32(words[1]) else { return nil }
        return (String(text[text.index(after: open)..<close]), parent)
    }
}
