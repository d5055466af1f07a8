// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEngine
import Synchronization

/// A provider that answers as the test says and notes what it was asked.
package final class StubProvider: Provider {
    /// Answers a request; `number` counts from 1.
    package typealias Answer =
        @Sendable (_ request: ModelRequest, _ number: Int) async throws(ProviderError) -> ModelResponse

    package let name: String
    private let answer: Answer
    private let asked = Mutex<[ModelRequest]>([])

    /// Makes a provider.
    package init(name: String = "stub", answer: @escaping Answer) {
        self.name = name
        self.answer = answer
    }

    /// All requests so far.
    package var requests: [ModelRequest] { asked.withLock { $0 } }

    package func respond(
        to request: ModelRequest, onDelta: @escaping @Sendable (ModelDelta) -> Void
    ) async throws(ProviderError) -> ModelResponse {
        let number = asked.withLock { asked in
            asked.append(request)
            return asked.count
        }
        let response = try await answer(request, number)
        if !response.text.isEmpty { onDelta(.text(response.text)) }
        return response
    }
}

extension ModelRequest {
    /// The newest text of the user.
    package var userText: String {
        for message in messages.reversed() {
            if case .user(let text) = message { return text }
        }
        return ""
    }

    /// Whether the turn has not called a tool yet.
    package var isFirstStep: Bool { if case .user = messages.last { true } else { false } }

    /// The contents of all tool results, oldest first.
    package var toolResults: [String] {
        messages.compactMap { message in
            if case .toolResult(_, _, let content, _) = message { content } else { nil }
        }
    }
}

extension ModelResponse {
    /// An answer that calls one tool.
    package static func call(_ name: String, _ arguments: String = "{}", id: String = "c1") -> ModelResponse {
        ModelResponse(text: "", toolCalls: [ModelToolCall(id: id, name: name, arguments: arguments)])
    }
}
