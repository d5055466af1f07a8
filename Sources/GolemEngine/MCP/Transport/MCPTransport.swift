// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Carries messages to one server and back.
///
/// Messages that come in go to the receiver in their order, on whatever task reads them.
protocol MCPTransport: AnyObject, Sendable {
    /// `stdio`, `http` or `http_sse`.
    var name: String { get }
    /// The child's process id.
    var pid: Int32? { get }
    /// The child's sandbox in a few words; empty without a child.
    var sandbox: String { get }
    /// Whether a request is cancelled by ending its transfer, in revisions without handshake.
    var hasOwnStreams: Bool { get }
    /// Whether sending never waits, so that it may be done in passing.
    var sendsAtOnce: Bool { get }

    /// Sends a message.
    ///
    /// Over HTTP the answer to a request comes with its own transfer: then this returns when the receiver has it. The
    /// message's `cancellation` ends it wherever it waits, pauses included. Throws when the message, or its answer, is
    /// lost.
    func send(_ message: MCPOutgoing) async throws(MCPError)

    /// Takes back a request that waits to be sent; false when it may have left.
    func withdraw(_ id: Int64) -> Bool

    /// The revision is agreed; what a server says unasked may be fetched from now on.
    func didNegotiate(_ revision: MCPRevision)

    /// Ends the connection and returns when all is gone; `isHasty` leaves out what a server that never came up does
    /// not need.
    ///
    /// Idempotent, also while another task does it; not cut short by cancellation.
    func close(isHasty: Bool) async
}

/// Gets what a transport reads.
protocol MCPReceiver: AnyObject, Sendable {
    func receive(_ message: MCPMessage)
    /// Something to show to the operator.
    func receive(log level: String, _ text: String)
    /// A message that was too large to read, of more than `limit` bytes.
    func receive(oversized message: MCPOversized, limit: Int)
    /// The connection ended by itself; nothing follows. Of all requests under way only `refused` surely did not run.
    func connectionEnded(_ error: MCPError, refused: Int64?)
}

extension MCPReceiver {
    /// The connection ended by itself, whatever ran.
    func connectionEnded(_ error: MCPError) { connectionEnded(error, refused: nil) }
}

/// Bounds of what servers may send.
struct MCPLimits: Sendable, Equatable {
    /// Bytes of one message.
    var message = 16 * 1024 * 1024
    /// Lines in a row that are no messages.
    var garbageLines = 64
    /// Bytes of a line for the log.
    var logLine = 4_096
    /// Bytes that may wait until the server reads them.
    var outgoing = 32 * 1024 * 1024
    /// How long an older server may leave `server/discover` unanswered.
    var probe = Duration.seconds(4)
    /// How long a stream for what servers say unasked may be silent before it is opened anew: servers send signs of life
    /// far more often, and one that something between has forgotten looks just like a quiet one.
    var streamSilence = Duration.seconds(300)
    /// How long a server may take to end after its input has ended, before SIGTERM.
    var stdinGrace = Duration.seconds(2)
    /// How long it may take after SIGTERM, before SIGKILL.
    var termGrace = Duration.seconds(2)
}
