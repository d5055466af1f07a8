// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// A message from outside, before it is stored.
package struct InboundMessage: Sendable, Equatable {
    /// The channel, for example `telegram` or `gateway`.
    package var channel: String
    /// The chat id within the channel.
    package var chatID: String
    /// The platform's id of the message, unique within the channel: a second message with it is a duplicate.
    package var platformID: String
    /// Who sent it.
    package var sender: String
    /// Its text.
    package var text: String
    /// The request id, born at the edge.
    package var requestID: String
    /// Whether the answer leaves by the outbox (chat platforms) or over a waiting connection (HTTP, terminal).
    package var isDelivered: Bool
    /// When it arrived.
    package var receivedAt: Timestamp
    /// Whether an operator wrote it into somebody's chat; not stored.
    package var isOperator: Bool

    /// Makes a message.
    package init(
        channel: String, chatID: String, platformID: String, sender: String, text: String, requestID: String,
        isDelivered: Bool, receivedAt: Timestamp, isOperator: Bool = false
    ) {
        self.channel = channel
        self.chatID = chatID
        self.platformID = platformID
        self.sender = sender
        self.text = text
        self.requestID = requestID
        self.isDelivered = isDelivered
        self.receivedAt = receivedAt
        self.isOperator = isOperator
    }

    /// The session key: `<channel>:<chat id>`.
    package var session: String { "\(channel):\(chatID)" }
}

/// A message with its row in the store; `id` grows in the order of acceptance.
package struct StoredMessage: Sendable {
    /// The inbox row, which is also the turn's number.
    package var id: Int64
    /// The message.
    package var message: InboundMessage
    /// Whether an earlier process accepted it.
    package var isResumed: Bool
    /// Becomes true with the row's commit, false when that fails.
    ///
    /// The model may be asked before; nothing that others could notice may happen before.
    package let isCommitted = OneShot<Bool>()

    /// Makes the value; what an earlier process accepted is committed.
    package init(id: Int64, message: InboundMessage, isResumed: Bool) {
        self.id = id
        self.message = message
        self.isResumed = isResumed
        if isResumed { isCommitted.fulfil(true) }
    }
}

extension StoredMessage: Equatable {
    package static func == (left: StoredMessage, right: StoredMessage) -> Bool {
        left.id == right.id && left.message == right.message && left.isResumed == right.isResumed
    }
}

/// What became of a message that was offered to the store.
package enum Acceptance: Sendable, Equatable {
    /// It is stored and will be answered.
    case accepted(StoredMessage)
    /// It was stored before; `outcome` is the answer when there is one already.
    case duplicate(id: Int64, outcome: StoredOutcome?)
}

/// The end of a turn as stored with its inbox row.
package struct StoredOutcome: Sendable, Equatable, Codable {
    /// The answer, or the error's sentence.
    package var text: String
    /// The error's code; nil for an answer.
    package var errorCode: String?

    /// Makes an outcome.
    package init(text: String, errorCode: String?) {
        self.text = text
        self.errorCode = errorCode
    }
}
