// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// Says what a policy does with a call, and why.
package enum PolicyExplainer {
    /// The decision as an object: `tool`, `known`, `mode`, `decision`, `rule`, `because`, `sentence`.
    ///
    /// `names` finds the tool by any of its names. Throws when the arguments are no JSON object.
    package static func explain(
        _ tool: String, arguments: String, channel: String, sender: String, rules: PolicyRules, names: PolicyNames,
        now: Timestamp
    ) throws(JSONParseError) -> [String: JSONValue] {
        let value = try CallArguments(arguments).value
        let found = names.find(tool)
        var call = found.call
        call.arguments = value
        call.channel = channel
        call.sender = sender
        let explained = rules.explain(call, at: now)
        let word: String
        switch explained.decision {
        case .allow: word = "allow"
        case .ask: word = "ask"
        case .deny: word = "deny"
        }
        let unknown = found.isKnown == false ? "no such tool is known: \(tool); " : ""
        return [
            "tool": .string(call.tool), "known": found.isKnown.map { .bool($0) } ?? .null,
            "mode": .string(explained.mode), "decision": .string(word),
            "rule": explained.rule.map { .integer(Int64($0)) } ?? .null, "because": .string(explained.because),
            "sentence": .string("\(unknown)\(word): \(explained.because) (mode \(explained.mode))"),
        ]
    }
}

extension PolicyRule {
    /// The rule as it stands in a configuration.
    package var json: JSONValue {
        var members: [String: JSONValue] = [
            "tool": .string(tool.description), "action": .string(action.rawValue),
        ]
        switch arguments {
        case .any: break
        case .whole(let pattern): members["args"] = .string(pattern.description)
        case .each(let named):
            members["args"] = .object(
                Dictionary(named.map { ($0.name, .string($0.pattern.description)) }, uniquingKeysWith: { $1 }))
        }
        if let channel { members["channel"] = .string(channel.description) }
        if let sender { members["sender"] = .string(sender.description) }
        if !reason.isEmpty { members["reason"] = .string(reason) }
        return .object(members)
    }
}
