// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization
import Testing

@testable import GolemEngine

@Suite struct OpenAICodecTests {
    private func encoded(_ request: ModelRequest, isOpenAI: Bool = false) throws -> JSONValue {
        try JSONValue(bytes: OpenAIRequestEncoder(isOpenAI: isOpenAI).encode(request))
    }

    /// The response and deltas for the data of a stream's events.
    private func decode(_ events: [String]) throws(ProviderError) -> (ModelResponse, [ModelDelta]) {
        let number = Mutex(0)
        var decoder = OpenAIAnswerDecoder(makeID: {
            number.withLock { number in
                number += 1
                return "made_\(number)"
            }
        })
        var deltas: [ModelDelta] = []
        for event in events {
            if try decoder.take(ReceivedServerSentEvent(data: event), emit: { deltas.append($0) }) { break }
        }
        return (try decoder.finish { deltas.append($0) }, deltas)
    }

    private func delta(_ delta: String, reason: String? = nil) -> String {
        let reason = reason.map { "\"\($0)\"" } ?? "null"
        return #"{"id":"x","choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(reason)}]}"#
    }

    @Test func `A whole request is written as committed`() throws {
        let body = OpenAIRequestEncoder(isOpenAI: false).encode(ModelRequestSamples.full)
        let difference = try ModelRequestSamples.golden("openai", actual: body)
        #expect(difference == nil)
    }

    @Test(arguments: ["o1", "o1-mini", "o3", "o3-mini-2025-01-31", "o4-mini", "gpt-5", "gpt-5-mini", "gpt-5.1"])
    func `Reasoning models of OpenAI get their own parameters`(model: String) throws {
        let request = ModelRequestSamples.request([.user("x")], model: model, temperature: 0.7)
        let own = try encoded(request, isOpenAI: true)
        #expect(own["max_completion_tokens"] == 1000)
        #expect(own["max_tokens"] == nil)
        #expect(own["temperature"] == nil)
        let others = try encoded(request)
        #expect(others["max_tokens"] == 1000)
        #expect(others["temperature"] == .number(0.7))
    }

    @Test(arguments: ["gpt-4o", "gpt-4.1", "gpt-5-chat-latest", "o1x", "openai-o1"])
    func `Other models of OpenAI get the usual parameters`(model: String) throws {
        let body = try encoded(ModelRequestSamples.request([.user("x")], model: model, temperature: 0), isOpenAI: true)
        #expect(body["max_tokens"] == 1000)
        #expect(body["max_completion_tokens"] == nil)
        #expect(body["temperature"]?.integerValue == 0)
    }

    @Test func `Text, usage and reason are read from a stream`() throws {
        let (response, deltas) = try decode([
            delta(#"{"role":"assistant","content":""}"#), delta(#"{"content":"Hel"}"#), delta(#"{"content":"lo"}"#),
            delta("{}", reason: "stop"),
            #"{"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":2,"total_tokens":13}}"#, "[DONE]",
        ])
        #expect(
            response
                == ModelResponse(
                    text: "Hello", stopReason: "stop", usage: ModelUsage(input: 11, output: 2)))
        #expect(deltas == [.text("Hel"), .text("lo")])
    }

    @Test(arguments: ["reasoning_content", "reasoning"])
    func `Thinking in its own field is not part of the answer`(field: String) throws {
        let (response, deltas) = try decode([
            delta(#"{"\#(field)":"hmm","content":null}"#), delta(#"{"content":"Yes"}"#, reason: "stop"),
        ])
        #expect(response.text == "Yes")
        #expect(deltas == [.thinking("hmm"), .text("Yes")])
    }

    @Test func `Thinking left in the text is not part of the answer`() throws {
        let (response, deltas) = try decode([
            delta(#"{"content":"<thi"}"#), delta(#"{"content":"nk>hmm</think>\n\nYes"}"#, reason: "stop"),
        ])
        #expect(response.text == "Yes")
        #expect(deltas == [.thinking("hmm"), .text("Yes")])
    }

    @Test func `Parallel calls are put together by their number`() throws {
        let (response, _) = try decode([
            delta(#"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}"#),
            delta(#"{"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"{\"y\""}}]}"#),
            delta(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":"}}]}"#),
            delta(
                #"{"tool_calls":[{"index":0,"function":{"arguments":"1}"}},{"index":1,"function":{"arguments":":2}"}}]}"#
            ), delta("{}", reason: "tool_calls"), "[DONE]",
        ])
        #expect(
            response.toolCalls == [
                ModelToolCall(id: "a", name: "f", arguments: #"{"x":1}"#),
                ModelToolCall(id: "b", name: "g", arguments: #"{"y":2}"#),
            ])
        #expect(response.stopReason == "tool_calls")
    }

    @Test func `Calls of servers that imitate the API are understood`() throws {
        let whole = ModelToolCall(id: "a", name: "f", arguments: #"{"x":1}"#)
        let second = ModelToolCall(id: "b", name: "g", arguments: "{}")
        let cases: [(String, [String], [ModelToolCall])] = [
            (
                "whole calls in one chunk, number 0 for all",
                [
                    #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}},"#
                        + #"{"index":0,"id":"b","function":{"name":"g","arguments":"{}"}}]}"#
                ], [whole, second]
            ),
            (
                "no number, no id",
                [
                    #"{"tool_calls":[{"function":{"name":"f","arguments":"{\"x\":1}"}}]}"#,
                    #"{"tool_calls":[{"function":{"name":"g","arguments":"{}"}}]}"#,
                ],
                [
                    ModelToolCall(id: "made_1", name: "f", arguments: #"{"x":1}"#),
                    ModelToolCall(id: "made_2", name: "g", arguments: "{}"),
                ]
            ),
            (
                "no number, pieces without id follow",
                [
                    #"{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"x\""}}]}"#,
                    #"{"tool_calls":[{"function":{"arguments":":1}"}}]}"#,
                ], [whole]
            ),
            (
                "id and name with every piece",
                [
                    #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}]}"#,
                    #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":":1}"}}]}"#,
                ], [whole]
            ),
            (
                "number 0 for all, empty ids",
                [
                    #"{"tool_calls":[{"index":0,"id":"","function":{"name":"f","arguments":"{\"x\":1}"}}]}"#,
                    #"{"tool_calls":[{"index":0,"id":"","function":{"name":"f","arguments":"{\"x\":1}"}}]}"#,
                ],
                [
                    ModelToolCall(id: "made_1", name: "f", arguments: #"{"x":1}"#),
                    ModelToolCall(id: "made_2", name: "f", arguments: #"{"x":1}"#),
                ]
            ),
            (
                "arguments as an object",
                [#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":{"x":1}}}]}"#], [whole]
            ),
            (
                "one id twice",
                [
                    #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}},"#
                        + #"{"index":1,"id":"a","function":{"name":"g","arguments":"{}"}}]}"#
                ], [whole, ModelToolCall(id: "made_1", name: "g", arguments: "{}")]
            ),
        ]
        for (what, deltas, calls) in cases {
            let (response, _) = try decode(deltas.map { delta($0) } + [delta("{}", reason: "stop")])
            #expect(response.toolCalls == calls, "\(what)")
            #expect(response.stopReason == "tool_calls", "\(what)")
        }
    }

    @Test func `Invalid arguments are handed on as they are`() throws {
        let (response, _) = try decode([
            delta(
                #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\": "}}]}"#,
                reason: "tool_calls")
        ])
        #expect(response.toolCalls.first?.arguments == #"{"x": "#)
    }

    @Test func `A stream without its end mark is complete once a reason was given`() throws {
        #expect(try decode([delta(#"{"content":"x"}"#, reason: "length")]).0.stopReason == "length")
    }

    @Test func `A stream that ends in the middle is incomplete`() {
        let begun = #expect(throws: ProviderError.self) { try decode([delta(#"{"content":"x"}"#)]) }
        #expect(begun?.code == "incomplete")
        #expect(begun?.hadFirstToken == true)
        #expect(begun?.isRetryable == false)
        let silent = #expect(throws: ProviderError.self) { try decode([]) }
        #expect(silent?.code == "incomplete")
        #expect(silent?.isRetryable == true)
    }

    @Test func `An empty answer is an error that says why`() {
        let empty = #expect(throws: ProviderError.self) { try decode([delta("{}", reason: "stop"), "[DONE]"]) }
        #expect(empty?.code == "empty_answer")
        #expect(empty?.isRetryable == true)
        let spent = #expect(throws: ProviderError.self) {
            try decode([delta(#"{"reasoning":"hmm"}"#), delta("{}", reason: "length")])
        }
        #expect(spent?.code == "empty_answer")
        #expect(spent?.isRetryable == false)
        #expect(spent?.message.contains("token limit") == true)
    }

    @Test func `Errors within a stream keep their meaning`() {
        let cases = [
            (#"{"error":{"message":"slow","code":429}}"#, "rate_limited", true),
            (#"{"error":{"message":"down","type":"server_error"}}"#, "server_error", true),
            (#"{"error":"boom"}"#, "server_error", true),
            (#"{"error":{"message":"no","code":"insufficient_quota"}}"#, "rate_limited", false),
            (#"[{"error":{"message":"x","code":400,"status":"INVALID_ARGUMENT"}}]"#, "bad_request", false),
            (#"{"choices":[{"error":{"message":"x","code":502},"delta":{}}]}"#, "server_error", true),
        ]
        for (event, code, isRetryable) in cases {
            let error = #expect(throws: ProviderError.self) { try decode([event]) }
            #expect(error?.code == code, "\(event)")
            #expect(error?.isRetryable == isRetryable, "\(event)")
        }
        let late = #expect(throws: ProviderError.self) { try decode([delta(#"{"content":"x"}"#), cases[0].0]) }
        #expect(late?.hadFirstToken == true)
        #expect(late?.isRetryable == false)
    }

    @Test func `Events that are no answer do no harm`() throws {
        let (response, _) = try decode([
            "", "  ", "{}", #"{"choices":[]}"#, #"{"choices":null,"usage":null,"error":null}"#,
            #"{"choices":[{"delta":null}]}"#, delta(#"{"content":null,"tool_calls":null}"#),
            delta(#"{"content":[{"type":"text","text":"a"},{"type":"image"}]}"#), delta("{}", reason: "stop"),
        ])
        #expect(response.text == "a")
        let error = #expect(throws: ProviderError.self) { try decode(["{broken"]) }
        #expect(error?.code == "bad_answer")
    }
}
