// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// A tool call that the model asks for.
package struct ModelToolCall: Sendable, Equatable, Codable {
    /// The model's id of the call.
    package var id: String
    /// The tool's name.
    package var name: String
    /// The arguments as the model wrote them; meant to be a JSON object, not guaranteed to be one.
    package var arguments: String

    /// Makes a call.
    package init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

/// One message of a conversation with a model.
package enum ModelMessage: Sendable, Equatable, Codable {
    /// From a person.
    case user(String)
    /// From the model; `text` may be empty when it only calls tools.
    case assistant(text: String, toolCalls: [ModelToolCall])
    /// The result of one tool call of the assistant message before.
    case toolResult(callID: String, name: String, content: String, isError: Bool)
}

/// Deadlines of one model call.
package struct ModelDeadlines: Sendable, Equatable {
    /// To connect.
    package var connect: Duration
    /// From sending the request to the first token.
    package var firstToken: Duration
    /// Between two pieces of a stream.
    package var idle: Duration
    /// For the whole call.
    package var total: Duration

    /// Makes deadlines.
    package init(
        connect: Duration = .seconds(10), firstToken: Duration = .seconds(120), idle: Duration = .seconds(60),
        total: Duration = .seconds(600)
    ) {
        self.connect = connect
        self.firstToken = firstToken
        self.idle = idle
        self.total = total
    }
}

/// A question to a model.
package struct ModelRequest: Sendable {
    /// The model as the provider knows it, without the provider's prefix.
    package var model: String
    /// The system prompt: the stable part first, so that providers can cache it.
    package var system: [String]
    /// Earlier turns of the conversation, oldest first.
    package var history: [ConversationTurn]
    /// The messages of this turn, after the history.
    package var turn: [ModelMessage]
    /// The tools that may be called; empty for none.
    package var tools: [ToolDefinition]
    /// The most tokens to write.
    package var maxTokens: Int
    /// 0…2; nil leaves it to the provider.
    package var temperature: Double?
    /// The deadlines.
    package var deadlines: ModelDeadlines
    /// The request id of the turn, for logs and the provider's own tracing header.
    package var requestID: String

    /// Makes a request.
    package init(
        model: String, system: [String], history: [ConversationTurn] = [], messages: [ModelMessage],
        tools: [ToolDefinition], maxTokens: Int, temperature: Double?, deadlines: ModelDeadlines = ModelDeadlines(),
        requestID: String
    ) {
        self.model = model
        self.system = system
        self.history = history
        turn = messages
        self.tools = tools
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.deadlines = deadlines
        self.requestID = requestID
    }

    /// The whole conversation, oldest first.
    package var messages: [ModelMessage] { history.flatMap(\.messages) + turn }
}

/// A piece of a streamed answer.
package enum ModelDelta: Sendable, Equatable {
    /// Answer text.
    case text(String)
    /// Thinking, shown to operators, never part of the answer.
    case thinking(String)
}

/// Tokens as the provider counted them.
package struct ModelUsage: Sendable, Equatable {
    /// Tokens read, cached ones included.
    package var input: Int
    /// Tokens written.
    package var output: Int

    /// Makes a usage.
    package init(input: Int = 0, output: Int = 0) {
        self.input = input
        self.output = output
    }
}

/// A whole answer.
package struct ModelResponse: Sendable, Equatable {
    /// The answer's text.
    package var text: String
    /// The tool calls, in the model's order.
    package var toolCalls: [ModelToolCall]
    /// Why the model stopped: `stop`, `tool_calls`, `length`, `content_filter` or the provider's word.
    package var stopReason: String
    /// Tokens used; zeros when the provider did not say.
    package var usage: ModelUsage
    /// From request to first token, in microseconds.
    package var firstTokenMicroseconds: Int64?

    /// Makes an answer.
    package init(
        text: String, toolCalls: [ModelToolCall] = [], stopReason: String = "stop", usage: ModelUsage = ModelUsage(),
        firstTokenMicroseconds: Int64? = nil
    ) {
        self.text = text
        self.toolCalls = toolCalls
        self.stopReason = stopReason
        self.usage = usage
        self.firstTokenMicroseconds = firstTokenMicroseconds
    }
}

/// Why a model call failed.
package struct ProviderError: Error, Sendable, Equatable {
    /// A stable code: `connect`, `timeout_first_token`, `timeout_idle`, `timeout_total`, `rate_limited`, `overloaded`, `unauthorized`,
    /// `bad_request`, `context_too_long`, `not_found`, `server_error`, `incomplete`, `bad_answer`, `empty_answer`,
    /// `no_provider`, `cancelled`.
    package var code: String
    /// A sentence for operators: status and the beginning of the body, no secrets.
    package var message: String
    /// Whether the same call may succeed later.
    package var isRetryable: Bool
    /// How long the provider asked to wait.
    package var retryAfter: Duration?
    /// Whether part of the answer had arrived; such a call is not repeated by itself.
    package var hadFirstToken: Bool

    /// Makes an error.
    package init(
        code: String, message: String, isRetryable: Bool, retryAfter: Duration? = nil, hadFirstToken: Bool = false
    ) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
        self.retryAfter = retryAfter
        self.hadFirstToken = hadFirstToken
    }
}

/// A model API.
///
/// `respond` may run for many turns at once. Cancelling the calling task ends the call promptly.
package protocol Provider: Sendable {
    /// The provider's name, for example `openai`.
    var name: String { get }

    /// Asks a model; `onDelta` is called with each piece, in order, from one task at a time.
    func respond(
        to request: ModelRequest, onDelta: @escaping @Sendable (ModelDelta) -> Void
    ) async throws(ProviderError) -> ModelResponse
}

/// Told what happens during a model call that may take several attempts and models.
package protocol ModelCallObserver: Sendable {
    /// An attempt begins (counting from 1 for each model).
    func attemptStarted(provider: String, model: String, attempt: Int)

    /// An attempt ended: with an answer, or with an error.
    func attemptEnded(
        provider: String, model: String, attempt: Int, durationMicroseconds: Int64,
        result: Result<ModelResponse, ProviderError>)

    /// The next model of the list is used.
    func failedOver(from: String, to: String, reason: String)

    /// A model cools down until a time, or no longer (`until` nil).
    func cooldownChanged(model: String, until: Timestamp?, reason: String)
}

/// What the agent asks: a model chosen by configuration, with retries and fall-back models behind it.
///
/// `request.model` is ignored: the service fills in the model of its list.
package protocol ModelService: Sendable {
    /// The configured first model, for display; nil when no provider is configured.
    var modelName: String? { get }

    /// Asks the first usable model of the list.
    func respond(
        to request: ModelRequest, observer: any ModelCallObserver,
        onDelta: @escaping @Sendable (ModelDelta) -> Void
    ) async throws(ProviderError) -> ModelResponse

    /// Ends a model's cool-down and gives the name that observers know it by; nil when it was not cooling down.
    func clearCooldown(model: String) async -> String?
}
