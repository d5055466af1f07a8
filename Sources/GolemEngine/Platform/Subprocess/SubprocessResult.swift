// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// How a command ended and what it wrote.
package struct SubprocessResult: Sendable, Equatable {
    /// The way in which a process ends.
    package enum Termination: Sendable, Equatable {
        /// It exited by itself with this code.
        case exited(Int32)
        /// A signal ended it.
        case signalled(Int32)
    }

    /// Why the command was ended from here.
    package enum Interruption: Sendable, Equatable {
        /// Its time was up.
        case deadline
        /// The task that ran it was cancelled.
        case cancelled
    }

    /// How it ended.
    package var termination: Termination
    /// Set when the command had to be asked or forced to end.
    package var interruption: Interruption?
    /// What it wrote to its standard output.
    package var output: OutputCapture
    /// What it wrote to its standard error.
    package var errorOutput: OutputCapture
    /// How many processes that it had left behind were killed.
    package var leftoversKilled: Int
    /// Whether some of them would not die within five seconds (stuck in the kernel).
    package var leftoversAlive: Bool
    /// What its processes ran into together, as sentences for people.
    package var findings: [String] = []
    /// From the start until everything had ended.
    package var duration: Duration

    /// Whether its time was up.
    package var timedOut: Bool { interruption == .deadline }
    /// The exit code in the way of a shell: 128 plus the signal when a signal ended it.
    package var exitCode: Int32 {
        switch termination {
        case .exited(let code): code
        case .signalled(let number): 128 + number
        }
    }
}

/// Why a command could not be started or was lost.
package struct SubprocessError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable code: `subprocess.not_found`, `.not_executable`, `.directory`, `.sandbox`, `.system`, `.lost`.
    package let code: String
    package let description: String
    /// The errno behind it, 0 if none.
    package let errno: Int32
    /// Whether the same start may succeed later.
    package let isRetryable: Bool

    init(code: String, description: String, errno: Int32 = 0, isRetryable: Bool = false) {
        self.code = "subprocess.\(code)"
        self.description = description
        self.errno = errno
        self.isRetryable = isRetryable
    }

    static func system(_ cause: SystemError) -> SubprocessError {
        SubprocessError(
            code: "system", description: cause.description, errno: cause.errno, isRetryable: cause.isRetryable)
    }
}
