// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// What holds when an engine starts: the configuration, and what outlived the last one.
package struct PolicyStart: Sendable {
    /// The rules in force.
    package var rules: PolicyRules
    /// Who set the mode.
    package var by = "configuration"
    /// By which way.
    package var via = "config"
    /// When.
    package var at: Timestamp
    /// What is wrong with the stored state; then tools are stopped.
    package private(set) var damage: String?
    /// Whether a stored mode off without an end was not taken up: the configuration does not allow it any more.
    package private(set) var endedOff = false
    /// Whether the file has to be written: what it holds is not what is in force.
    private(set) var needsStoring = false
    private(set) var stop: PolicyStateFile.Stop?

    /// Reads the stored state at `path`; blocks for one small file.
    package init(_ configuration: PolicyControl.Configuration, path: String, now: Timestamp) {
        rules = configuration.rules
        at = now
        rules.requireApproval = Self.approvals(configuration)
        if rules.mode == "off" {
            rules.offUntil =
                rules.offUntil ?? configuration.offTTL.map { now.adding(microseconds: $0.microseconds) }
        }
        var stored: PolicyStateFile?
        do throws(AuditError) {
            stored = try PolicyStateFile.read(path)
            stop = stored?.emergencyStop
            if let stored, stored.configured == configuration.fingerprint {
                rules.mode = stored.mode
                rules.offUntil = stored.offUntil
                by = stored.by
                via = stored.via
                at = stored.at
                endedOff = stored.mode == "off" && stored.offUntil == nil && !configuration.allowsPersistentOff
            }
        } catch {
            // Nobody can tell whether tools were stopped: a person has to look.
            damage = error.description
            rules.mode = "strict"
            rules.offUntil = nil
            stop = PolicyStateFile.Stop(by: "system", reason: "state/policy.json is damaged", at: now)
        }
        if endedOff || rules.effectiveMode(at: now) != rules.mode { end(at: now) }
        needsStoring =
            rules.mode == "off" || damage != nil
            || stored.map { $0.configured != configuration.fingerprint || $0.mode != rules.mode } ?? false
    }

    /// Ends the mode off.
    private mutating func end(at now: Timestamp) {
        by = "system"
        via = "ttl"
        at = rules.offUntil ?? now
        rules.mode = "strict"
        rules.offUntil = nil
    }

    /// The emergency stop and who pulled it, as one sentence; nil when tools are not stopped.
    package var stopSentence: String? {
        if let damage { return "\(damage): the next start is strict, with all tools stopped" }
        return stop.map {
            "all tools are stopped by \($0.by) since \($0.at.rfc3339)" + ($0.reason.isEmpty ? "" : ": \($0.reason)")
        }
    }

    /// The list that holds in strict mode: an empty one counts only where the configuration itself says strict.
    private static func approvals(_ configuration: PolicyControl.Configuration) -> [ToolPattern] {
        let own = configuration.rules.requireApproval
        if !own.isEmpty || configuration.rules.mode == "strict" { return own }
        return PolicyRules().requireApproval
    }
}

extension PolicyStart {
    /// What the next engine of a workspace starts with.
    package init(_ loaded: LoadedConfig, now: Timestamp) {
        var configuration = PolicyControl.Configuration()
        configuration.rules = PolicyRules(loaded.config.policy)
        configuration.offTTL = GoDuration.parse(loaded.config.policy.offTTL).flatMap { $0 > .zero ? $0 : nil }
        configuration.allowsPersistentOff = loaded.config.policy.allowPersistentOff
        self.init(configuration, path: loaded.workspace + "/state/policy.json", now: now)
    }
}
