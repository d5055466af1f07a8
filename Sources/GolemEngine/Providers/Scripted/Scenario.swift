// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import FoundationEssentials

/// What a scripted provider answers: a list of replies, of which the first that matches is given.
///
/// A scenario is a JSON file: `{"replies": [{"when": {"user": "weather"}, "text": "…"}]}`. Placeholders in texts:
/// `{user}` is the last user message, `{tool_result}` the last tool result.
package struct Scenario: Sendable, Equatable, Decodable {
    /// When a reply is given; absent parts match everything.
    package struct Condition: Sendable, Equatable, Decodable {
        /// The last user message holds this text (case is ignored).
        package var user: String?
        /// So many model answers with tool calls came since the last user message.
        package var round: Int?
        /// The last tool result holds this text (case is ignored).
        package var toolResult: String?

        enum CodingKeys: String, CodingKey {
            case user
            case round
            case toolResult = "tool_result"
        }
    }

    /// A tool call to ask for.
    package struct Call: Sendable, Equatable, Decodable {
        /// The tool.
        package var name: String
        /// Its arguments.
        package var arguments: JSONValue
    }

    /// An error to fail with.
    package struct Failure: Sendable, Equatable, Decodable {
        /// See `ProviderError.code`.
        package var code: String
        /// The sentence.
        package var message: String
        /// Whether trying again may help.
        package var retryable: Bool?
    }

    /// One answer.
    package struct Reply: Sendable, Equatable, Decodable {
        /// When it is given.
        package var when: Condition?
        /// Milliseconds before the first piece.
        package var delayMs: Int?
        /// Milliseconds between pieces.
        package var pieceMs: Int?
        /// Characters of a piece; absent: everything at once.
        package var pieceCharacters: Int?
        /// Thinking before the answer.
        package var thinking: String?
        /// The text.
        package var text: String?
        /// Tool calls.
        package var toolCalls: [Call]?
        /// Fails with this after the text.
        package var error: Failure?

        enum CodingKeys: String, CodingKey {
            case when
            case delayMs = "delay_ms"
            case pieceMs = "piece_ms"
            case pieceCharacters = "piece_characters"
            case thinking
            case text
            case toolCalls = "tool_calls"
            case error
        }
    }

    /// The replies, first match wins.
    package var replies: [Reply]

    /// Parses a scenario file.
    package init(json: Data) throws { self = try JSONDecoder().decode(Scenario.self, from: json) }

    /// The reply to a conversation; nil when none matches.
    func reply(to messages: [ModelMessage]) -> (reply: Reply, user: String, toolResult: String)? {
        var user = ""
        var toolResult = ""
        var round = 0
        for message in messages {
            switch message {
            case .user(let text):
                user = text
                round = 0
            case .assistant(_, let calls): round += calls.isEmpty ? 0 : 1
            case .toolResult(_, _, let content, _): toolResult = content
            }
        }
        let lower = user.lowercased()
        let match = replies.first { reply in
            if let wanted = reply.when?.toolResult, !toolResult.lowercased().contains(wanted.lowercased()) {
                return false
            }
            if let wanted = reply.when?.user, !lower.contains(wanted.lowercased()) { return false }
            return reply.when?.round.map { $0 == round } ?? true
        }
        return match.map { ($0, user, toolResult) }
    }
}
