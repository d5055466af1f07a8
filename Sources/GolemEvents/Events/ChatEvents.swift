// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// `chat.received`: an inbound message is stored durably and waits for its turn.
public struct ChatReceived: EventPayload {
    /// The channel, for example `telegram` or `gateway`.
    public var channel: String
    /// The chat id within the channel.
    public var chatID: String
    /// Who sent it.
    public var sender: String
    /// The beginning of the text.
    public var text: String
    /// The length of the whole text in characters.
    public var length: Int
    /// Messages of this session that wait or run, this one included.
    public var queueDepth: Int
    /// Whether an operator wrote it into the chat, rather than the person whose chat it is; nil stands for no.
    public var isOperator: Bool?

    /// Makes the payload.
    public init(
        channel: String, chatID: String, sender: String, text: String, length: Int, queueDepth: Int,
        isOperator: Bool? = nil
    ) {
        self.channel = channel
        self.chatID = chatID
        self.sender = sender
        self.text = text
        self.length = length
        self.queueDepth = queueDepth
        self.isOperator = isOperator
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { text = transform(text) }
}

/// `chat.rejected`: an inbound message was not accepted.
public struct ChatRejected: EventPayload {
    /// The channel.
    public var channel: String
    /// The chat id.
    public var chatID: String
    /// Who sent it.
    public var sender: String
    /// A stable code: `not_allowed`, `duplicate`, `lanes_full`, `too_large`, `unauthorized`.
    public var code: String
    /// A sentence for humans.
    public var reason: String

    /// Makes the payload.
    public init(channel: String, chatID: String, sender: String, code: String, reason: String) {
        self.channel = channel
        self.chatID = chatID
        self.sender = sender
        self.code = code
        self.reason = reason
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { reason = transform(reason) }
}

/// `turn.started`: a stored message left its queue and is being answered.
public struct TurnStarted: EventPayload {
    /// The channel.
    public var channel: String
    /// The chat id.
    public var chatID: String
    /// Who asked.
    public var sender: String
    /// The highest number of model calls allowed.
    public var stepLimit: Int
    /// Microseconds between acceptance and now.
    public var queuedMicroseconds: Int64
    /// Whether an earlier process accepted the message and this one resumes it.
    public var isResumed: Bool

    /// Makes the payload.
    public init(
        channel: String, chatID: String, sender: String, stepLimit: Int, queuedMicroseconds: Int64, isResumed: Bool
    ) {
        self.channel = channel
        self.chatID = chatID
        self.sender = sender
        self.stepLimit = stepLimit
        self.queuedMicroseconds = queuedMicroseconds
        self.isResumed = isResumed
    }
}

/// `turn.delta`: streamed text, coalesced to at most 20 a second and session; never persisted.
public struct TurnDelta: EventPayload {
    /// The text since the previous delta.
    public var text: String
    /// Whether this is the model's thinking rather than its answer.
    public var isThinking: Bool

    /// Makes the payload.
    public init(text: String, isThinking: Bool) {
        self.text = text
        self.isThinking = isThinking
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { text = transform(text) }
}

/// `turn.finished`: the turn's outcome is committed.
public struct TurnFinished: EventPayload {
    /// The answer, cut to a bounded length.
    public var text: String
    /// Why the turn ended: `answered`, `max_iterations`, `max_tokens`, `max_wall_time`, `repeated_calls`,
    /// `consecutive_errors`, `command`, `no_provider`.
    public var stopReason: String
    /// Model calls made.
    public var steps: Int
    /// Tokens read by the model over the whole turn.
    public var tokensIn: Int
    /// Tokens written by the model over the whole turn.
    public var tokensOut: Int
    /// From start to commit, in microseconds.
    public var durationMicroseconds: Int64

    /// Makes the payload.
    public init(
        text: String, stopReason: String, steps: Int, tokensIn: Int, tokensOut: Int, durationMicroseconds: Int64
    ) {
        self.text = text
        self.stopReason = stopReason
        self.steps = steps
        self.tokensIn = tokensIn
        self.tokensOut = tokensOut
        self.durationMicroseconds = durationMicroseconds
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { text = transform(text) }
}

/// `turn.failed`: the turn ended without an answer; the message stays in the store with its error.
public struct TurnFailed: EventPayload {
    /// A stable code: `provider_error`, `cancelled`, `store_error`, `internal_error`.
    public var code: String
    /// A sentence for humans.
    public var message: String
    /// From start to failure, in microseconds.
    public var durationMicroseconds: Int64

    /// Makes the payload.
    public init(code: String, message: String, durationMicroseconds: Int64) {
        self.code = code
        self.message = message
        self.durationMicroseconds = durationMicroseconds
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { message = transform(message) }
}
