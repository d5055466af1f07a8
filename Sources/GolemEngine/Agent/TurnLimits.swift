// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What a single turn may use up before it is ended with a reason.
package struct TurnLimits: Sendable, Equatable {
    /// Model calls.
    package var iterations = 20
    /// Time from start to end.
    package var wallTime = Duration.seconds(900)
    /// Tokens read and written.
    package var tokens = 400_000
    /// Tool calls in a row that failed.
    package var consecutiveErrors = 6
    /// Times that the same tool is called with the same arguments.
    package var repeatedCalls = 3
    /// Tool calls of one model answer that run at the same time.
    package var parallelTools = 8
    /// Time for one tool call, on top of the tool's own deadline.
    package var toolTime = Duration.seconds(600)
    /// Time that a tool gets to end by itself once it is told to; then its turn goes on without it.
    package var toolGrace = Duration.seconds(3)
    /// Characters of one tool result that the model sees.
    package var toolResultCharacters = 60_000
    /// Tokens of history in a model call, estimated.
    package var historyTokens = 24_000
    /// The most tokens that the model may write in one call.
    package var outputTokens = 8_192
    /// The temperature; nil leaves it to the provider.
    package var temperature: Double? = 0.7
    /// The deadlines of each model call.
    package var deadlines = ModelDeadlines()

    /// Makes the default limits.
    package init() {}
}
