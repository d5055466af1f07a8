// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// One entry of `policy.rules`: what it is about, and what happens then.
///
/// `{"tool": "exec", "args": {"command": "~^(date|uptime|df -h)$"}, "channel": "slack", "sender": "U1",
/// "action": "allow", "reason": "reading is fine"}`. Everything but `action` may be missing and then fits all.
/// A rule that allows lists whole commands between `^` and `$`, of programs that do the same whatever lies in the workspace:
/// `git status` runs what the workspace's `.git/config` says.
package struct PolicyRule: Sendable, Equatable {
    /// What happens with a call that fits.
    package enum Action: String, Sendable, Equatable, CaseIterable {
        /// It runs.
        case allow
        /// A person is asked.
        case ask
        /// It is refused.
        case deny
    }

    /// Which arguments it is about.
    package enum Arguments: Sendable, Equatable {
        /// Any.
        case any
        /// A pattern for the compact JSON with sorted keys.
        case whole(TextPattern)
        /// Patterns for single arguments, all of which must fit.
        case each([Named])
    }

    /// A pattern for one argument.
    package struct Named: Sendable, Equatable {
        /// The argument's name.
        package var name: String
        /// The pattern for its text, or for its compact JSON when it is no text.
        package var pattern: TextPattern
    }

    /// The tools.
    package var tool = ToolPattern("*")
    /// The arguments.
    package var arguments = Arguments.any
    /// The channel; nil for all.
    package var channel: TextPattern?
    /// The sender; nil for all.
    package var sender: TextPattern?
    /// What happens.
    package var action: Action
    /// Why, for the model and for whoever is asked.
    package var reason = ""

    /// Whether a call fits.
    ///
    /// What is too long to be judged fits a rule that asks or denies, and does not fit one that allows.
    package func matches(_ call: PolicyCall) -> Bool {
        let inDoubt = action != .allow
        guard tool.matches(call, isLoose: inDoubt) else { return false }
        if let channel, !(channel.matches(call.channel) ?? inDoubt) { return false }
        if let sender, !(sender.matches(call.sender) ?? inDoubt) { return false }
        switch arguments {
        case .any: return true
        case .whole(let pattern): return pattern.matches(call.arguments.text) ?? inDoubt
        case .each(let patterns):
            return patterns.allSatisfy { named in
                Self.values(of: named.name, in: call.arguments, isLoose: inDoubt).contains {
                    named.pattern.matches($0.stringValue ?? $0.text) ?? inDoubt
                }
            }
        }
    }

    /// The arguments of that name; `isLoose` takes capitals and small letters for the same, since a tool may do so too.
    private static func values(of name: String, in arguments: JSONValue, isLoose: Bool) -> [JSONValue] {
        if !isLoose { return arguments[name].map { [$0] } ?? [] }
        let wanted = name.lowercased()
        return (arguments.objectValue ?? [:]).filter { $0.key.lowercased() == wanted }.map(\.value)
    }
}

extension PolicyRule {
    /// Something that is wrong in a list of rules.
    package struct Problem: Error, Sendable, Equatable {
        /// Where: `policy.rules[2].action`.
        package var path: String
        /// A sentence that begins with the place.
        package var message: String
    }

    /// Reads a list of rules; gives the good ones and all that is wrong, each with its place below `path`.
    package static func parse(_ value: JSONValue, at path: String) -> (rules: [PolicyRule], problems: [Problem]) {
        guard let entries = value.arrayValue else {
            return ([], [Problem(path: path, message: "\(path) must be a list of rules")])
        }
        var rules: [PolicyRule] = []
        var problems: [Problem] = []
        for (index, entry) in entries.enumerated() {
            var reader = Reader(path: "\(path)[\(index)]")
            if let rule = reader.rule(entry) { rules.append(rule) }
            problems += reader.problems
        }
        return (rules, problems)
    }

    /// Reads one rule and notes everything that is wrong with it.
    private struct Reader {
        let path: String
        var problems: [Problem] = []

        private static let names = ["tool", "args", "channel", "sender", "action", "reason"]

        init(path: String) { self.path = path }

        mutating func rule(_ entry: JSONValue) -> PolicyRule? {
            guard let members = entry.objectValue else {
                note("", "must be an object")
                return nil
            }
            for name in members.keys.sorted() where !Self.names.contains(name) {
                let hint = SpellingSuggestion.nearest(to: name, in: Self.names).map { "; did you mean \($0)?" } ?? ""
                note(".\(name)", "is no part of a rule\(hint)")
            }
            var rule = PolicyRule(action: .deny)
            if let word = members["action"]?.stringValue?.trimmed.lowercased(), let action = Action(rawValue: word) {
                rule.action = action
            } else {
                note(".action", "is \((members["action"] ?? .null).text); allowed: allow, ask or deny")
            }
            if let tool = text("tool", members) {
                if tool.trimmed.isEmpty {
                    note(".tool", "is empty; every tool is *")
                } else {
                    rule.tool = ToolPattern(tool)
                }
            }
            rule.channel = pattern("channel", members)
            rule.sender = pattern("sender", members)
            rule.reason = text("reason", members) ?? ""
            if let value = members["args"], value != .null { rule.arguments = arguments(value) }
            return problems.isEmpty ? rule : nil
        }

        private mutating func arguments(_ value: JSONValue) -> Arguments {
            if let text = value.stringValue { return pattern(text, ".args").map { Arguments.whole($0) } ?? .any }
            guard let members = value.objectValue else {
                note(".args", "must be a pattern, or an object of patterns by argument")
                return .any
            }
            return .each(
                members.sorted { $0.key < $1.key }.compactMap { (name, value) -> Named? in
                    guard let text = value.stringValue else {
                        note(".args.\(name)", "must be a text")
                        return nil
                    }
                    return pattern(text, ".args.\(name)").map { Named(name: name, pattern: $0) }
                })
        }

        private mutating func text(_ name: String, _ members: [String: JSONValue]) -> String? {
            guard let value = members[name], value != .null else { return nil }
            if let text = value.stringValue { return text }
            note(".\(name)", "must be a text")
            return nil
        }

        private mutating func pattern(_ name: String, _ members: [String: JSONValue]) -> TextPattern? {
            text(name, members).flatMap { pattern($0, ".\(name)") }
        }

        private mutating func pattern(_ text: String, _ place: String) -> TextPattern? {
            do {
                return try TextPattern(text)
            } catch {
                note(place, "is \(JSONValue.string(text).text): \(error.description)")
                return nil
            }
        }

        private mutating func note(_ place: String, _ message: String) {
            problems.append(Problem(path: path + place, message: "\(path)\(place) \(message)"))
        }
    }
}
