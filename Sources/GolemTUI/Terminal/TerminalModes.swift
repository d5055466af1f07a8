// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// The line discipline of a tty: as it was found, and raw.
struct TerminalModes {
    /// As it was found.
    let saved: termios
    /// Every key is a byte: no echo, no signals, no flow control, no translation either way.
    let raw: termios

    /// Reads the modes of a tty.
    init(descriptor: Int32) throws(TerminalError) {
        var modes = termios()
        guard tcgetattr(descriptor, &modes) == 0 else {
            throw TerminalError(
                code: "terminal.not_a_terminal", message: "standard input is not a terminal", errno: errno)
        }
        saved = modes
        cfmakeraw(&modes)
        raw = modes
    }

    /// Sets one of them at once, without waiting for output that may never drain.
    @discardableResult
    func set(_ modes: termios, on descriptor: Int32) -> Bool {
        var modes = modes
        while tcsetattr(descriptor, TCSANOW, &modes) != 0 {
            if errno != EINTR { return false }
        }
        return true
    }
}
