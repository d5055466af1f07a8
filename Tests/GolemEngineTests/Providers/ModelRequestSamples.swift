// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEngine
import GolemTestSupport

/// Conversations that the encoders' tests share.
enum ModelRequestSamples {
    static let readFile = ToolDefinition(
        name: "read_file", description: "Reads a file.",
        parameters: [
            "type": "object", "properties": ["path": ["type": "string"]], "required": ["path"],
        ])
    static let listDir = ToolDefinition(name: "list_dir", description: "Lists.", parameters: ["type": "object"])

    static func request(
        _ messages: [ModelMessage], model: String = "m", tools: [ToolDefinition] = [], maxTokens: Int = 1000,
        temperature: Double? = nil, deadlines: ModelDeadlines = ModelDeadlines()
    ) -> ModelRequest {
        ModelRequest(
            model: model, system: [], messages: messages, tools: tools, maxTokens: maxTokens,
            temperature: temperature, deadlines: deadlines, requestID: "req-1")
    }

    /// Everything that a request may hold: parallel calls, a failed one, broken and missing arguments, odd characters.
    static var full: ModelRequest {
        var request = request(
            [
                .user("What is in \"a\\b\"?\n你好 😀"),
                .assistant(
                    text: "Let me look.",
                    toolCalls: [
                        ModelToolCall(id: "call_1", name: "read_file", arguments: #"{"path":"a\\b"}"#),
                        ModelToolCall(id: "functions.list_dir:0", name: "list_dir", arguments: ""),
                    ]),
                .toolResult(callID: "call_1", name: "read_file", content: "no such file", isError: true),
                .toolResult(callID: "functions.list_dir:0", name: "list_dir", content: "", isError: false),
                .assistant(
                    text: "", toolCalls: [ModelToolCall(id: "call_3", name: "read_file", arguments: #"{"path": "#)]),
                .toolResult(callID: "call_3", name: "read_file", content: "invalid arguments", isError: true),
                .user("Never mind."),
                .assistant(text: "Fine.", toolCalls: []),
                .user("Thanks"),
            ], model: "model-1", tools: [readFile, listDir], maxTokens: 4096, temperature: 0.7)
        request.system = ["You are Golem.", "The time is 12:00."]
        return request
    }

    /// The committed request of that name; a missing one is written, and the test fails once.
    static func golden(_ name: String, actual: [UInt8]) throws -> String? {
        let path = PythonServer.packageRoot + "/Tests/Servers/requests/\(name).json"
        let text = try JSONValue(bytes: actual).prettyText + "\n"
        guard let data = FileManager.default.contents(atPath: path) else {
            try Data(text.utf8).write(to: URL(filePath: path))
            return "\(path) was missing and has been written: check it"
        }
        return String(decoding: data, as: UTF8.self) == text ? nil : "\(path) differs from:\n\(text)"
    }
}
