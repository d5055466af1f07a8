// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Engine {
    /// Shows whether the audit log can be written, and what was done to it.
    static func auditObserver(_ bus: EventBus) -> AuditLog.Observer {
        var observer = AuditLog.Observer()
        observer.onHealth = { publishAudit(bus, problem: $0) }
        observer.onDamage = { publishAuditDamage(bus, $0) }
        return observer
    }

    private static func publishAuditDamage(_ bus: EventBus, _ what: String) {
        bus.publish(
            .policyWarning(
                PolicyWarning(
                    code: "audit_damaged", message: "the audit log is not whole: \(what); see golem audit verify")))
        bus.publish(
            .log(
                LogRecorded(level: .error, message: "audit log is not whole", fields: [LogField("what", what)])))
    }

    /// Tells of an audit log whose chain is broken; one that is too large to be read beside the work is left to
    /// `golem audit verify`.
    func checkAudit() async {
        let path = options.audit.path ?? AuditFiles.path(workspace: options.workspace)
        let queue = BlockingQueue(name: "golem-audit-check")
        let broken = await queue.run { () -> String? in
            guard AuditFiles.size(path) <= 16 << 20, let verdict = try? AuditFiles.verify(path) else { return nil }
            return verdict.broken.map { "\($0.file)\($0.line > 0 ? " line \($0.line)" : ""): \($0.reason)" }
        }
        queue.stop()
        if let broken { Self.publishAuditDamage(bus, broken) }
    }

    /// Notes that a question was left by the process that asked it.
    func noteAbandoned(_ approval: AbandonedApproval) {
        var entry = AuditEntry("approval_decided", at: options.time.wallNow(), result: "cancelled", actor: "system")
        entry.approval = approval.id
        entry.tool = approval.tool
        entry.session = approval.session
        entry.channel = approval.session.split(separator: ":").first.map(String.init)
        entry.requestID = approval.requestID
        entry.outcome = "the engine was restarted; the turn asks again"
        audit.record(entry)
    }

    private static func publishAudit(_ bus: EventBus, problem: String?) {
        let health = problem.map {
            ServiceHealth.degraded(
                reason: "\($0); calls that need an approval are refused until it can be written")
        }
        bus.publish(.serviceHealth(ServiceHealthChanged(service: "audit", health: health ?? .healthy)))
    }
}

extension PolicyControl.Configuration {
    init(_ options: EngineOptions) {
        self.init()
        rules = options.policy
        offTTL = options.policyOffTTL
        allowsPersistentOff = options.allowsPersistentOff
    }
}

extension ApprovalDesk.Notifier {
    init(
        _ options: EngineOptions, audience: ConsoleAudience, store: any Store, outbox: Outbox, bus: EventBus,
        redactor: Redactor
    ) {
        self.init()
        self.audience = audience
        self.redactor = redactor
        approvers = ApproverList(options.approvers)
        delivers = { outbox.delivers(to: $0) }
        let time = options.time
        post = { draft in
            do {
                let row = try await store.postOutbound(draft, at: time.wallNow())
                bus.publish(
                    .outboundQueued(
                        OutboundQueued(
                            messageID: row.id, channel: draft.channel, chatID: draft.chatID,
                            bytes: draft.text.utf8.count)), requestID: draft.requestID,
                    session: "\(draft.channel):\(draft.chatID)")
                outbox.enqueue([row])
                return true
            } catch {
                return false
            }
        }
    }
}
