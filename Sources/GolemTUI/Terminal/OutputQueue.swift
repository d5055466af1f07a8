// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

internal import CTerminalRestore
import Glibc

/// Bytes on their way to a terminal that may not take them.
///
/// The descriptor is one of its own, opened through `/proc`, so that making it non-blocking does not change the shell's. Where
/// that is refused (a tty of another user), writing waits for readiness and goes in small pieces.
struct OutputQueue {
    private let descriptor: Int32
    private let isOwned: Bool
    private var pending: [UInt8] = []
    private var sent = 0

    /// Opens the terminal behind `descriptor` once more.
    init(descriptor: Int32) {
        let own = ctr_open_again(descriptor)
        self.descriptor = own >= 0 ? own : descriptor
        isOwned = own >= 0
    }

    /// Whether bytes are waiting.
    var isEmpty: Bool { sent == pending.count }

    /// Adds bytes; nothing is written yet.
    mutating func append(_ bytes: [UInt8]) {
        if isEmpty {
            pending.removeAll(keepingCapacity: true)
            sent = 0
        }
        pending.append(contentsOf: bytes)
    }

    /// Forgets what is waiting.
    mutating func discard() {
        pending = []
        sent = 0
    }

    /// Whether the terminal takes bytes now.
    func isReady(timeout milliseconds: Int32 = 0) -> Bool {
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&wait, 1, milliseconds) == 1 && Int32(wait.revents) & POLLOUT != 0
    }

    /// Writes what the terminal takes at once.
    mutating func flush() throws(TerminalError) {
        while !isEmpty {
            if !isOwned, !isReady() { return }
            let piece = isOwned ? pending.count - sent : min(256, pending.count - sent)
            let count = pending.withUnsafeBytes { write(descriptor, $0.baseAddress?.advanced(by: sent), piece) }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                return
            } else if errno != EINTR {
                throw TerminalError(code: "terminal.gone", message: "the terminal went away", errno: errno)
            }
        }
    }

    /// Writes everything, waiting for the terminal in rounds of 100 ms as long as it takes something, but not longer than that
    /// without progress; what it does not take is forgotten.
    mutating func flushPatiently() {
        while !isEmpty, (try? flush()) != nil, !isEmpty, isReady(timeout: 100) {}
        discard()
    }

    /// Closes the descriptor.
    mutating func close() {
        discard()
        if isOwned { Glibc.close(descriptor) }
    }
}
