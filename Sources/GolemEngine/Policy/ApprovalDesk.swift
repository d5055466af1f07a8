// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// Where tool calls wait for a person.
///
/// An approval is bound to its turn and call: it is used once, unless it was granted for the session or for a time.
/// Expiry is enforced at the decision, and by the waiting call itself.
package actor ApprovalDesk {
    /// What a waiting call is told.
    package enum Verdict: Sendable, Equatable {
        /// It may run.
        case approved(by: String)
        /// It may not; the note is for the model.
        case rejected(by: String, note: String)
        /// Nobody decided in time.
        case expired
        /// The turn was ended while it waited.
        case cancelled
    }

    private struct Waiting {
        var draft: ApprovalDraft
        let verdict = OneShot<Verdict>()
    }

    private struct Grant: Hashable {
        var session: String
        var tool: String
    }

    private let store: any Store
    private let bus: EventBus
    private let time: any TimeSource
    private let lifetime: Duration
    private var waiting: [Int64: Waiting] = [:]
    /// Standing grants until a time; `.max` means until restart.
    private var grants: [Grant: Timestamp] = [:]

    /// Makes a desk whose requests expire after `lifetime`.
    package init(store: any Store, bus: EventBus, time: any TimeSource, lifetime: Duration = .seconds(900)) {
        self.store = store
        self.bus = bus
        self.time = time
        self.lifetime = lifetime
    }

    /// Asks for an approval and waits for the verdict.
    package func request(
        turn: Int64, call: ModelToolCall, context: ToolContext, reason: String
    ) async throws(StoreError) -> Verdict {
        let now = time.wallNow()
        if let until = grants[Grant(session: context.session, tool: call.name)] {
            if until > now { return .approved(by: "standing grant") }
            grants[Grant(session: context.session, tool: call.name)] = nil
        }
        let draft = ApprovalDraft(
            turn: turn, callID: call.id, session: context.session, requestID: context.requestID, tool: call.name,
            arguments: call.arguments, reason: reason, requestedAt: now,
            expiresAt: now.adding(microseconds: lifetime.microseconds))
        let id = try await store.createApproval(draft)
        let entry = Waiting(draft: draft)
        waiting[id] = entry
        bus.publish(
            .approvalRequested(
                ApprovalRequested(
                    id: id, callID: call.id, tool: call.name, arguments: call.arguments, reason: reason,
                    expiresAt: draft.expiresAt)), requestID: context.requestID, session: context.session)
        let verdict = await wait(for: entry.verdict)
        if verdict == .expired { await close(id, decision: "expired", by: "system", note: "expired by ttl") }
        if verdict == .cancelled { await close(id, decision: "cancelled", by: "system", note: "the turn ended") }
        waiting[id] = nil
        return verdict
    }

    /// Decides a waiting call.
    ///
    /// Gives a refusal's code and sentence, or nil when the decision took effect.
    package func decide(
        id: Int64, approve: Bool, by: String, note: String, scope: Command.ApprovalScope
    ) async -> (code: String, message: String)? {
        guard let entry = waiting[id], entry.verdict.current == nil else {
            return ("not_pending", "approval \(id) is not pending any more")
        }
        guard time.wallNow() < entry.draft.expiresAt else {
            return ("expired", "approval \(id) has expired")
        }
        guard entry.verdict.fulfil(approve ? .approved(by: by) : .rejected(by: by, note: note)) else {
            return ("not_pending", "approval \(id) is not pending any more")
        }
        if approve { grant(entry.draft, scope) }
        await close(id, decision: approve ? "approved" : "rejected", by: by, note: note)
        return nil
    }

    /// The pending requests, oldest first.
    package var pending: [(id: Int64, draft: ApprovalDraft)] {
        waiting.filter { $0.value.verdict.current == nil }.map { ($0.key, $0.value.draft) }.sorted { $0.id < $1.id }
    }

    private func grant(_ draft: ApprovalDraft, _ scope: Command.ApprovalScope) {
        let key = Grant(session: draft.session, tool: draft.tool)
        switch scope {
        case .once: break
        case .session: grants[key] = Timestamp(microseconds: .max)
        case .minutes(let minutes):
            // A week is more than anybody means; a wild figure must not overflow the clock.
            grants[key] = time.wallNow().adding(seconds: Int64(min(max(0, minutes), 10_080)) * 60)
        }
    }

    /// The verdict, or expiry, or the end of the waiting turn, whichever comes first.
    private func wait(for verdict: OneShot<Verdict>) async -> Verdict {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await verdict.wait() }
            group.addTask {
                do {
                    try await self.time.sleep(for: self.lifetime)
                    verdict.fulfil(.expired)
                } catch {
                    // Cancelled: either the verdict is there or the turn ended.
                }
            }
            await group.next()
            group.cancelAll()
        }
        verdict.fulfil(.cancelled)
        return verdict.current ?? .cancelled
    }

    private func close(_ id: Int64, decision: String, by: String, note: String) async {
        guard let draft = waiting[id]?.draft else { return }
        let decided = ApprovalDecided(id: id, tool: draft.tool, decision: decision, by: by, note: note)
        do {
            try await store.decideApproval(decided, at: time.wallNow())
        } catch {
            bus.publish(
                .log(
                    LogRecorded(
                        level: .error, message: "approval decision not stored",
                        fields: [LogField("approval", String(id)), LogField("error", error.message)])))
        }
        bus.publish(
            decision == "expired" ? .approvalExpired(decided) : .approvalDecided(decided), requestID: draft.requestID,
            session: draft.session)
    }
}
