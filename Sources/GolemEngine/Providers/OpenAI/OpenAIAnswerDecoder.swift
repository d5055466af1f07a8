// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Reads chat completions, streamed (`chat.completion.chunk`) or whole.
struct OpenAIAnswerDecoder: ModelAnswerDecoder {
    private var text = ""
    private var hasThought = false
    private var splitter = ThinkTagSplitter()
    private var calls = ToolCallAssembler()
    private var finishReason: String?
    private var usage = ModelUsage()
    private var sawEnd = false
    private let makeID: @Sendable () -> String

    /// Makes a decoder.
    ///
    /// - Parameter makeID: gives ids to tool calls that come without.
    init(makeID: @escaping @Sendable () -> String) { self.makeID = makeID }

    var hasToken: Bool { !text.isEmpty || hasThought || !calls.isEmpty }
    var isComplete: Bool { sawEnd || finishReason != nil }

    mutating func take(_ event: ReceivedServerSentEvent, emit: (ModelDelta) -> Void) throws(ProviderError) -> Bool {
        let data = event.data.drop(while: \.isWhitespace)
        if data.hasPrefix("[DONE]") {
            sawEnd = true
            return true
        }
        guard !data.isEmpty else { return false }
        let chunk: JSONValue
        do {
            chunk = try JSONValue(reading: String(data))
        } catch {
            throw ProviderError(
                code: "bad_answer", message: "sent an event that is not JSON: \(error.message)",
                isRetryable: !hasToken, hadFirstToken: hasToken)
        }
        try take(chunk, emit)
        return false
    }

    mutating func take(whole answer: JSONValue, emit: (ModelDelta) -> Void) throws(ProviderError) {
        try take(answer, emit)
        guard answer["choices"]?.arrayValue?.isEmpty == false else {
            throw ProviderError(
                code: "bad_answer", message: "sent JSON without an answer in it", isRetryable: true)
        }
        sawEnd = true
    }

    mutating func finish(emit: (ModelDelta) -> Void) throws(ProviderError) -> ModelResponse {
        tell(splitter.finish(), emit)
        guard isComplete else {
            throw ProviderError(
                code: "incomplete", message: "ended its stream in the middle of the answer", isRetryable: !hasToken,
                hadFirstToken: hasToken)
        }
        let toolCalls = calls.calls(makeID: makeID)
        let reason = OpenAIAnswerDecoder.stopReason(finishReason, hasCalls: !toolCalls.isEmpty)
        guard !toolCalls.isEmpty || text.contains(where: { !$0.isWhitespace }) else {
            throw EmptyAnswer.error(stopReason: reason, hadFirstToken: hasToken)
        }
        return ModelResponse(text: text, toolCalls: toolCalls, stopReason: reason, usage: usage)
    }

    private mutating func take(_ chunk: JSONValue, _ emit: (ModelDelta) -> Void) throws(ProviderError) {
        if let error = ModelAPIFailure.error(within: chunk, hadFirstToken: hasToken) { throw error }
        if let counted = chunk["usage"], case .object = counted {
            usage = ModelUsage(
                input: Int(clamping: counted["prompt_tokens"]?.integerValue ?? 0),
                output: Int(clamping: counted["completion_tokens"]?.integerValue ?? 0))
        }
        guard let choice = chunk["choices"]?.arrayValue?.first else { return }
        if let error = ModelAPIFailure.error(within: choice, hadFirstToken: hasToken) { throw error }
        if let reason = choice["finish_reason"]?.stringValue, !reason.isEmpty { finishReason = reason }
        guard let message = choice["delta"] ?? choice["message"] else { return }
        for key in ["reasoning_content", "reasoning"] {
            if let thought = message[key]?.stringValue, !thought.isEmpty {
                tell([.thinking(thought)], emit)
                break
            }
        }
        let content = OpenAIAnswerDecoder.plainText(message["content"]) + (message["refusal"]?.stringValue ?? "")
        if !content.isEmpty { tell(splitter.take(content), emit) }
        for piece in message["tool_calls"]?.arrayValue ?? [] { calls.take(piece) }
    }

    private mutating func tell(_ deltas: [ModelDelta], _ emit: (ModelDelta) -> Void) {
        for delta in deltas {
            switch delta {
            case .text(let piece): text += piece
            case .thinking: hasThought = true
            }
            emit(delta)
        }
    }

    /// Content is a string, or an array of parts of which those with text count.
    private static func plainText(_ content: JSONValue?) -> String {
        switch content {
        case .string(let text): text
        case .array(let parts): parts.compactMap { $0["text"]?.stringValue ?? $0.stringValue }.joined()
        default: ""
        }
    }

    private static func stopReason(_ reason: String?, hasCalls: Bool) -> String {
        switch reason {
        case "length", "max_tokens": "length"
        case nil, "stop", "eos", "end_turn", "tool_calls", "function_call": hasCalls ? "tool_calls" : "stop"
        case .some(let word): word
        }
    }
}
