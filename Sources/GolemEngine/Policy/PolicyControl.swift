// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
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
        /// Why what is in force is not in the file; nil when it is.
        var unsaved: String?
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
    /// Whether a stored mode off without an end was not taken up: the configuration does not allow it any more.
    private let endedOff: Bool
    /// Held while a change is made and told: observers hear of changes in the order in which they took effect.
    private let order = Mutex(())

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
        let start = PolicyStart(configuration, path: path, now: time.wallNow())
        if let stop = start.stop { _ = emergencyStop.pull(stop) }
        damage = start.damage
        endedOff = start.endedOff
        needsStoring = start.needsStoring
        state = Mutex(
            State(configuration: configuration, rules: start.rules, by: start.by, via: start.via, at: start.at))
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
        if endedOff {
            let message =
                "the policy had been set off without an end, which policy.allow_persistent_off forbids now; it is strict"
            audit.record(AuditEntry("policy_off_refused", at: time.wallNow(), result: message, actor: "system"))
            bus.publish(.policyWarning(PolicyWarning(code: "policy_off_ended", message: message)))
        }
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

    /// How long after a state could not be stored it is tried again.
    static let retryPause = Duration.seconds(5)

    /// Ends the mode off at its deadline, and stores what could not be stored; runs until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            let (until, changed, isUnsaved) = state.withLock {
                ($0.rules.mode == "off" ? $0.rules.offUntil : nil, $0.changed, $0.unsaved != nil)
            }
            let left = until.map { $0.since(time.wallNow()) }
            if let left, left <= 0 {
                await expire()
                continue
            }
            let wait = [left, isUnsaved ? Self.retryPause.microseconds : nil].compactMap(\.self).min()
            guard let wait else {
                await changed.wait()
                continue
            }
            let isChanged = (try? await time.withDeadline(.microseconds(wait)) { await changed.wait() }) != nil
            if isUnsaved, !isChanged, !Task.isCancelled { _ = await store() }
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

    /// Refuses a mode that cannot be set; whoever writes it somewhere first asks here before.
    func check(_ mode: String, ttl: Duration?) throws(Refusal) {
        guard ["strict", "relaxed", "off"].contains(mode) else {
            throw Refusal(code: "unknown_mode", message: "\(mode) is no policy mode; there are strict, relaxed and off")
        }
        guard mode == "off" else { return }
        if let ttl, ttl <= .zero || ttl > .seconds(7 * 86_400) {
            throw Refusal(code: "bad_ttl", message: "the ttl must be more than nothing and at most 168h")
        }
        if ttl == nil, !state.withLock({ $0.configuration.allowsPersistentOff }) {
            throw Refusal(
                code: "ttl_required",
                message: "the mode off needs a ttl such as 30m (policy.allow_persistent_off is false)")
        }
    }

    /// Sets the mode for all sessions, from their next call on; gives the sentence with the state read back.
    ///
    /// The mode off needs a ttl of at most a week, unless the configuration allows it without.
    package func setMode(
        _ mode: String, ttl: Duration?, by: String, via: String, isKept: Bool = false
    ) async throws(Refusal) -> String {
        try check(mode, ttl: ttl)
        let current = order.withLock { _ -> State in
            let now = time.wallNow()
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
                via == "cli" ? "policy_cli_switch" : "policy_mode_changed", at: now, result: summary(current),
                actor: by)
            entry.outcome = "\(previous) -> \(mode)"
            audit.record(entry)
            publish(current, previous: previous, isKept: isKept)
            return current
        }
        let problem = await store()
        return description(current)
            + (problem.map { "; it is not stored yet and is tried again; until then it ends with this process: \($0)" }
                ?? "")
    }

    /// Stops all tools or lets them run again; gives the sentence with the state read back.
    package func setEmergencyStop(
        _ isOn: Bool, by: String, reason: String
    ) async throws(Refusal) -> String {
        let change = order.withLock { _ in changeEmergencyStop(isOn, by: by, reason: reason) }
        let interrupted = try change.get()
        let problem = await store()
        let sentence =
            emergencyStop.isOn
            ? "all tools are stopped; \(interrupted) running calls were cancelled. golem estop off lets them run again"
            : "tools may run again; the policy mode is \(mode)"
        return sentence
            + (problem.map { "; it is not stored yet and is tried again; until then it ends with this process: \($0)" }
                ?? "")
    }

    /// Changes the stop, and tells of it; gives how many calls were interrupted.
    private func changeEmergencyStop(_ isOn: Bool, by: String, reason: String) -> Result<Int, Refusal> {
        let now = time.wallNow()
        let reason = String(reason.prefix(500))
        var interrupted = 0
        if isOn {
            let pulled = emergencyStop.pull(PolicyStateFile.Stop(by: by, reason: reason, at: now))
            guard pulled.isNew else {
                let stop = emergencyStop.current
                return .failure(
                    Refusal(
                        code: "already_on",
                        message: "all tools are stopped already, by \(stop?.by ?? "-") since \(stop?.at.rfc3339 ?? "-")"
                    ))
            }
            interrupted = pulled.interrupted
        } else if !emergencyStop.release() {
            return .failure(Refusal(code: "not_on", message: "tools are not stopped"))
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
        return .success(interrupted)
    }

    /// Notes in the audit that a command changed the configuration's file.
    func noteConfigChange(_ what: String, by actor: String) {
        audit.record(AuditEntry("config_changed", at: time.wallNow(), result: what, actor: actor))
    }

    private func expire() async {
        order.withLock { _ in
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
        }
        _ = await store()
    }

    private static func end(_ state: inout State, at now: Timestamp) {
        state.by = "system"
        state.via = "ttl"
        state.at = state.rules.offUntil ?? now
        state.rules.mode = "strict"
        state.rules.offUntil = nil
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
        if !isOff, previous == "off" {
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

    /// Stores what is in force now; the reason when it cannot be stored, and then it is tried again.
    private func store() async -> String? {
        let problem = await queue.run { [path, emergencyStop] () -> String? in
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
        let (before, changed) = state.withLock { state in
            let before = exchange(&state.unsaved, with: problem)
            // Whoever waits for the next change learns that there is something to try again.
            let isNew = before == nil && problem != nil
            return (before, isNew ? exchange(&state.changed, with: Latch()) : nil)
        }
        changed?.open()
        if (before == nil) != (problem == nil) {
            bus.publish(
                .policyWarning(
                    PolicyWarning(
                        code: "policy_unsaved",
                        message: problem.map {
                            "mode and emergency stop are not stored and end with this process: \($0)"
                        }
                            ?? "", isActive: problem != nil)))
        }
        return problem
    }
}
