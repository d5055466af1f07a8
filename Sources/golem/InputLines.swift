// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Dispatch
import Glibc

/// The lines of standard input while something else goes on.
///
/// One reader at a time; it waits on a queue of its own, never on the cooperative pool, and cancelling its task ends the wait.
final class InputLines: Sendable {
    /// How the lines ended.
    enum End: Sendable {
        /// Whoever wrote them is done.
        case endOfFile
        /// They cannot be read: the terminal belongs to somebody else, or there is no standard input.
        case unreadable
        /// The reader was cancelled, or has enough.
        case cancelled
    }

    /// The longest line in bytes; what is beyond is left out.
    private static let lineLimit = 65_536

    private let input: Int32
    private let wake = eventfd(0, Int32(EFD_CLOEXEC))
    private let queue = DispatchQueue(label: "golem.input")

    /// Makes a reader of a descriptor, which it does not close.
    init(_ input: Int32 = STDIN_FILENO) { self.input = input }

    deinit { if wake >= 0 { close(wake) } }

    /// Hands every line to `body`, without its line break, until there are no more or `body` says false.
    func forEach(_ body: (String) async -> Bool) async -> End {
        // In the background a terminal must not stop the process: reading then fails instead.
        signal(SIGTTIN, SIG_IGN)
        var line: [UInt8] = []
        while true {
            let (bytes, end) = await read()
            for byte in bytes {
                if byte == 0x0A {
                    guard await body(String(decoding: line, as: UTF8.self)) else { return .cancelled }
                    line = []
                } else if line.count < Self.lineLimit {
                    line.append(byte)
                }
            }
            guard let end else { continue }
            if !line.isEmpty, end == .endOfFile { _ = await body(String(decoding: line, as: UTF8.self)) }
            return end
        }
    }

    private func read() async -> ([UInt8], End?) {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: self.readNow()) }
            }
        } onCancel: {
            var one: UInt64 = 1
            _ = write(wake, &one, 8)
        }
    }

    private func readNow() -> ([UInt8], End?) {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            var watched = [
                pollfd(fd: input, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&watched, 2, -1) > 0 else { continue }
            if watched[1].revents != 0 { return ([], .cancelled) }
            let count = Glibc.read(input, &buffer, buffer.count)
            if count > 0 { return (Array(buffer[..<count]), nil) }
            if count == 0 { return ([], .endOfFile) }
            if errno != EINTR, errno != EAGAIN { return ([], .unreadable) }
        }
    }
}
