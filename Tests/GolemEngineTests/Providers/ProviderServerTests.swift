// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemTestSupport
import Testing

/// One test after the other: most of them share a server, and with it its script.
@Suite(.serialized) struct ProviderServerTests {
    private typealias Samples = ModelRequestSamples

    private static let shared = Task { try await ModelServer.start() }

    /// The server of the tests that need no options, as if it had just been started.
    private func plainServer() async throws -> ModelServer {
        let server = try await Self.shared.value
        _ = try await server.control(["reset": true])
        return server
    }

    @Test(arguments: [SelectedModel.API.chatCompletions, .messages])
    func `A streamed answer arrives in pieces with usage and time`(api: SelectedModel.API) async throws {
        let server = try await ModelServer.start("--tokens", "50", "--latency-ms", "20")
        let log = DeltaLog()
        let response = try await server.provider(api).respond(
            to: Samples.request([.user("hello")]), onDelta: log.append)
        let words = (1...50).map { "word\($0)" }.joined(separator: " ")
        #expect(response.text == words)
        #expect(log.text == words)
        #expect(log.all.count == 50)
        #expect(response.stopReason == "stop")
        #expect(response.usage.input > 0)
        #expect(response.usage.output == 50)
        #expect(try #require(response.firstTokenMicroseconds) >= 20_000)
    }

    @Test(arguments: [SelectedModel.API.chatCompletions, .messages])
    func `A tool turn goes there and back`(api: SelectedModel.API) async throws {
        let server = try await ModelServer.start("--key", "k-123")
        let provider = server.provider(api, apiKey: "k-123")
        var request = Samples.request(
            [.user("call read_file {\"path\":\"a\"}\ncall list_dir {\"path\":\"b\"}")],
            tools: [Samples.readFile, Samples.listDir])
        let first = try await provider.respond(to: request, onDelta: { _ in })
        #expect(first.toolCalls.map(\.name) == ["read_file", "list_dir"])
        #expect(first.toolCalls.map(\.arguments) == [#"{"path":"a"}"#, #"{"path":"b"}"#])
        #expect(first.stopReason == "tool_calls")
        request.turn.append(.assistant(text: first.text, toolCalls: first.toolCalls))
        for (call, content) in zip(first.toolCalls, ["contents of a", "b1 b2"]) {
            request.turn.append(.toolResult(callID: call.id, name: call.name, content: content, isError: false))
        }
        let second = try await provider.respond(to: request, onDelta: { _ in })
        #expect(second.text == "read_file: contents of a\nlist_dir: b1 b2")
    }

    @Test(arguments: [SelectedModel.API.chatCompletions, .messages])
    func `An answer in one piece is read too`(api: SelectedModel.API) async throws {
        let server = try await plainServer()
        let log = DeltaLog()
        let provider = server.provider(api)
        let response = try await provider.respond(
            to: Samples.request([.user("hello")], model: "fault-whole"), onDelta: log.append)
        #expect(response.text == "You said: hello")
        #expect(log.text == "You said: hello")
        #expect(response.usage.output == 3)
        let call = try await provider.respond(
            to: Samples.request([.user("call f {\"x\":1}")], model: "fault-whole"), onDelta: { _ in })
        #expect(call.toolCalls.map(\.name) == ["f"])
        #expect(try call.toolCalls.map { try JSONValue(reading: $0.arguments) } == [["x": 1]])
    }

    @Test(arguments: [
        (SelectedModel.API.chatCompletions, "fault-401", "unauthorized", false),
        (.chatCompletions, "fault-404", "not_found", false), (.chatCompletions, "fault-429", "rate_limited", true),
        (.chatCompletions, "fault-500", "server_error", true), (.chatCompletions, "fault-529", "overloaded", true),
        (.chatCompletions, "fault-400", "bad_request", false), (.chatCompletions, "fault-html", "bad_answer", true),
        (.chatCompletions, "fault-empty", "empty_answer", true), (.messages, "fault-401", "unauthorized", false),
        (.messages, "fault-429", "rate_limited", true), (.messages, "fault-529", "overloaded", true),
        (.messages, "fault-html", "bad_answer", true), (.messages, "fault-empty", "empty_answer", true),
    ])
    func `Faults get their code`(api: SelectedModel.API, model: String, code: String, isRetryable: Bool) async throws {
        let server = try await plainServer()
        let error = await server.provider(api).failure(Samples.request([.user("x")], model: model))
        #expect(error?.code == code)
        #expect(error?.isRetryable == isRetryable)
        #expect(error?.hadFirstToken == false)
        #expect(error?.retryAfter == (code == "rate_limited" ? .seconds(1) : nil))
    }

    @Test(arguments: [SelectedModel.API.chatCompletions, .messages])
    func `A break in the middle is incomplete and keeps what was told`(api: SelectedModel.API) async throws {
        let server = try await ModelServer.start("--tokens", "20")
        let log = DeltaLog()
        let error = await server.provider(api).failure(Samples.request([.user("x")], model: "fault-close"), log: log)
        #expect(error?.code == "incomplete")
        #expect(error?.hadFirstToken == true)
        #expect(error?.isRetryable == false)
        #expect(log.text.hasPrefix("word1 word2"))
    }

    @Test(arguments: [SelectedModel.API.chatCompletions, .messages])
    func `F30 a model that never answers runs into its deadline`(api: SelectedModel.API) async throws {
        let server = try await plainServer()
        let deadlines = ModelDeadlines(firstToken: .milliseconds(80), idle: .seconds(60), total: .seconds(60))
        let error = await server.provider(api).failure(
            Samples.request([.user("x")], model: "fault-silent", deadlines: deadlines))
        #expect(error?.code == "timeout_first_token")
        #expect(error?.isRetryable == true)
    }

    @Test func `Signs of life without a token do not move the first deadline`() async throws {
        let server = try await plainServer()
        try await server.script([
            "pieces": .array((0..<400).map { _ in ": still here\n\n" } + ["data: {}\n\n"]), "end": "stall",
        ])
        let deadlines = ModelDeadlines(firstToken: .milliseconds(80), idle: .seconds(60), total: .seconds(60))
        let error = await server.provider(.chatCompletions).failure(
            Samples.request([.user("x")], deadlines: deadlines))
        #expect(error?.code == "timeout_first_token")
    }

    @Test(arguments: [SelectedModel.API.chatCompletions, .messages])
    func `F30 a stream that stalls runs into its deadline`(api: SelectedModel.API) async throws {
        let server = try await ModelServer.start("--tokens", "20")
        let deadlines = ModelDeadlines(firstToken: .seconds(60), idle: .milliseconds(80), total: .seconds(60))
        let error = await server.provider(api).failure(
            Samples.request([.user("x")], model: "fault-stall", deadlines: deadlines))
        #expect(error?.code == "timeout_idle")
        #expect(error?.hadFirstToken == true)
    }

    @Test func `The total deadline ends a stream that never does`() async throws {
        let server = try await ModelServer.start("--tokens", "100000", "--token-ms", "5")
        let deadlines = ModelDeadlines(firstToken: .seconds(60), idle: .seconds(60), total: .milliseconds(200))
        let error = await server.provider(.chatCompletions).failure(
            Samples.request([.user("x")], deadlines: deadlines))
        #expect(error?.code == "timeout_total")
    }

    @Test func `A slow stream outlives the first deadline once it has begun`() async throws {
        let server = try await ModelServer.start("--tokens", "30", "--token-ms", "40")
        let deadlines = ModelDeadlines(firstToken: .seconds(1), idle: .seconds(30), total: .seconds(60))
        let response = try await server.provider(.chatCompletions).respond(
            to: Samples.request([.user("x")], deadlines: deadlines), onDelta: { _ in })
        #expect(response.usage.output == 30)
    }

    @Test(arguments: [SelectedModel.API.chatCompletions, .messages])
    func `Cancelling the task ends the call`(api: SelectedModel.API) async throws {
        let server = try await ModelServer.start()
        let task = Task { await server.provider(api).failure(Samples.request([.user("x")], model: "fault-silent")) }
        #expect(try await eventually { try await server.control()["running"] == 1 })
        task.cancel()
        #expect(await task.value?.code == "cancelled")
        #expect(await task.value?.isRetryable == false)
    }

    @Test(arguments: [SelectedModel.API.chatCompletions, .messages])
    func `One connection serves call after call`(api: SelectedModel.API) async throws {
        let server = try await ModelServer.start()
        let provider = server.provider(api)
        for number in 0..<10 {
            let response = try await provider.respond(
                to: Samples.request([.user("number \(number)")]), onDelta: { _ in })
            #expect(response.text == "You said: number \(number)")
        }
        #expect(try await server.control()["connections"] == 1)
    }

    @Test(arguments: [SelectedModel.API.chatCompletions, .messages])
    func `F16 a key that the API quotes does not reach the error`(api: SelectedModel.API) async throws {
        let server = try await ModelServer.start("--key", "right")
        let error = await server.provider(api, apiKey: "sk-secret-canary-1").failure(Samples.request([.user("x")]))
        #expect(error?.code == "unauthorized")
        #expect(error?.message.contains("canary") == false)
        #expect(error?.message.contains("wrong key [key]") == true)
    }

    @Test func `The end mark is optional, and what follows it is not waited for`() async throws {
        let server = try await plainServer()
        let answer = #"data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}"# + "\n\n"
        try await server.script(
            ["pieces": [.string(answer)]], ["pieces": [.string(answer)], "end": "close"],
            ["pieces": [.string(answer), "data: [DONE]\n\n"], "end": "stall"])
        for _ in 0..<3 {
            let response = try await server.provider(.chatCompletions).respond(
                to: Samples.request([.user("x")]), onDelta: { _ in })
            #expect(response.text == "hi")
        }
    }

    @Test func `An event stream under another content type is recognised`() async throws {
        let server = try await plainServer()
        let answer = #"data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}"# + "\n\n"
        for type in ["text/plain", "application/octet-stream"] {
            try await server.script(["headers": ["Content-Type": .string(type)], "pieces": ["\n", .string(answer)]])
            let response = try await server.provider(.chatCompletions).respond(
                to: Samples.request([.user("x")]), onDelta: { _ in })
            #expect(response.text == "hi")
        }
    }

    @Test(arguments: [
        (
            400,
            #"{"error":{"message":"This model's maximum context length is 8192 tokens","code":"context_length_exceeded"}}"#
        ),
        (
            400,
            #"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens"}}"#
        ),
        (413, "too large"),
    ])
    func `A conversation that is too long has its own code`(status: Int, body: String) async throws {
        let server = try await plainServer()
        try await server.script(["status": .integer(Int64(status)), "pieces": [.string(body)]])
        let error = await server.provider(.messages).failure(Samples.request([.user("x")]))
        #expect(error?.code == "context_too_long")
        #expect(error?.isRetryable == false)
    }

    @Test func `What an operator reads is one clean line`() async throws {
        let server = try await plainServer()
        try await server.script(
            ["status": 502, "pieces": ["<html><body>Bad gateway</body></html>"]],
            [
                "status": 500,
                "pieces": [.string("line one\n\u{1b}[31mline two " + String(repeating: "x", count: 5000))],
            ],
            ["status": 503, "pieces": []])
        var messages: [String] = []
        for _ in 0..<3 {
            let error = await server.provider(.chatCompletions).failure(Samples.request([.user("x")]))
            messages.append(error?.message ?? "")
        }
        #expect(messages[0] == "openai answered 502: an HTML page")
        #expect(messages[1].hasPrefix("openai answered 500: line one"))
        #expect(messages[1].count < 340)
        #expect(!messages[1].unicodeScalars.contains { $0.value < 0x20 })
        #expect(messages[2] == "openai answered 503: an empty body")
    }

    @Test func `A closed port is a connection error`() async {
        let provider = OpenAIProvider(name: "openai", baseURL: "http://127.0.0.1:1/v1", apiKey: nil, http: HTTPClient())
        let error = await provider.failure(Samples.request([.user("x")]))
        #expect(error?.code == "connect")
        #expect(error?.isRetryable == true)
    }
}
