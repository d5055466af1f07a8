// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemEvents
import Synchronization

/// A terminal that reads at once and answers status queries, with somebody who types.
///
/// The typist writes `:` and then one `€` after the other; the time of a key ends when that character, which nothing else prints,
/// comes back. All of it is done by one thread.
final class BenchTerminal: Sendable {
    /// What it saw.
    struct Figures: Sendable {
        var bytes = 0
        var frames = 0
        var keyToPaint = LatencyHistogram()
        var isTyping = false
        var isOver = false
    }

    /// The near end, for the program.
    let slave: Int32
    private let master: Int32
    private let figures = Mutex(Figures())

    private static let mark: [UInt8] = [0xE2, 0x82, 0xAC]
    private static let query = Array("\u{1B}[5n".utf8)
    private static let answer = Array("\u{1B}[0n".utf8)
    /// Characters of a line before it is begun again.
    private static let lineLength = 40

    /// Opens a pty; nil when there is none.
    init?(columns: Int, rows: Int) {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var unlock: Int32 = 0
        var number: Int32 = 0
        // TIOCSPTLCK and TIOCGPTN, which Swift does not import.
        guard master >= 0, ioctl(master, 0x4004_5431, &unlock) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
            return nil
        }
        let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { return nil }
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
        self.master = master
        self.slave = slave
    }

    deinit {
        close(slave)
        close(master)
    }

    /// What was seen since the last call.
    func take() -> Figures {
        figures.withLock { figures in
            let taken = figures
            figures.bytes = 0
            figures.frames = 0
            figures.keyToPaint = LatencyHistogram()
            return taken
        }
    }

    /// Makes the typist begin or stop.
    func setTyping(_ isOn: Bool) { figures.withLock { $0.isTyping = isOn } }

    /// Presses a key that is not timed.
    func press(_ text: String) { type(Array(text.utf8)) }

    /// Ends ``serve()``.
    func stop() { figures.withLock { $0.isOver = true } }

    /// Reads and types until it is stopped; blocks its thread.
    func serve() {
        let time = SystemTime()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var tail: [UInt8] = []
        var typedAt: Int64?
        var column = 0
        var nextKey = Int64.max
        while true {
            let (isOver, isTyping) = figures.withLock { ($0.isOver, $0.isTyping) }
            if isOver { return }
            var now = time.monotonicMicroseconds()
            if !isTyping { nextKey = .max } else if nextKey == .max { nextKey = now + 100_000 }
            if nextKey <= now, typedAt == nil {
                if column == Self.lineLength {
                    column = 0
                    type([0x1B])
                    nextKey = now + 100_000
                } else if column == 0 {
                    column = 1
                    type(Array(":".utf8))
                    nextKey = now + 100_000
                } else {
                    column += 1
                    typedAt = now
                    type(Self.mark)
                    // At every place of the interval between two frames.
                    nextKey = now + Int64.random(in: 30_000..<80_000)
                }
            }
            var wait = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            let pause = typedAt == nil && nextKey != .max ? max(0, min(20_000, nextKey - now)) : 20_000
            guard poll(&wait, 1, Int32(pause / 1000) + 1) == 1 else { continue }
            let count = read(master, &buffer, buffer.count)
            guard count > 0 else { continue }
            now = time.monotonicMicroseconds()
            let seen = tail + buffer[..<count]
            let queries = Self.occurrences(of: Self.query, in: seen)
            let latency = Self.occurrences(of: Self.mark, in: seen) > 0 ? typedAt.map { now - $0 } : nil
            tail = Self.unfinished(seen)
            if latency != nil { typedAt = nil }
            figures.withLock { figures in
                figures.bytes += count
                figures.frames += queries
                if let latency { figures.keyToPaint.record(latency) }
            }
            for _ in 0..<queries { type(Self.answer) }
        }
    }

    private func type(_ bytes: [UInt8]) { _ = write(master, bytes, bytes.count) }

    private static func occurrences(of pattern: [UInt8], in bytes: [UInt8]) -> Int {
        var count = 0
        var start = bytes.startIndex
        while let found = bytes[start...].firstIndex(of: pattern[0]) {
            if bytes[found...].starts(with: pattern) { count += 1 }
            start = found + 1
        }
        return count
    }

    /// The end of the bytes, if a pattern may have begun there.
    private static func unfinished(_ bytes: [UInt8]) -> [UInt8] {
        for length in stride(from: min(3, bytes.count), to: 0, by: -1) {
            let end = bytes.suffix(length)
            if mark.starts(with: end) && length < mark.count || query.starts(with: end) { return Array(end) }
        }
        return []
    }
}
