// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// How a turn ended, before it is committed.
struct TurnEnd: Sendable {
    /// The answer, or the sentence that the user gets instead.
    var text: String
    /// Why it ended, see `TurnFinished.stopReason`.
    var stopReason: String
    /// The error for events and logs; nil for an answer.
    var error: (code: String, message: String)?
    /// The messages after the user's, pairs complete.
    var messages: [ModelMessage] = []
    /// Model calls made.
    var steps = 0
    /// Tokens as counted by the provider.
    var usage = ModelUsage()
    /// Whether the history ends here (`/new`).
    var startsNewHistory = false
}
