// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Why a request has no (complete) answer.
package struct HTTPClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What happened, stable across versions; the raw value is for logs and events.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// The host name cannot be resolved.
        case dns
        /// No address accepted the connection.
        case refused
        /// The TLS handshake or the certificate failed.
        case tls
        /// No connection within the time allowed.
        case connectTimeout = "connect_timeout"
        /// The connection was there, but no answer began in time.
        case firstByteTimeout = "first_byte_timeout"
        /// The answer paused for too long.
        case idleTimeout = "idle_timeout"
        /// The time for everything was over.
        case totalTimeout = "total_timeout"
        /// The connection broke, or ended before the answer was complete.
        case reset
        /// More redirects than allowed.
        case tooManyRedirects = "too_many_redirects"
        /// The address filter refused every address.
        case addressRefused = "address_refused"
        /// The task was cancelled, the body dropped or the client shut down.
        case cancelled
        /// libcurl is not installed or too old.
        case libraryMissing = "library_missing"
        /// The peer does not speak HTTP as it should.
        case protocolViolation = "protocol"
        /// The request itself cannot be sent.
        case invalidRequest = "invalid_request"
        /// The machine lacks something, such as file descriptors.
        case resources
        /// The body is already being read by another task.
        case misuse
    }

    /// What happened.
    package let code: Code
    /// A sentence for people; holds scheme, host and port at most, never path, query or headers.
    package let message: String
    /// Whether the same request may well succeed later.
    package let isRetryable: Bool
    /// Whether the peer may have received the request, so that repeating it could do its work twice.
    package let requestMayHaveBeenSent: Bool

    /// Makes an error.
    package init(_ code: Code, _ message: String, isRetryable: Bool, requestMayHaveBeenSent: Bool) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
        self.requestMayHaveBeenSent = requestMayHaveBeenSent
    }

    /// The code and the sentence.
    package var description: String { "\(code.rawValue): \(message)" }
}
