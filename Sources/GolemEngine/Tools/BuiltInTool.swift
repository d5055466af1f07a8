// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// A tool whose work is a function; the families of built-in tools are lists of these.
struct BuiltInTool: Tool {
    let definition: ToolDefinition
    let hasSideEffects: Bool
    private let body: @Sendable (ToolCallArguments, ToolContext) async throws -> ToolResult

    init(
        _ name: String, _ description: String, _ parameters: [ToolSchema.Parameter] = [], hasSideEffects: Bool,
        _ body: @escaping @Sendable (ToolCallArguments, ToolContext) async throws -> ToolResult
    ) {
        definition = ToolDefinition(
            name: name, description: description, parameters: ToolSchema.object(parameters))
        self.hasSideEffects = hasSideEffects
        self.body = body
    }

    /// Errors become results that the model sees.
    func call(_ arguments: JSONValue, context: ToolContext) async -> ToolResult {
        do {
            return try await body(ToolCallArguments(arguments), context)
        } catch let error as ToolArgumentError {
            return .error(error.message)
        } catch is CancellationError {
            return ToolResult(outcome: .cancelled, content: "the call was cancelled")
        } catch {
            return .error("\(error)")
        }
    }
}
