// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// Decides what may happen with a tool call: in strict mode the listed tools need an approval.
package struct PolicyRules: Sendable, Equatable {
    /// What is to happen with a call.
    package enum Decision: Sendable, Equatable {
        /// It runs.
        case allow
        /// A person is asked first.
        case ask(reason: String)
        /// It is refused.
        case deny(reason: String)
    }

    /// The configured mode: `strict`, `relaxed` or `off`.
    package var mode: String
    /// Until when the mode `off` holds; afterwards it is strict again.
    ///
    /// Nil: for ever.
    package var offUntil: Timestamp?
    /// Tools that need an approval in strict mode.
    package var requireApproval: Set<String>

    /// Makes rules; tool names are compared without case, and one that ends with `*` stands for all that begin so.
    package init(mode: String = "strict", offUntil: Timestamp? = nil, requireApproval: [String] = ["exec"]) {
        self.mode = mode
        self.offUntil = offUntil
        self.requireApproval = Set(requireApproval.map { $0.lowercased() })
    }

    /// The mode in force at `now`.
    package func effectiveMode(at now: Timestamp) -> String {
        if mode == "off", let offUntil, now >= offUntil { return "strict" }
        return mode
    }

    /// The decision for a call of `tool`, which may be listed under other names too.
    package func decide(tool: String, aliases: [String] = [], at now: Timestamp) -> Decision {
        switch effectiveMode(at: now) {
        case "relaxed", "off": .allow
        case "strict":
            needsApproval(tool) || aliases.contains(where: needsApproval)
                ? .ask(reason: "policy mode strict requires approval") : .allow
        default: .deny(reason: "unknown policy mode")
        }
    }

    private func needsApproval(_ tool: String) -> Bool {
        let name = tool.lowercased()
        return requireApproval.contains(name)
            || requireApproval.contains { $0.hasSuffix("*") && name.hasPrefix($0.dropLast()) }
    }
}
