// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEngine
import Synchronization

/// A tool that hears neither its deadline nor its cancellation; only the test ends its calls.
package final class DeafTool: Tool {
    private struct State {
        var calls = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    package let definition: ToolDefinition
    package let hasSideEffects = false
    private let state = Mutex(State())

    /// Makes a tool.
    package init(_ name: String) {
        definition = ToolDefinition(name: name, description: "A tool of a test.", parameters: ["type": "object"])
    }

    deinit { release() }

    /// How many calls began.
    package var calls: Int { state.withLock { $0.calls } }

    /// Ends the calls that wait.
    package func release() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    package func call(_ arguments: JSONValue, context: ToolContext) async -> ToolResult {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                state.calls += 1
                state.waiting.append(continuation)
            }
        }
        return .ok("at last")
    }
}
