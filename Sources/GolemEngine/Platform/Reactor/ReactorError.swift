// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Why a wait for a descriptor ended without the descriptor being ready.
package struct ReactorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable code: `reactor.closed`, `reactor.busy` or `reactor.unavailable`.
    package let code: String
    package let description: String

    /// Never: a closed descriptor stays closed and a second waiter is a mistake of the caller.
    package var isRetryable: Bool { false }

    static let closed = ReactorError(code: "reactor.closed", description: "the descriptor was closed")
    static let busy = ReactorError(
        code: "reactor.busy", description: "another task already waits for this direction of the descriptor")

    static func unavailable(_ cause: SystemError) -> ReactorError {
        ReactorError(code: "reactor.unavailable", description: "\(cause)")
    }
}
