// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// Everything that the end of a turn writes, in one commit.
package struct TurnRecord: Sendable {
    /// The inbox row.
    package var turn: Int64
    /// The session key.
    package var session: String
    /// The messages to add to the session, pairs of tool calls and results complete.
    package var messages: [ModelMessage]
    /// The outcome.
    package var outcome: StoredOutcome
    /// Texts to deliver, in order.
    package var outbound: [OutboundDraft]
    /// Whether the session's history ends here and a new one begins (`/new`).
    package var startsNewHistory: Bool
    /// When.
    package var time: Timestamp

    /// Makes a record.
    package init(
        turn: Int64, session: String, messages: [ModelMessage], outcome: StoredOutcome, outbound: [OutboundDraft],
        startsNewHistory: Bool, time: Timestamp
    ) {
        self.turn = turn
        self.session = session
        self.messages = messages
        self.outcome = outcome
        self.outbound = outbound
        self.startsNewHistory = startsNewHistory
        self.time = time
    }
}

/// A text for a chat, before it is stored.
package struct OutboundDraft: Sendable, Equatable {
    /// The channel.
    package var channel: String
    /// The chat id.
    package var chatID: String
    /// The request it belongs to.
    package var requestID: String
    /// The text.
    package var text: String

    /// Makes a draft.
    package init(channel: String, chatID: String, requestID: String, text: String) {
        self.channel = channel
        self.chatID = chatID
        self.requestID = requestID
        self.text = text
    }
}

/// A row of the outbox.
package struct OutboundMessage: Sendable, Equatable {
    /// Its number; grows in the order of the commits.
    package var id: Int64
    /// What is to be delivered.
    package var draft: OutboundDraft
    /// Attempts made so far.
    package var attempts: Int
    /// When the next attempt is due.
    package var nextAttempt: Timestamp

    /// Makes the value.
    package init(id: Int64, draft: OutboundDraft, attempts: Int, nextAttempt: Timestamp) {
        self.id = id
        self.draft = draft
        self.attempts = attempts
        self.nextAttempt = nextAttempt
    }
}

/// A row of the outbox that was given up.
package struct GivenUpRow: Sendable, Equatable {
    /// The message.
    package var message: OutboundMessage
    /// The last error.
    package var error: String

    /// Makes the value.
    package init(message: OutboundMessage, error: String) {
        self.message = message
        self.error = error
    }
}

/// One message of a stored history with its cost.
package struct HistoryMessage: Sendable, Equatable {
    /// The turn it belongs to.
    package var turn: Int64
    /// The message.
    package var message: ModelMessage

    /// Makes the value.
    package init(turn: Int64, message: ModelMessage) {
        self.turn = turn
        self.message = message
    }
}

/// One stored message as a transcript shows it.
package struct TranscriptRow: Sendable, Equatable {
    /// The turn it belongs to.
    package var turn: Int64
    /// When its turn was stored.
    package var time: Timestamp
    /// The message; nil when what is stored cannot be read.
    package var message: ModelMessage?

    /// Makes the value.
    package init(turn: Int64, time: Timestamp, message: ModelMessage?) {
        self.turn = turn
        self.time = time
        self.message = message
    }
}

/// What a turn did before the process ended, so that nothing with side effects runs twice.
package struct TurnProgress: Sendable, Equatable {
    /// The messages after the user's, oldest first.
    package var messages: [ModelMessage]
    /// Ids of tool calls that were started.
    package var startedCalls: Set<String>

    /// Makes the value.
    package init(messages: [ModelMessage] = [], startedCalls: Set<String> = []) {
        self.messages = messages
        self.startedCalls = startedCalls
    }
}
