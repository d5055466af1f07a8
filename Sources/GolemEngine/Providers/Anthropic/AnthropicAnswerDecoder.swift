// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Reads answers of the messages API, streamed or whole.
struct AnthropicAnswerDecoder: ModelAnswerDecoder {
    private struct ToolUse: Sendable {
        var id: String
        var name: String
        var input: JSONValue
        var partial = ""

        var call: ModelToolCall { ModelToolCall(id: id, name: name, arguments: partial.isEmpty ? input.text : partial) }
    }

    private var text = ""
    private var hasThought = false
    private var uses: [Int64: ToolUse] = [:]
    private var order: [Int64] = []
    private var stopReason: String?
    private var sawEnd = false
    private var readTokens = 0
    private var writtenTokens = 0

    var hasToken: Bool { !text.isEmpty || hasThought || !uses.isEmpty }
    var isComplete: Bool { sawEnd || stopReason != nil }

    mutating func take(_ event: ReceivedServerSentEvent, emit: (ModelDelta) -> Void) throws(ProviderError) -> Bool {
        guard !event.data.allSatisfy(\.isWhitespace) else { return false }
        let value: JSONValue
        do {
            value = try JSONValue(reading: event.data)
        } catch {
            throw ProviderError(
                code: "bad_answer", message: "sent an event that is not JSON: \(error.message)",
                isRetryable: !hasToken, hadFirstToken: hasToken)
        }
        if let error = ModelAPIFailure.error(within: value, hadFirstToken: hasToken) { throw error }
        // The type in the data is the authority; gateways drop event names.
        switch value["type"]?.stringValue ?? event.name {
        case "message_start": count(value["message"]?["usage"])
        case "content_block_start":
            if let block = value["content_block"] { begin(block, value["index"]?.integerValue ?? 0, emit) }
        case "content_block_delta":
            if let delta = value["delta"] { add(delta, value["index"]?.integerValue ?? 0, emit) }
        case "message_delta":
            if let reason = value["delta"]?["stop_reason"]?.stringValue { stopReason = reason }
            count(value["usage"])
        case "message_stop":
            sawEnd = true
            return true
        default: break
        }
        return false
    }

    mutating func take(whole answer: JSONValue, emit: (ModelDelta) -> Void) throws(ProviderError) {
        if let error = ModelAPIFailure.error(within: answer, hadFirstToken: false) { throw error }
        guard let blocks = answer["content"]?.arrayValue else {
            throw ProviderError(code: "bad_answer", message: "sent JSON without an answer in it", isRetryable: true)
        }
        for (index, block) in blocks.enumerated() { begin(block, Int64(index), emit) }
        stopReason = answer["stop_reason"]?.stringValue
        count(answer["usage"])
        sawEnd = true
    }

    mutating func finish(emit: (ModelDelta) -> Void) throws(ProviderError) -> ModelResponse {
        guard isComplete else {
            throw ProviderError(
                code: "incomplete", message: "ended its stream in the middle of the answer", isRetryable: !hasToken,
                hadFirstToken: hasToken)
        }
        let calls = order.compactMap { uses[$0]?.call }
        let reason = AnthropicAnswerDecoder.stopReason(stopReason, hasCalls: !calls.isEmpty)
        guard !calls.isEmpty || text.contains(where: { !$0.isWhitespace }) else {
            throw EmptyAnswer.error(stopReason: reason, hadFirstToken: hasToken)
        }
        return ModelResponse(
            text: text, toolCalls: calls, stopReason: reason,
            usage: ModelUsage(input: readTokens, output: writtenTokens))
    }

    private mutating func begin(_ block: JSONValue, _ index: Int64, _ emit: (ModelDelta) -> Void) {
        switch block["type"]?.stringValue {
        case "text": tell(text: block["text"]?.stringValue, emit)
        case "thinking": tell(thinking: block["thinking"]?.stringValue, emit)
        case "tool_use":
            if uses[index] == nil { order.append(index) }
            uses[index] = ToolUse(
                id: block["id"]?.stringValue ?? "toolu_\(index)", name: block["name"]?.stringValue ?? "",
                input: block["input"] ?? [:])
        default: break
        }
    }

    private mutating func add(_ delta: JSONValue, _ index: Int64, _ emit: (ModelDelta) -> Void) {
        switch delta["type"]?.stringValue {
        case "text_delta": tell(text: delta["text"]?.stringValue, emit)
        case "thinking_delta": tell(thinking: delta["thinking"]?.stringValue, emit)
        case "input_json_delta": uses[index]?.partial += delta["partial_json"]?.stringValue ?? ""
        default: break
        }
    }

    private mutating func tell(text piece: String?, _ emit: (ModelDelta) -> Void) {
        guard let piece, !piece.isEmpty else { return }
        text += piece
        emit(.text(piece))
    }

    private mutating func tell(thinking piece: String?, _ emit: (ModelDelta) -> Void) {
        guard let piece, !piece.isEmpty else { return }
        hasThought = true
        emit(.thinking(piece))
    }

    /// Counts are totals so far: a later one replaces an earlier one.
    private mutating func count(_ usage: JSONValue?) {
        guard let usage else { return }
        func tokens(_ key: String) -> Int? { usage[key]?.integerValue.map { Int(clamping: $0) } }
        if let input = tokens("input_tokens") {
            readTokens = input + (tokens("cache_creation_input_tokens") ?? 0) + (tokens("cache_read_input_tokens") ?? 0)
        }
        if let output = tokens("output_tokens") { writtenTokens = output }
    }

    private static func stopReason(_ reason: String?, hasCalls: Bool) -> String {
        switch reason {
        case nil, "end_turn", "stop_sequence": hasCalls ? "tool_calls" : "stop"
        case "tool_use": "tool_calls"
        case "max_tokens", "model_context_window_exceeded": "length"
        case "refusal": "content_filter"
        case .some(let word): word
        }
    }
}
