// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Why an engine could not start, or ended.
public struct EngineError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable code, for example `workspace_busy`, `port_in_use`, `store_damaged`, `public_bind_without_token`.
    public let code: String
    /// A sentence for operators, with the next step.
    public let message: String

    /// Makes an error.
    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    public var description: String { message }
}
