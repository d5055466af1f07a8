// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// Decides what may happen with a tool call.
///
/// - strict: the first of `rules` that fits decides; then the tools of `requireApproval` need an approval; the rest runs.
/// - relaxed: nobody is asked, and what a rule denies stays denied.
/// - off: everything runs.
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

    /// What decided, for people.
    package struct Explanation: Sendable, Equatable {
        /// The mode in force.
        package var mode: String
        /// The decision.
        package var decision: Decision
        /// Which rule: its place in the list from 0; nil when none did.
        package var rule: Int?
        /// A sentence that says what decided.
        package var because: String
    }

    /// The tools that need an approval when a mode returns to strict and the list is empty.
    package static let standardApprovals = ["exec"]

    /// The configured mode: `strict`, `relaxed` or `off`.
    package var mode: String
    /// Until when the mode `off` holds; afterwards it is strict again.
    ///
    /// Nil: for ever.
    package var offUntil: Timestamp?
    /// Tools that need an approval in strict mode, the exact names and the patterns, in their order.
    package var requireApproval: [ToolPattern]
    /// Rules in their order.
    package var rules: [PolicyRule]

    /// Makes rules; tool names are compared without case.
    package init(
        mode: String = "strict", offUntil: Timestamp? = nil,
        requireApproval: [String] = PolicyRules.standardApprovals, rules: [PolicyRule] = []
    ) {
        self.mode = mode
        self.offUntil = offUntil
        self.rules = rules
        var seen: Set<ToolPattern> = []
        self.requireApproval = requireApproval.map { ToolPattern($0) }.filter { seen.insert($0).inserted }
    }

    /// The mode in force at `now`.
    package func effectiveMode(at now: Timestamp) -> String {
        if mode == "off", let offUntil, now >= offUntil { return "strict" }
        return mode
    }

    /// The decision for a call.
    package func decide(_ call: PolicyCall, at now: Timestamp) -> Decision { judge(call, at: now).decision }

    /// The decision for a call and what led to it.
    package func explain(_ call: PolicyCall, at now: Timestamp) -> Explanation {
        let mode = effectiveMode(at: now)
        let verdict = judge(call, at: now)
        let because: String
        switch (mode, verdict.rule) {
        case ("off", _): because = "the mode off allows every call"
        case (_, let index?):
            let rule = rules[index]
            because =
                "rule \(index) (\(rule.tool) \(rule.action.rawValue))" + (rule.reason.isEmpty ? "" : ": \(rule.reason)")
        case ("relaxed", nil): because = "no rule denies it, and the mode relaxed asks nobody"
        case ("strict", nil):
            let pattern = requireApproval.first { $0.matches(call, isLoose: true) }
            because =
                pattern.map { "no rule fits, and policy.require_approval has \($0)" }
                ?? "no rule fits, and policy.require_approval does not name it"
        default: because = "the mode is unknown"
        }
        return Explanation(mode: mode, decision: verdict.decision, rule: verdict.rule, because: because)
    }

    private func judge(_ call: PolicyCall, at now: Timestamp) -> (decision: Decision, rule: Int?) {
        let mode = effectiveMode(at: now)
        switch mode {
        case "off": return (.allow, nil)
        case "strict", "relaxed": break
        default: return (.deny(reason: "unknown policy mode"), nil)
        }
        let isRelaxed = mode == "relaxed"
        for (index, rule) in rules.enumerated() where rule.matches(call) {
            switch rule.action {
            case .allow: return (.allow, index)
            case .deny:
                return (.deny(reason: rule.reason.isEmpty ? "a rule of the policy denies it" : rule.reason), index)
            case .ask:
                if isRelaxed { return (.allow, nil) }
                return (.ask(reason: rule.reason.isEmpty ? "a rule of the policy asks" : rule.reason), index)
            }
        }
        if isRelaxed || !needsApproval(call) { return (.allow, nil) }
        return (.ask(reason: "policy mode strict requires approval"), nil)
    }

    private func needsApproval(_ call: PolicyCall) -> Bool {
        requireApproval.contains { $0.matches(call, isLoose: true) }
    }

    private func needsApproval(_ tool: String) -> Bool {
        let name = tool.lowercased()
        return requireApproval.contains(name)
            || requireApproval.contains { $0.hasSuffix("*") && name.hasPrefix($0.dropLast()) }
    }
}
