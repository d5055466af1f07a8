// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

internal import CTerminalRestore
import Glibc

/// The terminal's signals (`SIGWINCH`, `SIGTSTP`, `SIGCONT`) as bytes of a pipe that `poll` can wait for.
///
/// One per process: a second one takes the signals over. Made on the thread that stays unblocked for them.
final class SignalPipe {
    /// The descriptor to poll.
    let descriptor: Int32
    private let writer: Int32

    init() throws(TerminalError) {
        var reader: Int32 = -1
        var writer: Int32 = -1
        guard ctr_pipe(&reader, &writer) == 0 else {
            throw TerminalError(code: "terminal.system", message: "no pipe for signals", errno: errno)
        }
        descriptor = reader
        self.writer = writer
        guard ctr_watch_signals(writer) == 0 else {
            throw TerminalError(code: "terminal.system", message: "cannot watch the terminal's signals", errno: errno)
        }
    }

    deinit {
        ctr_unwatch_signals()
        close(descriptor)
        close(writer)
    }

    /// The signals that came since the last call.
    func read() -> Set<Int32> {
        var signals: Set<Int32> = []
        var bytes = [UInt8](repeating: 0, count: 64)
        while true {
            let count = Glibc.read(descriptor, &bytes, bytes.count)
            guard count > 0 else { return signals }
            for byte in bytes[..<count] { signals.insert(Int32(byte)) }
        }
    }
}
