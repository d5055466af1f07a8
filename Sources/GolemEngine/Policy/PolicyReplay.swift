// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// What other rules would have done with the calls of the past.
package struct PolicyReplay: Sendable, Equatable {
    /// A call for which something would have been different.
    package struct Example: Sendable, Equatable {
        /// `ask`, `deny` or `allow`: what would have happened.
        package var decision: String
        /// The call, in one line.
        package var text: String
    }

    /// How many examples of each kind are kept.
    package static let exampleLimit = 5

    /// Calls that were looked at.
    package private(set) var calls = 0
    /// Calls of which the store does not have the whole arguments.
    package private(set) var unjudged = 0
    /// How many would run.
    package private(set) var allowed = 0
    /// How many would wait for a person.
    package private(set) var asked = 0
    /// How many would be refused.
    package private(set) var denied = 0
    /// How many ran unasked and would wait for a person.
    package private(set) var newlyAsked = 0
    /// How many were asked for and would run at once.
    package private(set) var noLongerAsked = 0
    /// How many policy refused at the time.
    package private(set) var wereDenied = 0
    /// How many policy refused and would run at once.
    package private(set) var noLongerDenied = 0
    /// Calls for which something would be different.
    package private(set) var examples: [Example] = []

    /// Replays calls; `names` finds the tools that were called.
    package init(_ calls: [PastCall], rules: PolicyRules, names: PolicyNames) {
        for past in calls {
            guard let arguments = past.arguments else {
                unjudged += 1
                continue
            }
            self.calls += 1
            if past.wasDenied { wereDenied += 1 }
            var call = names.find(past.tool).call
            call.tool = past.tool
            call.arguments = arguments
            call.channel = past.channel
            call.sender = past.sender
            let explained = rules.explain(call, at: past.time)
            switch explained.decision {
            case .allow:
                allowed += 1
                if past.wasAsked { noLongerAsked += 1 }
                if past.wasDenied { noLongerDenied += 1 }
                if past.wasAsked || past.wasDenied { note("allow", past, call, explained.because) }
            case .ask:
                asked += 1
                if !past.wasAsked, !past.wasDenied { newlyAsked += 1 }
                if !past.wasAsked { note("ask", past, call, explained.because) }
            case .deny:
                denied += 1
                if !past.wasDenied { note("deny", past, call, explained.because) }
            }
        }
    }

    private mutating func note(_ decision: String, _ past: PastCall, _ call: PolicyCall, _ because: String) {
        guard examples.count(where: { $0.decision == decision }) < Self.exampleLimit else { return }
        examples.append(
            Example(
                decision: decision,
                text: "\(past.time.rfc3339) \(past.channel) \(call.aliases.first ?? call.tool) "
                    + "\(call.arguments.text.prefix(120)) (\(because))"))
    }
}

extension PolicyReplay {
    /// Reads the rules that somebody wants to try: a list of rules, or an object with `mode`, `require_approval` and
    /// `rules`, also as the member `policy` of a configuration; what is missing is taken from `current`.
    package static func rules(
        _ text: String, current: GolemConfig.Policy
    ) throws(PolicyRule.Problem) -> PolicyRules {
        var value: JSONValue
        do { value = try JSONValue(withoutDuplicates: text) } catch {
            throw PolicyRule.Problem(path: "", message: "the rules are not valid JSON: \(error.message)")
        }
        if let policy = value["policy"] { value = try unwrapped(value, policy) }
        guard value.arrayValue != nil || value.objectValue != nil else {
            throw PolicyRule.Problem(path: "", message: "the rules must be a list, or an object with a list \"rules\"")
        }
        let known = ["mode", "require_approval", "rules", "approvers", "off_ttl", "allow_persistent_off"]
        for name in (value.objectValue ?? [:]).keys.sorted() where !known.contains(name) {
            let hint = SpellingSuggestion.nearest(to: name, in: known).map { "; did you mean \($0)?" } ?? ""
            throw PolicyRule.Problem(path: name, message: "\(name) is no part of a policy\(hint)")
        }
        let written = value.arrayValue == nil ? value["rules"] ?? .array([]) : value
        let (rules, problems) = PolicyRule.parse(written, at: "rules")
        if let problem = problems.first { throw problem }
        var mode = current.mode == "off" ? "strict" : current.mode
        if let given = value["mode"] {
            guard let word = given.stringValue, ["strict", "relaxed", "off"].contains(word) else {
                throw PolicyRule.Problem(
                    path: "mode", message: "mode is \(given.text); allowed: strict, relaxed or off")
            }
            mode = word
        }
        var list = current.requireApproval
        if let given = value["require_approval"] {
            let names = given.arrayValue?.compactMap(\.stringValue) ?? []
            guard let all = given.arrayValue, names.count == all.count else {
                throw PolicyRule.Problem(
                    path: "require_approval", message: "require_approval must be a list of tool names")
            }
            list = names
        }
        return PolicyRules(mode: mode, requireApproval: list, rules: rules)
    }

    /// The policy of a configuration, in which nothing else may stand: it would not be tried.
    private static func unwrapped(
        _ value: JSONValue, _ policy: JSONValue
    ) throws(PolicyRule.Problem) -> JSONValue {
        if let other = (value.objectValue ?? [:]).keys.sorted().first(where: { $0 != "policy" }) {
            throw PolicyRule.Problem(path: other, message: "\(other) is no part of a policy")
        }
        guard policy.objectValue != nil else {
            throw PolicyRule.Problem(path: "policy", message: "policy must be an object")
        }
        return policy
    }
}
