// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import GolemTUI
import Synchronization

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

    /// Text on which somebody decides: nothing in it is invisible.
    static func revealed(_ text: String) -> String { Revealed.text(text, keepNewlines: false) }

    /// Bytes of another program on standard output.
    static func bytes(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    /// Bytes of another program on standard error.
    static func errorBytes(_ bytes: [UInt8]) { write(bytes, to: STDERR_FILENO) }

    /// Why standard output cannot be written any more: the number of the first error; nil while it can.
    ///
    /// What follows an error is dropped: half an export must not look like a whole one. Whoever writes for long asks here
    /// whether to go on.
    static var failure: Int32? { state.withLock { $0 } }

    /// The exit code of a command that ended with `code`: output that was not written is no success.
    ///
    /// A reader that went away (`golem audit export | head`) ends a command without a word, with the code that shells give
    /// for SIGPIPE.
    static func exitCode(_ code: Int32) -> Int32 {
        guard let number = failure else { return code }
        if number == EPIPE { return ExitCode.readerGone }
        error("golem: standard output cannot be written: \(String(cString: strerror(number)))")
        return code == ExitCode.success ? ExitCode.inputOutput : code
    }

    private static let state = Mutex<Int32?>(nil)

    private static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }

    private static func write(_ all: [UInt8], to descriptor: Int32) {
        if descriptor == STDOUT_FILENO, failure != nil { return }
        var bytes = all[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                let number = errno
                if number == EINTR { continue }
                if number == EAGAIN {
                    // A terminal that somebody else made non-blocking.
                    var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    if poll(&watched, 1, -1) >= 0 || errno == EINTR { continue }
                }
                if descriptor == STDOUT_FILENO { state.withLock { $0 = $0 ?? number } }
                return
            }
            bytes = bytes.dropFirst(count)
        }
    }
}
