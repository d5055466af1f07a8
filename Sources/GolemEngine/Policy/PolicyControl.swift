// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents
import Synchronization

/// The policy in force, read at every call, and its changes.
///
/// A change takes effect before anybody is answered, and outlives a restart: the deadline of the mode off is a moment,
/// not a time since the start.
package final class PolicyControl: Sendable {
    /// What the configuration says.
    package struct Configuration: Sendable, Equatable {
        /// The rules at start.
        package var rules = PolicyRules()
        /// `policy.off_ttl`.
        package var offTTL: Duration?
        /// Whether the mode off may hold for ever.
        package var allowsPersistentOff = false

        /// Makes the defaults.
        package init() {}

        /// What tells whether the configuration was changed since a mode was stored.
        var fingerprint: String { "\(rules.mode)|\(offTTL.map { String($0.microseconds) } ?? "")" }
    }

    private struct State {
        var configuration: Configuration
        var rules: PolicyRules
        var by = "configuration"
        var via = "config"
        var at: Timestamp
        /// Opened at the next change.
        var changed = Latch()
    }

    /// Whether tools may run at all.
    package let emergencyStop = EmergencyStop()

    private let path: String
    private let bus: EventBus
    private let time: any TimeSource
    private let audit: AuditLog
    private let queue: BlockingQueue
    private let state: Mutex<State>
    private let damage: String?
    /// Whether the file has to be written at start: what it holds is not what is in force.
    private let needsStoring: Bool

    /// Takes up the stored mode and emergency stop at `path`; blocks for one small file.
    package init(
        _ configuration: Configuration, path: String, bus: EventBus, time: any TimeSource, audit: AuditLog,
        queue: BlockingQueue
    ) {
        self.path = path
        self.bus = bus
        self.time = time
        self.audit = audit
        self.queue = queue
        let now = time.wallNow()
        var initial = State(configuration: configuration, rules: configuration.rules, at: now)
        initial.rules.requireApproval = Self.approvals(configuration)
        if initial.rules.mode == "off" {
            initial.rules.offUntil =
                initial.rules.offUntil ?? configuration.offTTL.map { now.adding(microseconds: $0.microseconds) }
        }
        var damage: String?
        var stored: PolicyStateFile?
        do throws(AuditError) {
            stored = try PolicyStateFile.read(path)
            if let stored {
                if stored.configured == configuration.fingerprint {
                    initial.rules.mode = stored.mode
                    initial.rules.offUntil = stored.offUntil
                    initial.by = stored.by
                    initial.via = stored.via
                    initial.at = stored.at
                }
                if let stop = stored.emergencyStop { _ = emergencyStop.pull(stop) }
            }
        } catch {
            // Nobody can tell whether tools were stopped: a person has to look.
            damage = error.description
            initial.rules.mode = "strict"
            initial.rules.offUntil = nil
            _ = emergencyStop.pull(
                PolicyStateFile.Stop(by: "system", reason: "state/policy.json is damaged", at: now))
        }
        self.damage = damage
        if initial.rules.effectiveMode(at: now) != initial.rules.mode { Self.end(&initial, at: now) }
        needsStoring =
            initial.rules.mode == "off" || damage != nil
            || stored.map { $0.configured != configuration.fingerprint || $0.mode != initial.rules.mode } ?? false
        state = Mutex(initial)
    }

    /// The policy in force.
    package var rules: PolicyRules { state.withLock { $0.rules } }

    /// The wall clock that deadlines are measured with.
    var now: Timestamp { time.wallNow() }

    /// The mode in force.
    package var mode: String { rules.effectiveMode(at: time.wallNow()) }

    /// Tells the log, the audit and the observers what is in force at start, and stores it.
    package func announce() async {
        let current = state.withLock { $0 }
        let rules = current.rules
        let ttl = rules.mode == "off" ? Self.goText(current.configuration.offTTL) : "none"
        let list = rules.requireApproval.map(\.description).joined(separator: ",")
        let persistent = String(current.configuration.allowsPersistentOff)
        log(
            .info, "runtime policy configured",
            [
                ("mode", rules.mode), ("off_ttl", ttl), ("off_until", rules.offUntil?.rfc3339 ?? "none"),
                ("allow_persistent_off", persistent), ("require_approval", list), ("rules", String(rules.rules.count)),
            ])
        audit.record(AuditEntry("policy_startup", at: time.wallNow(), result: summary(current), actor: "system"))
        if rules.mode == "off", rules.offUntil == nil {
            log(
                .warn, "HIGH-RISK policy mode detected: every tool runs without being asked",
                [
                    ("mode", "off"), ("off_ttl", "none"), ("allow_persistent_off", persistent),
                    ("mitigation", "golem policy strict, or golem policy off --ttl 30m"),
                ])
            audit.record(
                AuditEntry(
                    "policy_startup_persistent_off", at: time.wallNow(),
                    result: "high-risk: policy.mode is off without an end", actor: "system"))
        }
        publish(current, previous: rules.mode)
        if let stop = emergencyStop.current {
            bus.publish(
                .emergencyStopChanged(
                    EmergencyStopChanged(isOn: true, by: stop.by, reason: stop.reason, at: stop.at)))
        }
        if let damage {
            bus.publish(
                .policyWarning(
                    PolicyWarning(
                        code: "policy_state",
                        message: "\(damage): the mode is strict and all tools are stopped; check, then golem estop off")
                ))
        }
        if needsStoring { _ = await store() }
    }

    /// Ends the mode off at its deadline; runs until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            let (until, changed) = state.withLock { ($0.rules.mode == "off" ? $0.rules.offUntil : nil, $0.changed) }
            guard let until else {
                await changed.wait()
                continue
            }
            let left = until.since(time.wallNow())
            if left > 0 {
                _ = try? await time.withDeadline(.microseconds(left)) { await changed.wait() }
                continue
            }
            await expire()
        }
    }

    // MARK: - Changes

    /// Why a change was refused.
    package struct Refusal: Error, Sendable, Equatable {
        /// A stable code.
        package let code: String
        /// A sentence.
        package let message: String
    }

    /// Sets the mode for all sessions, from their next call on; gives the sentence with the state read back.
    ///
    /// The mode off needs a ttl of at most a week, unless the configuration allows it without.
    package func setMode(
        _ mode: String, ttl: Duration?, by: String, via: String, isKept: Bool = false
    ) async throws(Refusal) -> String {
        guard ["strict", "relaxed", "off"].contains(mode) else {
            throw Refusal(code: "unknown_mode", message: "\(mode) is no policy mode; there are strict, relaxed and off")
        }
        let now = time.wallNow()
        if mode == "off" {
            if let ttl, ttl <= .zero || ttl > .seconds(7 * 86_400) {
                throw Refusal(code: "bad_ttl", message: "the ttl must be more than nothing and at most 168h")
            }
            if ttl == nil, !state.withLock({ $0.configuration.allowsPersistentOff }) {
                throw Refusal(
                    code: "ttl_required",
                    message: "the mode off needs a ttl such as 30m (policy.allow_persistent_off is false)")
            }
        }
        let (current, previous, changed) = state.withLock { state in
            let previous = state.rules.effectiveMode(at: now)
            state.rules.mode = mode
            state.rules.offUntil = mode == "off" ? ttl.map { now.adding(microseconds: $0.microseconds) } : nil
            state.by = by
            state.via = via
            state.at = now
            if isKept {
                state.configuration.rules.mode = mode
                state.configuration.offTTL = mode == "off" ? ttl : nil
            }
            return (state, previous, exchange(&state.changed, with: Latch()))
        }
        changed.open()
        var entry = AuditEntry(
            via == "cli" ? "policy_cli_switch" : "policy_mode_changed", at: now, result: summary(current), actor: by)
        entry.outcome = "\(previous) -> \(mode)"
        audit.record(entry)
        publish(current, previous: previous, isKept: isKept)
        let problem = await store()
        return description(current) + (problem.map { "; it is not stored and ends with this process: \($0)" } ?? "")
    }

    /// Stops all tools or lets them run again; gives the sentence with the state read back.
    package func setEmergencyStop(
        _ isOn: Bool, by: String, reason: String
    ) async throws(Refusal) -> String {
        let now = time.wallNow()
        let interrupted: Int
        if isOn {
            let pulled = emergencyStop.pull(PolicyStateFile.Stop(by: by, reason: String(reason.prefix(500)), at: now))
            guard pulled.isNew else {
                let stop = emergencyStop.current
                throw Refusal(
                    code: "already_on",
                    message: "all tools are stopped already, by \(stop?.by ?? "-") since \(stop?.at.rfc3339 ?? "-")")
            }
            interrupted = pulled.interrupted
        } else {
            guard emergencyStop.release() else {
                throw Refusal(code: "not_on", message: "tools are not stopped")
            }
            interrupted = 0
        }
        var entry = AuditEntry(
            isOn ? "estop_on" : "estop_off", at: now,
            result: isOn ? "\(interrupted) running calls cancelled" : "tools may run again", actor: by)
        entry.outcome = reason.isEmpty ? nil : reason
        audit.record(entry)
        bus.publish(
            .emergencyStopChanged(
                EmergencyStopChanged(isOn: isOn, by: by, reason: reason, at: now, cancelledCalls: interrupted)))
        if !isOn, damage != nil {
            bus.publish(.policyWarning(PolicyWarning(code: "policy_state", message: "", isActive: false)))
        }
        let problem = await store()
        let sentence =
            emergencyStop.isOn
            ? "all tools are stopped; \(interrupted) running calls were cancelled. golem estop off lets them run again"
            : "tools may run again; the policy mode is \(mode)"
        return sentence + (problem.map { "; it is not stored and ends with this process: \($0)" } ?? "")
    }

    /// Notes in the audit that a command changed the configuration's file.
    func noteConfigChange(_ what: String, by actor: String) {
        audit.record(AuditEntry("config_changed", at: time.wallNow(), result: what, actor: actor))
    }

    private func expire() async {
        let now = time.wallNow()
        let current = state.withLock { state -> State? in
            // Somebody may have set another mode meanwhile.
            guard state.rules.mode == "off", let until = state.rules.offUntil, until <= now else { return nil }
            Self.end(&state, at: now)
            return state
        }
        guard let current else { return }
        var entry = AuditEntry("policy_off_expired", at: now, result: summary(current), actor: "system")
        entry.outcome = "off -> strict"
        audit.record(entry)
        log(.info, "policy off_ttl expired; strict mode restored", [])
        publish(current, previous: "off")
        _ = await store()
    }

    private static func end(_ state: inout State, at now: Timestamp) {
        state.by = "system"
        state.via = "ttl"
        state.at = state.rules.offUntil ?? now
        state.rules.mode = "strict"
        state.rules.offUntil = nil
    }

    /// The list that holds in strict mode: an empty one counts only where the configuration itself says strict.
    private static func approvals(_ configuration: Configuration) -> [ToolPattern] {
        let own = configuration.rules.requireApproval
        if !own.isEmpty || configuration.rules.mode == "strict" { return own }
        return PolicyRules().requireApproval
    }

    // MARK: - Telling

    private func publish(_ current: State, previous: String, isKept: Bool = false) {
        let rules = current.rules
        bus.publish(
            .policyModeChanged(
                PolicyModeChanged(
                    mode: rules.mode, previous: previous, offUntil: rules.offUntil,
                    requireApproval: rules.requireApproval.map(\.description), ruleCount: rules.rules.count,
                    by: current.by, via: current.via, at: current.at, isKept: isKept)))
        let isOff = rules.mode == "off"
        let end = rules.offUntil.map { "until \($0.rfc3339)" } ?? "without an end"
        if isOff || previous == "off" {
            bus.publish(
                .policyWarning(
                    PolicyWarning(
                        code: "policy_off",
                        message: "off \(end), set by \(current.by): every tool runs without being asked; "
                            + "golem policy strict ends it", isActive: isOff)))
        }
        if !isOff {
            bus.publish(.policyWarning(PolicyWarning(code: "policy_persistent_off", message: "", isActive: false)))
        }
    }

    private func log(_ level: LogLevel, _ message: String, _ fields: [(String, String)]) {
        bus.publish(
            .log(LogRecorded(level: level, message: message, fields: fields.map { LogField($0.0, $0.1) })))
    }

    /// The words of the original's audit lines.
    private func summary(_ state: State) -> String {
        let rules = state.rules
        let ttl =
            rules.mode == "off"
            ? rules.offUntil.map { Self.goText(.microseconds($0.since(state.at))) } ?? "none" : "none"
        let list = rules.requireApproval.map(\.description).joined(separator: ",")
        return "mode=\(rules.mode) off_ttl=\(ttl) allow_persistent_off=\(state.configuration.allowsPersistentOff) "
            + "require_approval=\(list.isEmpty ? "-" : list)"
    }

    private func description(_ state: State) -> String {
        let rules = state.rules
        switch rules.mode {
        case "off": return "policy is off " + (rules.offUntil.map { "until \($0.rfc3339)" } ?? "without an end")
        case "strict":
            let list = rules.requireApproval.map(\.description).joined(separator: ", ")
            return "policy is strict; needs approval: \(list.isEmpty ? "nothing" : list)"
                + (rules.rules.isEmpty ? "" : "; \(rules.rules.count) rule\(rules.rules.count == 1 ? "" : "s")")
        default: return "policy is \(rules.mode)"
        }
    }

    private static func goText(_ duration: Duration?) -> String {
        duration.map { GoDuration.text($0) } ?? "none"
    }

    /// Stores what is in force now; the reason when it cannot be stored.
    private func store() async -> String? {
        await queue.run { [path, emergencyStop] () -> String? in
            // Read here, on the one thread that writes: the last write holds the newest state.
            let current = self.state.withLock { $0 }
            let file = PolicyStateFile(
                configured: current.configuration.fingerprint, mode: current.rules.mode,
                offUntil: current.rules.offUntil, by: current.by, via: current.via, at: current.at,
                emergencyStop: emergencyStop.current)
            do throws(SystemError) {
                try file.write(path)
                return nil
            } catch {
                return error.description
            }
        }
    }
}
