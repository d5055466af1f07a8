// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// A provider that answers from a scenario: for the demo, tests and benchmarks.
///
/// It never leaves the process.
package struct ScriptedProvider: Provider {
    private let scenario: Scenario
    private let time: any TimeSource

    /// Makes a provider.
    package init(scenario: Scenario, time: any TimeSource) {
        self.scenario = scenario
        self.time = time
    }

    package var name: String { "scripted" }

    package func respond(
        to request: ModelRequest, onDelta: @escaping @Sendable (ModelDelta) -> Void
    ) async throws(ProviderError) -> ModelResponse {
        guard let (reply, user, toolResult) = scenario.reply(to: request.messages) else {
            throw ProviderError(
                code: "bad_request", message: "no reply of the scenario matches", isRetryable: false)
        }
        let began = time.monotonicMicroseconds()
        try await pause(reply.delayMs)
        let first = time.monotonicMicroseconds() - began
        if let thinking = reply.thinking { try await stream(thinking, reply) { onDelta(.thinking($0)) } }
        let text = (reply.text ?? "").replacing("{user}", with: user).replacing("{tool_result}", with: toolResult)
        try await stream(text, reply) { onDelta(.text($0)) }
        if let failure = reply.error {
            throw ProviderError(
                code: failure.code, message: failure.message, isRetryable: failure.retryable ?? false,
                hadFirstToken: !text.isEmpty)
        }
        let calls = (reply.toolCalls ?? []).enumerated().map { index, call in
            ModelToolCall(
                id: "call_\(request.messages.count)_\(index)", name: call.name, arguments: call.arguments.text)
        }
        let input = request.messages.reduce(0) { $0 + TokenEstimate.tokens(in: $1) }
        return ModelResponse(
            text: text, toolCalls: calls, stopReason: calls.isEmpty ? "stop" : "tool_calls",
            usage: ModelUsage(input: input, output: TokenEstimate.tokens(in: text)), firstTokenMicroseconds: first)
    }

    private func stream(
        _ text: String, _ reply: Scenario.Reply, _ emit: (String) -> Void
    ) async throws(ProviderError) {
        var rest = text[...]
        while !rest.isEmpty {
            let piece = rest.prefix(reply.pieceCharacters ?? rest.count)
            emit(String(piece))
            rest = rest.dropFirst(piece.count)
            if !rest.isEmpty { try await pause(reply.pieceMs) }
        }
    }

    private func pause(_ milliseconds: Int?) async throws(ProviderError) {
        do {
            if let milliseconds, milliseconds > 0 { try await time.sleep(for: .milliseconds(milliseconds)) }
            try Task.checkCancellation()
        } catch {
            throw ProviderError(code: "cancelled", message: "the call was cancelled", isRetryable: false)
        }
    }
}
