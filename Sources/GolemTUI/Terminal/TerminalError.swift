// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Why a terminal cannot be used.
package struct TerminalError: Error, Sendable, Equatable {
    /// A stable word for programs: `terminal.not_a_terminal`, `terminal.dumb`, `terminal.no_description`, `terminal.gone`,
    /// `terminal.system`.
    package let code: String
    /// A sentence for people.
    package let message: String
    /// Whether trying again may help.
    package let isRetryable: Bool
    /// The `errno` of the failed call; 0 when there is none.
    package let errno: Int32

    /// Makes an error.
    package init(code: String, message: String, isRetryable: Bool = false, errno: Int32 = 0) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
        self.errno = errno
    }
}
