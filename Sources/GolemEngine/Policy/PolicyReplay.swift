// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// What other rules would have done with the calls of the past.
package struct PolicyReplay: Sendable, Equatable {
    /// A call that was made.
    package struct Call: Sendable {
        /// When.
        package var time: Timestamp
        /// Its request.
        package var requestID: String
        /// What policy sees of it.
        package var call: PolicyCall
        /// Whether a person was asked at the time.
        package var wasAsked: Bool
    }

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
    /// Calls for which something would be different.
    package private(set) var examples: [Example] = []

    /// Replays calls.
    package init(_ calls: [Call], unjudged: Int, rules: PolicyRules) {
        self.unjudged = unjudged
        for past in calls {
            self.calls += 1
            let explained = rules.explain(past.call, at: past.time)
            switch explained.decision {
            case .allow:
                allowed += 1
                if past.wasAsked {
                    noLongerAsked += 1
                    note("allow", past, explained.because)
                }
            case .ask:
                asked += 1
                if !past.wasAsked {
                    newlyAsked += 1
                    note("ask", past, explained.because)
                }
            case .deny:
                denied += 1
                note("deny", past, explained.because)
            }
        }
    }

    private mutating func note(_ decision: String, _ past: Call, _ because: String) {
        guard examples.count(where: { $0.decision == decision }) < Self.exampleLimit else { return }
        examples.append(
            Example(
                decision: decision,
                text: "\(past.time.rfc3339) \(past.call.channel) \(past.call.tool) "
                    + "\(past.call.arguments.text.prefix(120)) (\(because))"))
    }
}

extension PolicyReplay {
    /// Reads the calls since a time from the events of a store; blocks on the disk, beside a running engine too.
    package static func read(
        database: String, since: Timestamp
    ) throws(StoreError) -> (calls: [Call], unjudged: Int) {
        do {
            let connection = try SQLiteConnection(path: database, readOnly: true)
            var senders: [String: (channel: String, sender: String)] = [:]
            try connection.query(
                "SELECT request_id, channel, sender FROM inbox WHERE received_at >= ?",
                [.integer(since.microseconds - 86_400_000_000)]
            ) { senders[$0.text(0)] = ($0.text(1), $0.text(2)) }
            var calls: [Call] = []
            var unjudged = 0
            var asked: Set<String> = []
            try connection.query(
                """
                SELECT body FROM events WHERE time >= ?
                AND (body LIKE '%"kind":"tool.started"%' OR body LIKE '%"kind":"approval.requested"%') ORDER BY id
                """, [.integer(since.microseconds)]
            ) { row in
                guard let event = jsonValue(Event.self, row.text(0)) else { return }
                let request = event.requestID ?? ""
                let (id, tool, text, isQuestion): (String, String, String, Bool)
                switch event.kind {
                case .approvalRequested(let question):
                    (id, tool, text, isQuestion) = (question.callID, question.tool, question.arguments, true)
                    asked.insert("\(request) \(id)")
                case .toolStarted(let started):
                    (id, tool, text, isQuestion) = (started.callID, started.tool, started.arguments, false)
                    // It was counted when it was asked for, with its whole arguments.
                    if asked.contains("\(request) \(id)") { return }
                default: return
                }
                guard let arguments = try? JSONValue(parsing: text.isEmpty ? "{}" : text), arguments.objectValue != nil
                else {
                    unjudged += 1
                    return
                }
                let origin = senders[request]
                let channel = origin?.channel ?? event.session?.split(separator: ":").first.map(String.init) ?? ""
                calls.append(
                    Call(
                        time: event.time, requestID: request,
                        call: PolicyCall(
                            tool: tool, arguments: arguments, channel: channel, sender: origin?.sender ?? ""),
                        wasAsked: isQuestion))
            }
            return (calls, unjudged)
        } catch {
            throw StoreError(error, path: database)
        }
    }

    /// Reads the rules that somebody wants to try: a list of rules, or an object with `mode`, `require_approval` and
    /// `rules`; what is missing is taken from `current`.
    package static func rules(
        _ text: String, current: GolemConfig.Policy
    ) throws(PolicyRule.Problem) -> PolicyRules {
        let value: JSONValue
        do { value = try JSONValue(parsing: text) } catch {
            throw PolicyRule.Problem(path: "", message: "the rules are not valid JSON: \(error.message)")
        }
        let written = value.arrayValue == nil ? value["rules"] ?? .array([]) : value
        let (rules, problems) = PolicyRule.parse(written, at: value.arrayValue == nil ? "rules" : "")
        if let problem = problems.first { throw problem }
        guard value.arrayValue != nil || value.objectValue != nil else {
            throw PolicyRule.Problem(path: "", message: "the rules must be a list, or an object with a list \"rules\"")
        }
        let mode = value["mode"]?.stringValue ?? (current.mode == "off" ? "strict" : current.mode)
        guard ["strict", "relaxed", "off"].contains(mode) else {
            throw PolicyRule.Problem(path: "mode", message: "mode is \(mode); allowed: strict, relaxed or off")
        }
        let list = value["require_approval"]?.arrayValue?.compactMap(\.stringValue) ?? current.requireApproval
        return PolicyRules(mode: mode, requireApproval: list, rules: rules)
    }
}
