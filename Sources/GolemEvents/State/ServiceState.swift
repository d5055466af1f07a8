// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A supervised service and its health.
public struct ServiceState: Sendable, Equatable, Codable {
    /// Its health.
    public var health: ServiceHealth
    /// Since when.
    public var since: Timestamp

    /// Makes the value.
    public init(health: ServiceHealth, since: Timestamp) {
        self.health = health
        self.since = since
    }
}

/// A model and its calls.
public struct ModelState: Sendable, Equatable, Codable {
    /// Calls since start, failed ones included.
    public var calls: UInt64 = 0
    /// Failed calls since start.
    public var errors: UInt64 = 0
    /// Calls that run now.
    public var running = 0
    /// Tokens read and written since start.
    public var tokens: UInt64 = 0
    /// Time to the first token since start.
    public var firstToken = LatencyHistogram()
    /// When it is used again; nil when it does not cool down.
    public var coolDownUntil: Timestamp?
    /// Why it cools down.
    public var coolDownReason = ""
    /// The last error.
    public var lastError: String?

    /// Makes the state of a model that was never called.
    public init() {}
}

/// The deliveries of one channel.
public struct OutboundState: Sendable, Equatable, Codable {
    /// Messages that wait or are being sent.
    public var queued = 0
    /// Messages that the platform accepted since start.
    public var sent: UInt64 = 0
    /// Attempts since start.
    public var attempts: UInt64 = 0
    /// Failed attempts since start.
    public var failures: UInt64 = 0
    /// Messages given up since start and not sent again.
    public var dead: UInt64 = 0
    /// How many messages that were given up are remembered.
    public static let givenUpLimit = 64
    /// The newest messages that were given up, oldest first.
    public var givenUp: [GivenUpMessage] = []
    /// Attempts of the last 15 minutes, in slots of a minute.
    public var recent = WindowedHistogram(slotSeconds: 60, slotLimit: 16)
    /// The last error.
    public var lastError: String?

    /// Makes the state of a channel that sent nothing yet.
    public init() {}
}

/// A message of the outbox that is not sent any more, unless an operator asks for it.
public struct GivenUpMessage: Sendable, Equatable, Codable {
    /// The outbox row, the number in `golem outbound retry`.
    public var id: Int64
    /// The chat id within the channel.
    public var chatID: String
    /// Attempts made.
    public var attempts: Int
    /// The last error.
    public var error: String
    /// When it was given up.
    public var time: Timestamp
    /// The request that it belongs to.
    public var requestID: String?

    /// Makes the value.
    public init(id: Int64, chatID: String, attempts: Int, error: String, time: Timestamp, requestID: String?) {
        self.id = id
        self.chatID = chatID
        self.attempts = attempts
        self.error = error
        self.time = time
        self.requestID = requestID
    }
}

/// A tool call that waits for a person.
public struct ApprovalState: Sendable, Equatable, Codable {
    /// The request.
    public var request: ApprovalRequested
    /// The request id of the waiting turn.
    public var requestID: String?
    /// The session of the waiting turn.
    public var session: String?
    /// Since when it waits.
    public var since: Timestamp

    /// Makes the value.
    public init(request: ApprovalRequested, requestID: String?, session: String?, since: Timestamp) {
        self.request = request
        self.requestID = requestID
        self.session = session
        self.since = since
    }
}

/// An approval that was decided.
public struct DecidedApproval: Sendable, Equatable, Codable {
    /// The decision.
    public var decision: ApprovalDecided
    /// When.
    public var time: Timestamp
    /// The request id of the turn.
    public var requestID: String?

    /// Makes the value.
    public init(decision: ApprovalDecided, time: Timestamp, requestID: String?) {
        self.decision = decision
        self.time = time
        self.requestID = requestID
    }
}
