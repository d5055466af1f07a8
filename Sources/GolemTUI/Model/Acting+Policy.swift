// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Acting {
    /// The question before the policy mode is changed; the mode off is typed out.
    static func modeBox(_ state: ConsoleState, mode: String, ttl: Int?, isKept: Bool) -> ConfirmBox {
        let current = state.engine?.policy.current?.mode ?? state.engine?.engine?.policyMode ?? "unknown"
        let action = Command.Action.setPolicyMode(mode: mode, ttlSeconds: ttl, isKept: isKept)
        let kept = Command.Action.setPolicyMode(mode: mode, ttlSeconds: ttl, isKept: true)
        let span = ttl.map { PolicyWords.text($0) } ?? ""
        let effect: String
        switch mode {
        case "off": effect = "every tool runs without being asked, in all chats, from the next call on, for \(span)"
        case "relaxed": effect = "nobody is asked any more; what a rule denies stays denied"
        default:
            let list = state.engine?.policy.current?.requireApproval.joined(separator: ", ") ?? ""
            effect = "rules hold and these tools need an approval: \(list.isEmpty ? "none" : list)"
        }
        let running = state.engine.map { "\($0.runningTurns) turns run" } ?? "unknown"
        let lines = [
            ConfirmBox.Line("effect", effect), ConfirmBox.Line("in use", "\(running); now \(current)"),
            ConfirmBox.Line(
                "undo", mode == "off" ? ":policy strict" : ":policy \(current == "off" ? "off 15m" : current)"),
            ConfirmBox.Line("lasts", lasts(mode, span, isKept)),
        ]
        var buttons = [ConfirmBox.Button("y", "Set \(mode)", mode == "off" ? .typed(action) : .send(action))]
        if !isKept, mode != "off" { buttons.append(.init("p", "Set + keep", .send(kept))) }
        var box = box("Set the policy mode \(mode)?", lines, buttons, state)
        if mode == "off" { box.requiredWord = mode }
        return box
    }

    private static func lasts(_ mode: String, _ span: String, _ isKept: Bool) -> String {
        let time =
            mode == "off" ? "\(span), also over a restart, then strict" : "until it is changed, also over a restart"
        if isKept { return "\(time); written to the configuration" }
        return "\(time); " + (mode == "off" ? "--keep writes" : "p writes") + " it to the configuration too"
    }

    /// The question before all tools are stopped or may run again.
    static func stopToolsBox(_ state: ConsoleState) -> ConfirmBox {
        stopToolsBox(state, isOn: state.engine?.policy.emergencyStop == nil, reason: "")
    }

    static func stopToolsBox(_ state: ConsoleState, isOn: Bool, reason: String) -> ConfirmBox {
        let action = Command.Action.emergencyStop(isOn: isOn, reason: reason)
        let running = state.engine?.tools.values.reduce(0) { $0 + $1.running } ?? 0
        let waiting = state.engine?.approvals.count ?? 0
        let lines: [ConfirmBox.Line]
        if isOn {
            lines = [
                ConfirmBox.Line("effect", "running calls are cancelled and every new one is refused; chats go on"),
                ConfirmBox.Line("in use", "\(running) calls run, \(waiting) wait for an approval"),
                ConfirmBox.Line("undo", "D again, or golem estop off; what was cancelled stays cancelled"),
                ConfirmBox.Line("lasts", "until somebody releases it, also over a restart"),
            ]
        } else {
            let stop = state.engine?.policy.emergencyStop
            lines = [
                ConfirmBox.Line("effect", "tools run again, as the policy mode says"),
                ConfirmBox.Line(
                    "stopped",
                    stop.map { "by \($0.by)" + ($0.reason.isEmpty ? "" : ": \($0.reason)") } ?? "they are not stopped"),
                ConfirmBox.Line("undo", "D again, or golem estop on"),
            ]
        }
        return box(
            isOn ? "EMERGENCY STOP: stop all tools?" : "Let tools run again?", lines,
            [ConfirmBox.Button("y", isOn ? "Stop all tools" : "Release", .send(action))], state)
    }

    static func revokeBox(_ state: ConsoleState, id: Int64) -> ConfirmBox? {
        guard let grant = state.engine?.policy.activeGrants(at: state.engineTime).first(where: { $0.id == id }) else {
            return nil
        }
        let lines = [
            ConfirmBox.Line("effect", "the next \(grant.tool) call of \(grant.session) asks again"),
            ConfirmBox.Line(
                "granted", "by \(grant.by), \(grant.until.map { "until \($0.rfc3339)" } ?? "until restart")"),
            ConfirmBox.Line("undo", "approve the next call for the session"),
        ]
        return box(
            "Revoke the grant \(id)?", lines, [ConfirmBox.Button("y", "Revoke", .send(.revokeGrant(id: id)))], state)
    }
}
