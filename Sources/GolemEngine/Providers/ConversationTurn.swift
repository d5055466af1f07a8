// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// The messages of a finished turn as later model calls repeat them.
///
/// Every call sends the whole conversation again: what a provider writes for a turn is kept here, so that it is
/// written once. Shared by all calls of the session.
package final class ConversationTurn: Sendable {
    /// The messages, in order, with calls and results paired.
    package let messages: [ModelMessage]
    /// How many tokens they are, by estimate.
    package let tokens: Int
    private let written = Mutex<(dialect: String, json: [UInt8])?>(nil)

    /// Makes a turn.
    package init(_ messages: [ModelMessage]) {
        self.messages = messages
        tokens = messages.reduce(0) { $0 + TokenEstimate.tokens(in: $1) }
    }

    /// The messages as `write` gives them, which must depend on nothing but the messages and the name of the `dialect`.
    ///
    /// One dialect is kept: a session rarely changes its provider.
    func json(dialect: String, write: ([ModelMessage]) -> [UInt8]) -> [UInt8] {
        written.withLock { written in
            if let written, written.dialect == dialect { return written.json }
            let json = write(messages)
            written = (dialect, json)
            return json
        }
    }
}
