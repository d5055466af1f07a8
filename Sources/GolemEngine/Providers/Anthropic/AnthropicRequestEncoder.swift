// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Writes the body of `POST /v1/messages`.
///
/// Three places are marked for caching: the tools, the stable first part of the system prompt, and the end of the
/// conversation, which is the beginning of the next request of a tool loop.
struct AnthropicRequestEncoder: Sendable {
    /// The body for a streamed answer.
    func encode(_ request: ModelRequest) -> [UInt8] {
        var json = JSONWriter(capacity: 4096)
        json.beginObject()
        json.member("model", request.model)
        json.key("max_tokens")
        json.integer(Int64(max(1, request.maxTokens)))
        json.key("stream")
        json.bool(true)
        if let temperature = request.temperature {
            json.key("temperature")
            json.number(min(max(temperature, 0), 1))
        }
        if !request.tools.isEmpty { write(request.tools, &json) }
        write(system: request.system.filter { $0.contains { !$0.isWhitespace } }, &json)
        json.key("messages")
        json.beginArray()
        let turns = AnthropicRequestEncoder.turns(of: request.messages)
        for (number, turn) in turns.enumerated() { write(turn, isLast: number == turns.count - 1, &json) }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    // MARK: conversation

    /// A content block.
    enum Block: Equatable {
        case text(String)
        case toolUse(ModelToolCall)
        case toolResult(callID: String, content: String, isError: Bool)
    }

    /// Consecutive messages of one side: the API wants the sides to alternate.
    struct Turn: Equatable {
        var isUser: Bool
        var blocks: [Block]
    }

    static func turns(of messages: [ModelMessage]) -> [Turn] {
        var turns: [Turn] = []
        func add(_ blocks: [Block], isUser: Bool) {
            guard !blocks.isEmpty else { return }
            if turns.last?.isUser == isUser {
                turns[turns.count - 1].blocks += blocks
            } else {
                turns.append(Turn(isUser: isUser, blocks: blocks))
            }
        }
        for message in messages {
            switch message {
            case .user(let text): add([.text(isBlank(text) ? "(empty message)" : text)], isUser: true)
            case .assistant(let text, let calls):
                add((isBlank(text) ? [] : [.text(text)]) + calls.map { .toolUse($0) }, isUser: false)
            case .toolResult(let callID, _, let content, let isError):
                add([.toolResult(callID: callID, content: content, isError: isError)], isUser: true)
            }
        }
        if turns.first?.isUser == false {
            turns.insert(Turn(isUser: true, blocks: [.text("(the conversation goes on)")]), at: 0)
        }
        return turns
    }

    /// The API's alphabet for ids; ids of other providers may have more.
    static func id(_ id: String) -> String {
        String(
            String.UnicodeScalarView(
                id.unicodeScalars.map { scalar in
                    switch scalar {
                    case "a"..."z", "A"..."Z", "0"..."9", "_", "-": scalar
                    default: "_"
                    }
                }))
    }

    private static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

    // MARK: writing

    private func writeCacheMark(_ json: inout JSONWriter) {
        json.key("cache_control")
        json.value(["type": "ephemeral"])
    }

    private func write(_ tools: [ToolDefinition], _ json: inout JSONWriter) {
        json.key("tools")
        json.beginArray()
        for (number, tool) in tools.enumerated() {
            json.beginObject()
            json.member("name", tool.name)
            json.member("description", tool.description)
            json.key("input_schema")
            json.encoded(tool.parametersJSON)
            if number == tools.count - 1 { writeCacheMark(&json) }
            json.endObject()
        }
        json.endArray()
    }

    private func write(system: [String], _ json: inout JSONWriter) {
        guard !system.isEmpty else { return }
        json.key("system")
        json.beginArray()
        for (number, text) in system.enumerated() {
            json.beginObject()
            json.member("type", "text")
            json.member("text", text)
            if number == 0 { writeCacheMark(&json) }
            json.endObject()
        }
        json.endArray()
    }

    private func write(_ turn: Turn, isLast: Bool, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("role", turn.isUser ? "user" : "assistant")
        json.key("content")
        json.beginArray()
        for (number, block) in turn.blocks.enumerated() {
            json.beginObject()
            write(block, &json)
            if isLast, number == turn.blocks.count - 1 { writeCacheMark(&json) }
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    private func write(_ block: Block, _ json: inout JSONWriter) {
        switch block {
        case .text(let text):
            json.member("type", "text")
            json.member("text", text)
        case .toolUse(let call):
            json.member("type", "tool_use")
            json.member("id", AnthropicRequestEncoder.id(call.id))
            json.member("name", call.name)
            json.key("input")
            json.value(ToolArguments.object(call.arguments))
        case .toolResult(let callID, let content, let isError):
            json.member("type", "tool_result")
            json.member("tool_use_id", AnthropicRequestEncoder.id(callID))
            if !content.isEmpty { json.member("content", content) }
            if isError {
                json.key("is_error")
                json.bool(true)
            }
        }
    }
}
