// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEngine
import Synchronization

/// A provider whose calls wait until the test lets them go; then they answer with what the user wrote.
package final class GatedProvider: Provider {
    private struct State {
        var waiting: [(user: String, latch: Latch)] = []
        var calls = 0
    }

    package let name = "gated"
    private let holds: @Sendable (String) -> Bool
    private let state = Mutex(State())

    /// Makes a provider that holds the calls for whose user text `holds` is true.
    package init(holds: @escaping @Sendable (String) -> Bool = { _ in true }) { self.holds = holds }

    /// How many calls began.
    package var callCount: Int { state.withLock { $0.calls } }

    /// The user texts of the calls that wait.
    package var waiting: [String] { state.withLock { $0.waiting.map(\.user) } }

    /// Waits until so many calls began; false when they do not in time.
    package func waitForCalls(_ count: Int) async -> Bool { await eventually { callCount >= count } }

    /// Lets the oldest waiting call of this user text go; nil stands for all.
    package func release(_ user: String? = nil) {
        let latches = state.withLock { state -> [Latch] in
            guard let user else {
                defer { state.waiting = [] }
                return state.waiting.map(\.latch)
            }
            guard let index = state.waiting.firstIndex(where: { $0.user == user }) else { return [] }
            return [state.waiting.remove(at: index).latch]
        }
        for latch in latches { latch.open() }
    }

    package func respond(
        to request: ModelRequest, onDelta: @escaping @Sendable (ModelDelta) -> Void
    ) async throws(ProviderError) -> ModelResponse {
        let user = request.userText
        let latch = Latch()
        let isHeld = holds(user)
        state.withLock { state in
            state.calls += 1
            if isHeld { state.waiting.append((user, latch)) }
        }
        if isHeld { await latch.wait() }
        guard !Task.isCancelled else {
            throw ProviderError(code: "cancelled", message: "the call was cancelled", isRetryable: false)
        }
        return ModelResponse(text: "re: \(user)", usage: ModelUsage(input: 10, output: 5))
    }
}
