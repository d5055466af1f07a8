// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Nobody reads this response any more; thrown to the one who writes it.
package struct HTTPStreamClosed: Error, Sendable, Equatable, CustomStringConvertible {
    /// Why.
    package enum Reason: String, Sendable {
        /// The client closed the connection or did not read for too long.
        case clientLeft = "client_left"
        /// The server stopped.
        case serverStopping = "server_stopping"
        /// `finish()` was called before.
        case finished = "finished"
        /// The task that wrote was cancelled while it waited for room.
        case cancelled = "cancelled"
        /// The response was never sent, or it was one without a body (HEAD, 204, 304).
        case notSent = "not_sent"
    }

    /// Why.
    package let reason: Reason

    package init(reason: Reason) {
        self.reason = reason
    }

    /// A stable name for programs.
    package var code: String { "http_server.stream_closed.\(reason.rawValue)" }
    /// Never: this response is over.
    package var isRetryable: Bool { false }
    /// One sentence.
    package var description: String {
        switch reason {
        case .clientLeft: "the client stopped reading the response"
        case .serverStopping: "the server stopped during the response"
        case .finished: "the response was finished before"
        case .cancelled: "the write was cancelled"
        case .notSent: "the response was not sent"
        }
    }
}
