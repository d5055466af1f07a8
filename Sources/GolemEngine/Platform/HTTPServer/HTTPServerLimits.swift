// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What one server allows its clients.
///
/// All times are hard: they run from the start of the phase, so a client that sends one byte now and then gains nothing.
package struct HTTPServerLimits: Sendable {
    /// The largest request body, in bytes, without transfer coding; beyond it 413.
    package var maxBodyBytes: Int
    /// The largest request line with fields, in bytes; beyond it 431.
    package var maxHeaderBytes: Int
    /// How many connections may be open; others wait in the kernel's queue.
    ///
    /// Never more than the process may have descriptors, less 64 for everything else.
    package var maxConnections: Int
    /// From the accepted connection, or the request line of a later request, to the end of the fields.
    package var headerTimeout: Duration
    /// From the end of the fields to the end of the body.
    package var bodyTimeout: Duration
    /// From the end of a response to the request line of the next request.
    package var idleTimeout: Duration
    /// How long a client may take no byte of a response.
    package var writeTimeout: Duration
    /// How long a refused client may go on sending, so that it gets to read the refusal instead of a reset.
    package var lingerTimeout: Duration

    package init(
        maxBodyBytes: Int = 1 << 20, maxHeaderBytes: Int = 16 * 1024, maxConnections: Int = 8192,
        headerTimeout: Duration = .seconds(5), bodyTimeout: Duration = .seconds(30),
        idleTimeout: Duration = .seconds(30), writeTimeout: Duration = .seconds(30),
        lingerTimeout: Duration = .seconds(1)
    ) {
        self.maxBodyBytes = maxBodyBytes
        self.maxHeaderBytes = maxHeaderBytes
        self.maxConnections = maxConnections
        self.headerTimeout = headerTimeout
        self.bodyTimeout = bodyTimeout
        self.idleTimeout = idleTimeout
        self.writeTimeout = writeTimeout
        self.lingerTimeout = lingerTimeout
    }
}
