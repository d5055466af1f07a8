// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Writes the body of `POST /chat/completions`.
struct OpenAIRequestEncoder: Sendable {
    /// Whether the provider is OpenAI's own API, whose reasoning models take other parameters.
    var isOpenAI: Bool

    /// The body for a streamed answer.
    func encode(_ request: ModelRequest) -> [UInt8] {
        let history = request.history.map { $0.json(dialect: "openai", write: elements) }
        var json = JSONWriter(capacity: history.reduce(8_192) { $0 + $1.count + 1 })
        let isReasoning = isOpenAI && OpenAIRequestEncoder.isReasoningModel(request.model)
        json.beginObject()
        json.member("model", request.model)
        json.key("stream")
        json.bool(true)
        json.key("stream_options")
        json.value(["include_usage": true])
        json.key(isReasoning ? "max_completion_tokens" : "max_tokens")
        json.integer(Int64(request.maxTokens))
        if let temperature = request.temperature, !isReasoning {
            json.key("temperature")
            json.number(temperature)
        }
        // Tools and system prompt before the conversation: what stays the same is the prefix that providers cache.
        if !request.tools.isEmpty { write(request.tools, &json) }
        json.key("messages")
        json.beginArray()
        let system = request.system.filter { !$0.isEmpty }.joined(separator: "\n\n")
        if !system.isEmpty {
            json.beginObject()
            json.member("role", "system")
            json.member("content", system)
            json.endObject()
        }
        for turn in history where !turn.isEmpty { json.encoded(turn) }
        for message in request.turn { write(message, &json) }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    /// Whether the model takes `max_completion_tokens` and no temperature.
    static func isReasoningModel(_ model: String) -> Bool {
        let name = model.lowercased()
        if name.hasPrefix("gpt-5") { return !name.hasPrefix("gpt-5-chat") }
        return ["o1", "o3", "o4"].contains { name == $0 || name.hasPrefix($0 + "-") }
    }

    /// The messages as elements of an array, without its brackets.
    private func elements(_ messages: [ModelMessage]) -> [UInt8] {
        var json = JSONWriter(capacity: 512)
        for message in messages { write(message, &json) }
        return json.bytes
    }

    private func write(_ tools: [ToolDefinition], _ json: inout JSONWriter) {
        json.key("tools")
        json.beginArray()
        for tool in tools {
            json.beginObject()
            json.member("type", "function")
            json.key("function")
            json.beginObject()
            json.member("name", tool.name)
            json.member("description", tool.description)
            json.key("parameters")
            json.encoded(tool.parametersJSON)
            json.endObject()
            json.endObject()
        }
        json.endArray()
    }

    private func write(_ message: ModelMessage, _ json: inout JSONWriter) {
        json.beginObject()
        switch message {
        case .user(let text):
            json.member("role", "user")
            json.member("content", text)
        case .assistant(let text, let calls):
            json.member("role", "assistant")
            json.key("content")
            if text.isEmpty, !calls.isEmpty { json.null() } else { json.string(text) }
            if !calls.isEmpty {
                json.key("tool_calls")
                json.beginArray()
                for call in calls { write(call, &json) }
                json.endArray()
            }
        case .toolResult(let callID, _, let content, _):
            json.member("role", "tool")
            json.member("tool_call_id", callID)
            json.member("content", content)
        }
        json.endObject()
    }

    private func write(_ call: ModelToolCall, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("id", call.id)
        json.member("type", "function")
        json.key("function")
        json.beginObject()
        json.member("name", call.name)
        let arguments = ToolArguments.object(call.arguments)
        let isWrapped = arguments["invalid_json"] != nil || call.arguments.isEmpty
        var text = JSONWriter(capacity: call.arguments.utf8.count)
        if isWrapped { text.value(arguments) }
        json.member("arguments", isWrapped ? String(decoding: text.bytes, as: UTF8.self) : call.arguments)
        json.endObject()
        json.endObject()
    }
}
