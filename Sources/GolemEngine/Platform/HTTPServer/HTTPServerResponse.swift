// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What a handler answers.
///
/// `Content-Length`, `Transfer-Encoding`, `Date` and all of `Connection` but `close` belong to the server and are
/// ignored; a field that could split the response is left out.
package struct HTTPServerResponse: Sendable {
    /// Where the bytes of the body come from.
    package enum Body: Sendable {
        /// All of it, now.
        case bytes([UInt8])
        /// Piece by piece, each sent as soon as it is written. A stream serves one response.
        case stream(HTTPResponseStream)
    }

    /// The status code, 200...599; anything else is sent as 500.
    package var status: Int
    /// The header fields.
    package var headers: HTTPFields
    /// The body; not sent for a HEAD request.
    package var body: Body

    package init(status: Int, headers: HTTPFields = HTTPFields(), body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
