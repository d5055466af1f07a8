// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Testing

@testable import GolemEngine

@Suite struct AnthropicCodecTests {
    private func decode(_ events: [String]) throws(ProviderError) -> (ModelResponse, [ModelDelta]) {
        var decoder = AnthropicAnswerDecoder()
        var deltas: [ModelDelta] = []
        for event in events {
            if try decoder.take(ReceivedServerSentEvent(data: event), emit: { deltas.append($0) }) { break }
        }
        return (try decoder.finish { deltas.append($0) }, deltas)
    }

    private let start =
        #"{"type":"message_start","message":{"usage":{"input_tokens":10,"cache_creation_input_tokens":20,"#
        + #""cache_read_input_tokens":300,"output_tokens":1}}}"#
    private let end = [
        #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}"#,
        #"{"type":"message_stop"}"#,
    ]

    private func textDelta(_ text: String) -> String {
        #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\#(text)"}}"#
    }

    @Test func `A whole request is written as committed`() throws {
        let body = AnthropicRequestEncoder().encode(ModelRequestSamples.full)
        let difference = try ModelRequestSamples.golden("anthropic", actual: body)
        #expect(difference == nil)
    }

    @Test func `The sides alternate and results come together`() {
        let turns = AnthropicRequestEncoder.turns(of: ModelRequestSamples.full.messages)
        #expect(turns.map(\.isUser) == [true, false, true, false, true, false, true])
        #expect(turns[2].blocks.count == 2)
        #expect(
            turns[4].blocks == [
                .toolResult(callID: "call_3", content: "invalid arguments", isError: true), .text("Never mind."),
            ])
    }

    @Test func `Nothing that the API refuses is sent`() throws {
        let turns = AnthropicRequestEncoder.turns(of: [
            .assistant(text: "hello", toolCalls: []), .assistant(text: " \n", toolCalls: []), .user(""),
        ])
        #expect(turns.map(\.isUser) == [true, false, true])
        #expect(turns[1].blocks == [.text("hello")])
        #expect(turns[2].blocks == [.text("(empty message)")])
        #expect(AnthropicRequestEncoder.id("functions.list:0é") == "functions_list_0_")
        let request = ModelRequestSamples.request([.user("x")], maxTokens: 0, temperature: 1.7)
        let body = try JSONValue(bytes: AnthropicRequestEncoder().encode(request))
        #expect(body["max_tokens"] == 1)
        #expect(body["temperature"]?.integerValue == 1)
        #expect(body["system"] == nil)
        #expect(body["tools"] == nil)
    }

    @Test func `Text and usage are read, cached tokens included`() throws {
        let (response, deltas) = try decode(
            [
                start, #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
                #"{"type":"ping"}"#, textDelta("Hel"), textDelta("lo"), #"{"type":"content_block_stop","index":0}"#,
                #"{"type":"something_new"}"#,
            ] + end)
        #expect(
            response
                == ModelResponse(text: "Hello", stopReason: "stop", usage: ModelUsage(input: 330, output: 7)))
        #expect(deltas == [.text("Hel"), .text("lo")])
    }

    @Test func `Tool calls are put together, also without arguments`() throws {
        let (response, _) = try decode(
            [
                start,
                #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t1","name":"f","input":{}}}"#,
                #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}}"#,
                #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"x\":"}}"#,
                #"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t2","name":"g","input":{}}}"#,
                #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"1}"}}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}"#,
                #"{"type":"message_stop"}"#,
            ])
        #expect(
            response.toolCalls == [
                ModelToolCall(id: "t1", name: "f", arguments: #"{"x":1}"#),
                ModelToolCall(id: "t2", name: "g", arguments: "{}"),
            ])
        #expect(response.stopReason == "tool_calls")
    }

    @Test func `Thinking is not part of the answer`() throws {
        let (response, deltas) = try decode(
            [
                start,
                #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hmm"}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"abc"}}"#,
                textDelta("Yes"),
            ] + end)
        #expect(response.text == "Yes")
        #expect(deltas == [.thinking("hmm"), .text("Yes")])
    }

    @Test(arguments: [
        ("overloaded_error", "overloaded", true), ("rate_limit_error", "rate_limited", true),
        ("api_error", "server_error", true), ("authentication_error", "unauthorized", false),
        ("invalid_request_error", "bad_request", false), ("not_found_error", "not_found", false),
    ])
    func `Errors within a stream keep their meaning`(kind: String, code: String, isRetryable: Bool) {
        let event = #"{"type":"error","error":{"type":"\#(kind)","message":"x"}}"#
        let error = #expect(throws: ProviderError.self) { try decode([start, event]) }
        #expect(error?.code == code)
        #expect(error?.isRetryable == isRetryable)
        let late = #expect(throws: ProviderError.self) { try decode([start, textDelta("a"), event]) }
        #expect(late?.hadFirstToken == true)
        #expect(late?.isRetryable == false)
    }

    @Test(arguments: [
        ("end_turn", "stop"), ("stop_sequence", "stop"), ("max_tokens", "length"), ("refusal", "content_filter"),
        ("pause_turn", "pause_turn"), ("model_context_window_exceeded", "length"),
    ])
    func `Stop reasons get one name for all providers`(theirs: String, ours: String) throws {
        let (response, _) = try decode([
            textDelta("x"), #"{"type":"message_delta","delta":{"stop_reason":"\#(theirs)"}}"#,
        ])
        #expect(response.stopReason == ours)
    }

    @Test func `A stream that ends in the middle is incomplete and an empty one an error`() {
        let begun = #expect(throws: ProviderError.self) { try decode([start, textDelta("x")]) }
        #expect(begun?.code == "incomplete")
        #expect(begun?.hadFirstToken == true)
        let empty = #expect(throws: ProviderError.self) { try decode([start] + end) }
        #expect(empty?.code == "empty_answer")
    }
}
