// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// One thing that happened in the engine; the only way in which observers learn of it.
///
/// Events are numbered without gaps by the bus that publishes them. Text that came from outside (chat text, tool
/// output, error bodies) is cut to a bounded length by whoever publishes and has known secrets removed by the bus;
/// it may still hold control characters, so a console cleans it where it enters.
public struct Event: Sendable, Equatable {
    /// The position in the stream, starting at 1; consecutive.
    public var seq: UInt64
    /// When it happened (wall clock).
    public var time: Timestamp
    /// The request that it belongs to: one id from the edge through every tool call to the delivery.
    public var requestID: String?
    /// The session key (`<channel>:<chat id>`) that it belongs to.
    public var session: String?
    /// What happened.
    public var kind: EventKind

    /// Makes an event.
    public init(
        seq: UInt64, time: Timestamp, requestID: String? = nil, session: String? = nil, kind: EventKind
    ) {
        self.seq = seq
        self.time = time
        self.requestID = requestID
        self.session = session
        self.kind = kind
    }
}
