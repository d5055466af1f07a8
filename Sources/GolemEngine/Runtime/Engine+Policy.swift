// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Engine {
    /// Shows whether the audit log can be written.
    static func publishAudit(_ bus: EventBus, problem: String?) {
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
