// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// A tool of the demo that takes a while and sometimes fails.
struct DemoTool: Tool {
    let definition: ToolDefinition
    let hasSideEffects = false
    /// How long a call takes, in milliseconds.
    let milliseconds: ClosedRange<Int>
    /// How many of a hundred calls fail.
    let failures: Int
    let answer: String
    let time: any TimeSource

    init(
        _ name: String, _ description: String, milliseconds: ClosedRange<Int>, failures: Int = 0, answer: String,
        time: any TimeSource
    ) {
        definition = ToolDefinition(
            name: name, description: description,
            parameters: ["type": "object", "properties": ["query": ["type": "string"]]])
        self.milliseconds = milliseconds
        self.failures = failures
        self.answer = answer
        self.time = time
    }

    func call(_ arguments: JSONValue, context: ToolContext) async -> ToolResult {
        do { try await time.sleep(for: .milliseconds(Int.random(in: milliseconds))) } catch {
            return ToolResult(outcome: .cancelled, content: "cancelled")
        }
        if Int.random(in: 0..<100) < failures { return .error("HTTP 503 from the index: service unavailable") }
        return .ok(answer, isUntrusted: true)
    }
}
