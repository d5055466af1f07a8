// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Turns the pieces of an API's answer into deltas and, at the end, into one response.
///
/// A value without I/O: `ModelAPIClient` feeds it.
protocol ModelAnswerDecoder: Sendable {
    /// Whether a piece of the answer itself (text, thinking, tool call) has come.
    var hasToken: Bool { get }
    /// Whether the answer is complete enough, should the stream break now.
    var isComplete: Bool { get }

    /// Takes an event of a stream; true when the API has marked the end.
    mutating func take(_ event: ReceivedServerSentEvent, emit: (ModelDelta) -> Void) throws(ProviderError) -> Bool

    /// Takes an answer that came in one piece.
    mutating func take(whole answer: JSONValue, emit: (ModelDelta) -> Void) throws(ProviderError)

    /// Gives the response when the stream has ended.
    mutating func finish(emit: (ModelDelta) -> Void) throws(ProviderError) -> ModelResponse
}
