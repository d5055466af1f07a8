// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Why a unix socket could not be opened.
package struct UnixSocketError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable code: `socket.path_too_long`, `socket.in_use`, `socket.not_a_socket`, `socket.busy`, `socket.system`.
    package let code: String
    package let description: String
    /// Whether the same call may succeed later.
    package let isRetryable: Bool
    /// The system call behind it, if there was one.
    package let cause: SystemError?

    static func pathTooLong(_ path: String) -> UnixSocketError {
        let sentence =
            "the socket path \"\(path)\" has \(path.utf8.count) bytes; the system allows 107. Use a shorter folder."
        return UnixSocketError(code: "socket.path_too_long", description: sentence, isRetryable: false, cause: nil)
    }

    static func inUse(_ path: String) -> UnixSocketError {
        UnixSocketError(
            code: "socket.in_use", description: "another process answers on \"\(path)\"", isRetryable: false, cause: nil
        )
    }

    static func notASocket(_ path: String) -> UnixSocketError {
        UnixSocketError(
            code: "socket.not_a_socket", description: "\"\(path)\" exists and is not a socket; it was left alone",
            isRetryable: false, cause: nil)
    }

    static func busy(_ path: String) -> UnixSocketError {
        UnixSocketError(
            code: "socket.busy", description: "another process is opening a socket in the folder of \"\(path)\"",
            isRetryable: true, cause: nil)
    }

    static func system(_ cause: SystemError) -> UnixSocketError {
        UnixSocketError(
            code: "socket.system", description: cause.description, isRetryable: cause.isRetryable, cause: cause)
    }
}
