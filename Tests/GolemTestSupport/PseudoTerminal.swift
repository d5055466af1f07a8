// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// A pty pair with a virtual terminal at its far end: what a program under test gets as its tty.
///
/// Not thread-safe: one test owns it. The program may use ``slave`` from another thread.
package final class PseudoTerminal {
    /// The descriptor that the program uses for input and output.
    package let slave: Int32
    /// What a person would see; brought up to date by ``pump()``.
    package var screen: VirtualTerminal
    /// Bytes that the program wrote, as far as they were pumped.
    package private(set) var bytesReceived = 0
    /// After how many bytes each status query ended.
    package private(set) var queryEnds: [Int] = []
    private var master: Int32

    /// Opens a pair of this size; throws the `errno` as a `PseudoTerminalError`.
    package init(columns: Int, rows: Int, width: @escaping @Sendable (Unicode.Scalar) -> Int) throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        var unlock: Int32 = 0
        var number: Int32 = 0
        guard master >= 0, ioctl(master, 0x4004_5431, &unlock) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
            throw PseudoTerminalError(errno: errno)
        }
        slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { throw PseudoTerminalError(errno: errno) }
        screen = VirtualTerminal(columns: columns, rows: rows, width: width)
        setSize(columns: columns, rows: rows)
    }

    deinit {
        close(slave)
        if master >= 0 { close(master) }
    }

    /// Reads what the program wrote, shows it, and answers queries; at most `limit` bytes, as over a slow line.
    package func pump(atMost limit: Int = .max) {
        var buffer = [UInt8](repeating: 0, count: min(limit, 65_536))
        var left = limit
        while master >= 0, left > 0 {
            let count = read(master, &buffer, min(left, buffer.count))
            guard count > 0 else { break }
            left -= count
            show(buffer[..<count])
        }
        guard !screen.answers.isEmpty else { return }
        type(screen.answers)
        screen.answers = []
    }

    private func show(_ bytes: ArraySlice<UInt8>) {
        // A query ends with `n`: what is between two of these letters is shown at once.
        for piece in bytes.split(separator: 0x6E, omittingEmptySubsequences: false) {
            let end = min(piece.endIndex + 1, bytes.endIndex)
            let queries = screen.statusQueries
            screen.feed(bytes[piece.startIndex..<end])
            bytesReceived += end - piece.startIndex
            if screen.statusQueries > queries { queryEnds.append(bytesReceived) }
        }
    }

    /// Waits until the program has read what was typed.
    package func waitUntilRead() async -> Bool {
        await eventually {
            var count: Int32 = 0
            return ioctl(slave, 0x541B, &count) == 0 && count == 0
        }
    }

    /// Presses keys.
    package func type(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        _ = write(master, bytes, bytes.count)
    }

    /// Presses the keys of a text.
    package func type(_ text: String) { type(Array(text.utf8)) }

    /// Changes the size and tells this process, as the kernel tells a terminal's foreground job.
    package func resize(columns: Int, rows: Int) {
        pump()
        setSize(columns: columns, rows: rows)
        screen.resize(columns: columns, rows: rows)
        kill(getpid(), SIGWINCH)
    }

    /// Closes the far end, as a lost SSH session does.
    package func hangUp() {
        close(master)
        master = -1
    }

    /// The line discipline's modes, for comparing.
    package func modes() -> [UInt32] {
        var modes = termios()
        tcgetattr(slave, &modes)
        var all = [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag]
        withUnsafeBytes(of: modes.c_cc) { bytes in all += bytes.map(UInt32.init) }
        return all
    }

    private func setSize(columns: Int, rows: Int) {
        var size: [UInt16] = [UInt16(rows), UInt16(columns), 0, 0]
        _ = ioctl(master, 0x5414, &size)
    }
}

/// Why no pty could be opened.
package struct PseudoTerminalError: Error {
    /// The error of the failed call.
    package let errno: Int32
}
