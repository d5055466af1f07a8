// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The lines above the lists of the Policy view: mode, stop, warnings, last change, the last hour, grants.
enum PolicyHead {
    /// The lines for a body of so many rows; the least important ones go first.
    static func lines(_ state: ConsoleState, rows: Int, width: Int) -> [TextLine] {
        guard let engine = state.shownEngine else { return [TextLine(" MODE unknown", .dim)] }
        let now = state.shownTime
        var lines = [mode(engine, now: now, zone: state.zone)]
        if let stop = engine.policy.emergencyStop {
            let text =
                " ! ALL TOOLS STOPPED by \(stop.by) \(Format.age(now.since(stop.at))) ago"
                + (stop.reason.isEmpty ? "" : ": \(stop.reason)") + "; D releases"
            lines.append(TextLine(text, .crit))
        }
        // That the mode is off stands in the first line.
        let warnings = engine.policyWarnings.filter { $0.key != "policy_off" }
        for warning in warnings.sorted(by: { $0.key < $1.key }).prefix(2) {
            lines.append(TextLine(" ! WARNING \(warning.value)", .warn))
        }
        guard rows >= 16 else { return lines }
        if let change = engine.policy.current {
            let what = change.previous == change.mode ? "set to \(change.mode)" : "\(change.previous) -> \(change.mode)"
            lines.append(
                TextLine(
                    "   last change \(state.zone.clock(change.at)) \(what) by \(change.by) via \(change.via)", .normal))
        }
        let counts = PolicyCounts.Kind.allCases.map { kind in
            "\(kind == .ask ? "ask" : kind.rawValue) \(engine.policy.counts.lastHour(kind, now: now))"
        }
        lines.append(TextLine(spans: [(" 1 HOUR  ", .title), (counts.joined(separator: "   "), .normal)]))
        if let sandbox = engine.sandbox {
            let text =
                sandbox.problem.map { "\(sandbox.tool) REFUSES TO RUN: \($0)" } ?? "\(sandbox.tool) \(sandbox.summary)"
            let role: StyleRole = sandbox.problem != nil || sandbox.summary.hasPrefix("none") ? .warn : .normal
            lines.append(TextLine(spans: [(" SANDBOX ", .title), (text, role)]))
        }
        let grants = engine.policy.activeGrants(at: now)
        if !grants.isEmpty {
            let texts = grants.map { grant in
                "\(grant.id) \(grant.tool) \(grant.session) "
                    + (grant.until.map { "\(Format.span($0.since(now))) left" } ?? "until restart")
            }
            lines.append(
                TextLine(spans: [(" GRANTS  ", .title), (texts.joined(separator: "; "), .ask)]))
        }
        return lines
    }

    private static func mode(_ engine: EngineState, now: Timestamp, zone: DisplayZone) -> TextLine {
        let mode = engine.engine?.policyMode ?? "unknown"
        let isOff = mode == "off"
        var spans: [(String, StyleRole)] = [(" MODE ", .title), (mode, isOff ? .crit : .normal)]
        if isOff, let current = engine.policy.current {
            let end = current.offUntil.map { " until \(zone.clock($0)), \(Format.span($0.since(now))) left" }
            spans.append((end ?? " WITHOUT AN END", .crit))
        }
        spans.append(
            (
                "   \(engine.approvals.count + engine.questions.count) pending",
                engine.approvals.isEmpty && engine.questions.isEmpty ? .normal : .ask
            ))
        if let current = engine.policy.current, !isOff {
            let list = current.requireApproval.joined(separator: ", ")
            let isStrict = mode == "strict"
            spans.append(
                isStrict
                    ? ("   needs approval: \(list.isEmpty ? "nothing" : list)", list.isEmpty ? .warn : .normal)
                    : ("   nobody is asked; what a rule denies stays denied", .warn))
            if current.ruleCount > 0 { spans.append(("   \(Format.plural(current.ruleCount, "rule"))", .normal)) }
        } else {
            spans.append(("   \(engine.decidedApprovals.elements.count) decided lately", .normal))
        }
        return TextLine(spans: spans)
    }
}
