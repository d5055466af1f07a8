// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

internal import CTerminalRestore

/// What is left to do for the terminal when the process dies.
package enum CrashHandler {
    /// Catches fatal signals from now on, and gives the calling thread a stack for that.
    static func install() {
        _ = ctr_install_crash_handlers()
        _ = ctr_use_alternate_stack()
    }

    /// Gives the calling thread a stack of its own for crash handlers, so that its stack overflow is caught, too.
    package static func protectThread() { _ = ctr_use_alternate_stack() }

    /// Gives the terminal back at once, from any thread or signal handler, when the console's own thread cannot.
    ///
    /// The executable calls it when ``ConsoleMailbox/stop(_:)`` was not obeyed in time. Returns whether there was anything to do.
    @discardableResult
    package static func restoreNow() -> Bool { ctr_restore() == 1 }
}
