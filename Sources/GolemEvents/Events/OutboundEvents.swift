// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// `outbound.queued`: a message to a chat is stored and waits to be sent.
public struct OutboundQueued: EventPayload {
    /// The outbox row.
    public var messageID: Int64
    /// The channel.
    public var channel: String
    /// The chat id.
    public var chatID: String
    /// The size of the text in UTF-8 bytes.
    public var bytes: Int
    /// Whether it was given up before and an operator wants it sent again; nil stands for no.
    public var isRetry: Bool?

    /// Makes the payload.
    public init(messageID: Int64, channel: String, chatID: String, bytes: Int, isRetry: Bool? = nil) {
        self.messageID = messageID
        self.channel = channel
        self.chatID = chatID
        self.bytes = bytes
        self.isRetry = isRetry
    }
}

/// `outbound.attempt_failed`: a send failed and is tried again.
public struct OutboundAttemptFailed: EventPayload {
    /// The outbox row.
    public var messageID: Int64
    /// The channel.
    public var channel: String
    /// The chat id.
    public var chatID: String
    /// The attempt, from 1.
    public var attempt: Int
    /// How many attempts there are before the message is given up; nil from an engine that does not say.
    public var maxAttempts: Int?
    /// The error.
    public var error: String
    /// When it is tried again.
    public var retryAt: Timestamp

    /// Makes the payload.
    public init(
        messageID: Int64, channel: String, chatID: String, attempt: Int, maxAttempts: Int? = nil, error: String,
        retryAt: Timestamp
    ) {
        self.messageID = messageID
        self.channel = channel
        self.chatID = chatID
        self.attempt = attempt
        self.maxAttempts = maxAttempts
        self.error = error
        self.retryAt = retryAt
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { error = transform(error) }
}

/// `outbound.sent`: the platform accepted a message.
public struct OutboundSent: EventPayload {
    /// The outbox row.
    public var messageID: Int64
    /// The channel.
    public var channel: String
    /// The chat id.
    public var chatID: String
    /// The platform's id of the message.
    public var platformID: String
    /// The attempt that succeeded, from 1.
    public var attempt: Int
    /// How long that attempt took, in microseconds.
    public var durationMicroseconds: Int64

    /// Makes the payload.
    public init(
        messageID: Int64, channel: String, chatID: String, platformID: String, attempt: Int,
        durationMicroseconds: Int64
    ) {
        self.messageID = messageID
        self.channel = channel
        self.chatID = chatID
        self.platformID = platformID
        self.attempt = attempt
        self.durationMicroseconds = durationMicroseconds
    }
}

/// `outbound.dropped`: an operator gave up a message for good; it is not sent any more.
public struct OutboundDropped: EventPayload {
    /// The outbox row.
    public var messageID: Int64
    /// The channel.
    public var channel: String
    /// The chat id.
    public var chatID: String
    /// Who dropped it.
    public var by: String

    /// Makes the payload.
    public init(messageID: Int64, channel: String, chatID: String, by: String) {
        self.messageID = messageID
        self.channel = channel
        self.chatID = chatID
        self.by = by
    }
}

/// `outbound.dead`: a message will not be sent any more unless an operator asks for it.
public struct OutboundDead: EventPayload {
    /// The outbox row.
    public var messageID: Int64
    /// The channel.
    public var channel: String
    /// The chat id.
    public var chatID: String
    /// Attempts made.
    public var attempts: Int
    /// The last error.
    public var error: String
    /// When an earlier process gave it up, told again at the start; nil when it happens now.
    public var since: Timestamp?

    /// Makes the payload.
    public init(
        messageID: Int64, channel: String, chatID: String, attempts: Int, error: String, since: Timestamp? = nil
    ) {
        self.messageID = messageID
        self.channel = channel
        self.chatID = chatID
        self.attempts = attempts
        self.error = error
        self.since = since
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { error = transform(error) }
}
