// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Whose call a server works for: a question that it asks meanwhile belongs there.
package struct MCPCaller: Sendable {
    /// The caller whose request the current task makes.
    ///
    /// Servers without handshake ask in the answer to a request, which its own task reads.
    @TaskLocal static var current: MCPCaller?

    /// The tool, by the model's name.
    package var tool: String
    /// The tool, by the name that policy and audit have for it.
    package var policyName: String
    /// Where the call comes from.
    package var context: ToolContext
    /// Opened when the call has ended: then nobody needs an answer any more.
    package let ended = Latch()

    /// Makes a caller.
    package init(tool: String, policyName: String, context: ToolContext) {
        self.tool = tool
        self.policyName = policyName
        self.context = context
    }
}
