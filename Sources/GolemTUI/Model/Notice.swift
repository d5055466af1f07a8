// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// What row 23 says when it does not show the worst problem.
package struct Notice: Sendable, Equatable {
    /// The text.
    package var text: String
    /// How it is shown.
    package var role: StyleRole
    /// Since when, in monotonic time.
    package var since: Duration
    /// The command that it reports on; nil for anything else.
    package var commandID: String?

    /// How long a notice is shown.
    static let lifetime = Duration.seconds(12)
}

/// A command that was sent and is not finished.
package struct PendingCommand: Sendable, Equatable {
    /// The command.
    package var command: Command
    /// When it was sent, in monotonic time.
    package var sentAt: Duration
    /// Whether the engine took it.
    package var isAccepted = false
    /// The last text of its reply.
    package var message = ""
    /// The command line that does the same.
    package var commandLine: String
}

/// Gives commands their ids: a prefix that nobody else uses, and a number.
package struct CommandIDs: Sendable, Equatable {
    /// The prefix, random for each console.
    package var prefix: String
    /// The next number.
    package var next: UInt64

    /// Makes a generator.
    package init(prefix: String, next: UInt64 = 1) {
        self.prefix = prefix
        self.next = next
    }

    mutating func make() -> String {
        defer { next += 1 }
        return "\(prefix)-\(next)"
    }
}
