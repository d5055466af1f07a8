// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Carries out the operator commands that are about policy.
package struct PolicyCommands: Sendable {
    let control: PolicyControl
    let approvals: ApprovalDesk
    /// Where changes are kept; nil when this engine has no configuration.
    let configuration: ConfigLocations?
    let queue: BlockingQueue
    let approvers: [String]
    let tools: ToolCatalog

    func carryOut(_ command: Command) async -> CommandDesk.Outcome {
        let actor = command.actor.name
        switch command.action {
        case .revokeGrant(let id):
            guard let grant = await approvals.revoke(id: id, by: actor) else {
                return .refused("not_found", "there is no standing grant \(id)")
            }
            return .done("the grant \(id) for \(grant.tool) in \(grant.session) is revoked")
        case .setPolicyMode(let mode, let ttl, let isKept):
            return await setMode(mode, ttl.map { .seconds($0) }, isKept, command)
        case .emergencyStop(let isOn, let reason):
            do {
                return .done(try await control.setEmergencyStop(isOn, by: actor, reason: reason))
            } catch {
                return .refused(error.code, error.message)
            }
        case .noteConfigChange(let key):
            control.noteConfigChange(key, by: actor)
            return .done("noted: \(key) was changed in the configuration; it holds from the next start on")
        case .readPolicy: return .done("policy", payload: await report().text)
        case .explainPolicy(let tool, let arguments, let channel, let sender):
            return explain(tool, arguments, channel, sender)
        default: return .refused("unknown", "this is no command about policy")
        }
    }

    private func setMode(
        _ mode: String, _ ttl: Duration?, _ isKept: Bool, _ command: Command
    ) async -> CommandDesk.Outcome {
        // What is refused must not stand in the configuration either.
        do throws(PolicyControl.Refusal) { try control.check(mode, ttl: ttl) } catch {
            return .refused(error.code, error.message)
        }
        if isKept {
            guard let configuration else {
                return .refused("no_config", "this engine runs without a configuration; leave out --keep")
            }
            let problem = await queue.run { () -> String? in
                do throws(ConfigError) {
                    try PolicyKeeping.keep(mode, ttl: ttl, at: configuration)
                    return nil
                } catch {
                    return error.description
                }
            }
            if let problem { return .refused("config", problem) }
        }
        do {
            let sentence = try await control.setMode(
                mode, ttl: ttl, by: command.actor.name, via: command.actor.kind, isKept: isKept)
            return .done(
                sentence + (isKept ? "; written to the configuration" : "; the configuration is as it was"))
        } catch {
            return .refused(error.code, error.message)
        }
    }

    private func explain(
        _ tool: String, _ arguments: String, _ channel: String, _ sender: String
    ) -> CommandDesk.Outcome {
        do {
            let explained = try PolicyExplainer.explain(
                tool, arguments: arguments, channel: channel, sender: sender, rules: control.rules,
                names: PolicyNames(tools.snapshot), now: control.now)
            return .done(
                explained["sentence"]?.stringValue ?? "",
                payload: JSONValue.object(
                    explained.merging(["emergency_stop": .bool(control.emergencyStop.isOn)]) { $1 }
                ).text)
        } catch {
            return .refused("arguments", error.message)
        }
    }

    private func report() async -> JSONValue {
        let rules = control.rules
        let grants = await approvals.standingGrants.map { grant -> JSONValue in
            [
                "id": .integer(grant.id), "tool": .string(grant.tool), "session": .string(grant.session),
                "until": grant.until.map { .string($0.rfc3339) } ?? .null, "by": .string(grant.by),
            ]
        }
        return [
            "mode": .string(rules.effectiveMode(at: control.now)),
            "off_until": rules.offUntil.map { .string($0.rfc3339) } ?? .null,
            "require_approval": .array(rules.requireApproval.map { .string($0.description) }),
            "rules": .array(rules.rules.map(\.json)), "approvers": .array(approvers.map { .string($0) }),
            "grants": .array(grants), "emergency_stop": .bool(control.emergencyStop.isOn),
        ]
    }
}
