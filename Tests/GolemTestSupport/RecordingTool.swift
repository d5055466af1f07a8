// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEngine
import Synchronization

/// A tool that notes its calls and answers as the test says.
package final class RecordingTool: Tool {
    package let definition: ToolDefinition
    package let hasSideEffects: Bool
    private let answer: @Sendable (JSONValue) async -> ToolResult
    private let recorded = Mutex<[JSONValue]>([])

    /// Makes a tool; `answer` gives each call's result.
    package init(
        _ name: String, hasSideEffects: Bool = false,
        answer: @escaping @Sendable (JSONValue) async -> ToolResult = { _ in .ok("done") }
    ) {
        definition = ToolDefinition(name: name, description: "A tool of a test.", parameters: ["type": "object"])
        self.hasSideEffects = hasSideEffects
        self.answer = answer
    }

    /// The arguments of all calls so far.
    package var calls: [JSONValue] { recorded.withLock { $0 } }

    package func call(_ arguments: JSONValue, context: ToolContext) async -> ToolResult {
        recorded.withLock { $0.append(arguments) }
        return await answer(arguments)
    }
}
