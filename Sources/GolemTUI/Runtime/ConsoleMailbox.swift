// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import Synchronization

/// How the loop ended.
package enum ConsoleExit: Sendable, Hashable {
    /// The program asked to quit.
    case quit
    /// Stopped from outside; the executable exits with 128 + signal.
    case signal(Int32)
    /// The terminal is gone; nothing may be written to it.
    case hangup
}

/// Where others leave messages for the console.
///
/// Bounded: when it is full, a message is counted and dropped, and the program is told to ask for a fresh snapshot
/// (``ConsoleNotice/messagesDropped(_:)``). Any thread may use it, and nobody ever waits. It wakes the loop's `poll` through an
/// event descriptor.
package final class ConsoleMailbox<Message: Sendable>: Sendable {
    /// What was in the box.
    struct Contents {
        var messages: [Message] = []
        var dropped = 0
        var exit: ConsoleExit?
    }

    /// The descriptor to poll.
    let descriptor: Int32
    private let capacity: Int
    private let contents = Mutex(Contents())

    /// Makes an empty mailbox for so many messages.
    package init(capacity: Int = 4096) {
        self.capacity = max(1, capacity)
        descriptor = SystemCalls.eventDescriptor()
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Leaves a message; false when it was dropped.
    @discardableResult
    package func post(_ message: Message) -> Bool {
        let (isFirst, isKept) = contents.withLock { contents in
            let isFirst = contents.messages.isEmpty && contents.dropped == 0
            guard contents.messages.count < capacity else {
                contents.dropped += 1
                return (isFirst, false)
            }
            contents.messages.append(message)
            return (isFirst, true)
        }
        if isFirst { wake() }
        return isKept
    }

    /// Makes the loop end and restore the terminal; the first reason counts.
    package func stop(_ exit: ConsoleExit) {
        contents.withLock { if $0.exit == nil { $0.exit = exit } }
        wake()
    }

    /// Takes everything out.
    func take() -> Contents {
        var count: UInt64 = 0
        _ = withUnsafeMutableBytes(of: &count) { read(descriptor, $0.baseAddress, $0.count) }
        return contents.withLock { contents in
            let taken = contents
            contents.messages = []
            contents.dropped = 0
            return taken
        }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = withUnsafeBytes(of: &one) { write(descriptor, $0.baseAddress, $0.count) }
    }
}
