// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

internal import CTerminalRestore

/// The few calls of Linux that the console needs and Swift's Glibc module lacks.
enum SystemCalls {
    /// An unnamed file in memory; nil with `errno` set when there is none.
    static func memoryFile(_ name: String) -> Int32? {
        let descriptor = ctr_memory_file(name)
        return descriptor >= 0 ? descriptor : nil
    }

    /// A non-blocking event counter; -1 when there is none, which `poll` ignores.
    static func eventDescriptor() -> Int32 { ctr_event_descriptor() }

    /// Names the calling thread, for debuggers; at most 15 characters.
    static func nameThread(_ name: String) { ctr_name_thread(name) }
}
