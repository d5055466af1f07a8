// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Something that serves HTTP/1.1 on one address and hands every request to a handler.
package protocol HTTPServer: Sendable {
    /// Binds, listens and serves from threads of its own; returns the bound port, which matters when port 0 was asked.
    func start() throws(HTTPServerError) -> Int

    /// Stops accepting at once, lets running requests end for `graceful`, then closes every connection, cancels
    /// the handlers that still run and returns when they have ended.
    ///
    /// A handler that ignores its cancellation keeps this call waiting, but no longer keeps a connection open.
    func stop(graceful: Duration) async
}

/// What answers requests.
package protocol HTTPRequestHandler: Sendable {
    /// Answers one request; runs as a task of its own, many at a time.
    ///
    /// The task is not cancelled when the client leaves, so that work which was accepted is not lost. It is
    /// cancelled when the server stops and the grace period is over.
    func respond(to request: HTTPServerRequest) async -> HTTPServerResponse
}
