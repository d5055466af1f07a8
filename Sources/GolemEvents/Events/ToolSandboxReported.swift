// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// `tool.sandbox`: what the commands that a tool starts are kept from on this machine.
public struct ToolSandboxReported: EventPayload {
    /// The tool.
    public var tool: String
    /// The profile in force and its strength in a few words, or the profile that is asked for.
    public var summary: String
    /// Why the tool refuses to run commands; nil when it runs them.
    public var problem: String?

    /// Makes the payload.
    public init(tool: String, summary: String, problem: String? = nil) {
        self.tool = tool
        self.summary = summary
        self.problem = problem
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) {
        summary = transform(summary)
        problem = problem.map(transform)
    }
}
