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
        /// It may run; `approval` is the number of the approval or of the grant.
        case approved(by: String, approval: Int64)
        /// It may not; the note is for the model.
        case rejected(by: String, note: String)
        /// Nobody decided in time; `wasAsked` is false when nobody had been there to decide.
        case expired(wasAsked: Bool)
        /// The turn was ended while it waited.
        case cancelled
    }

    /// Why nobody can be asked.
    package struct Failure: Error, Sendable, Equatable {
        /// A sentence.
        package let message: String
    }

    /// How people learn of a question.
    package struct Notifier: Sendable {
        /// The consoles that watch.
        package var audience = ConsoleAudience()
        /// Who may decide in a chat.
        package var approvers = ApproverList()
        /// Whether texts can be sent to chats of a channel.
        package var delivers: @Sendable (String) -> Bool = { _ in false }
        /// Sends a text into a chat.
        package var post: @Sendable (OutboundDraft) async -> Bool = { _ in false }
        /// Removes known secrets from a question.
        package var redactor = Redactor()

        /// Makes a notifier that reaches consoles only.
        package init() {}
    }

    /// The tool that is asked for: a name stays with its tool, whoever inherits the name that the model uses.
    package struct Subject: Sendable, Hashable {
        /// The MCP server; nil for other tools.
        package var server: String?
        /// `mcp.<server>.<tool>`, or the tool's name.
        package var name: String

        /// Makes a subject.
        package init(server: String? = nil, name: String) {
            self.server = server
            self.name = name
        }

        init(_ tool: any Tool) { self.init(server: tool.serverName, name: tool.policyName) }
    }

    /// A request that waits, as lists show it.
    package struct Pending: Sendable {
        /// Its number.
        package var id: Int64
        /// What was asked.
        package var draft: ApprovalDraft
        /// Who wrote the message that the turn answers.
        package var sender: String
        /// Who was told of it.
        package var notified: [String]
    }

    private struct Waiting {
        var draft: ApprovalDraft
        var subject: Subject
        var sender: String
        var notified: [String] = []
        /// Whether people could have heard of it: before that nobody can decide it.
        var isPublished = false
        /// The position of the events when it was asked for; what was seen before does not have it.
        var publishedAt: UInt64 = 0
        let verdict = OneShot<Verdict>()
    }

    /// What a standing grant covers.
    private struct Reach: Hashable {
        var session: String
        var subject: Subject
    }

    private let store: any Store
    private let bus: EventBus
    private let time: any TimeSource
    private let audit: AuditLog
    private let notifier: Notifier
    private let lifetime: Duration
    private var waiting: [Int64: Waiting] = [:]
    private var grants: [Reach: ApprovalGrantChanged] = [:]

    /// Makes a desk whose requests expire after `lifetime`.
    package init(
        store: any Store, bus: EventBus, time: any TimeSource, audit: AuditLog, notifier: Notifier,
        lifetime: Duration = .seconds(900)
    ) {
        self.store = store
        self.bus = bus
        self.time = time
        self.audit = audit
        self.notifier = notifier
        self.lifetime = lifetime
    }

    /// Asks for an approval and waits for the verdict; a standing grant answers at once.
    ///
    /// Throws when the question can be neither stored nor audited: then the call must not run.
    func request(
        turn: Int64, call: ModelToolCall, subject: Subject, arguments: CallArguments, context: ToolContext,
        reason: String, feed: TurnFeed?
    ) async throws(Failure) -> Verdict {
        if let grant = standingGrant(Reach(session: context.session, subject: subject)) {
            return .approved(by: "the grant \(grant.id) of \(grant.by)", approval: grant.id)
        }
        let now = time.wallNow()
        let draft = ApprovalDraft(
            turn: turn, callID: call.id, session: context.session, requestID: context.requestID, tool: call.name,
            arguments: arguments.shown, reason: reason, requestedAt: now,
            expiresAt: now.adding(microseconds: lifetime.microseconds))
        let id: Int64
        do { id = try await store.createApproval(draft) } catch {
            throw Failure(message: "no approval could be asked for: \(error.message)")
        }
        let entry = Waiting(draft: draft, subject: subject, sender: context.sender)
        waiting[id] = entry
        defer { waiting[id] = nil }
        var line = self.entry("approval_pending", id, draft, result: reason)
        line.arguments = arguments.value
        let reachable = told(context, feed)
        line.outcome = reachable.isEmpty ? "nobody could be asked" : "asked: \(reachable.joined(separator: ", "))"
        line.actor = "\(context.channel):\(context.sender)"
        do { try await audit.recordDurably(line) } catch {
            await close(id, decision: "cancelled", by: "system", note: "the audit log cannot be written")
            throw Failure(message: "it needs an approval, and the audit log cannot be written (\(error))")
        }
        let arrivals = notifier.audience.arrivals
        let notified = told(context, feed)
        waiting[id]?.notified = notified
        waiting[id]?.isPublished = true
        let before = bus.position
        bus.publish(
            .approvalRequested(
                ApprovalRequested(
                    id: id, callID: call.id, tool: call.name, arguments: draft.arguments, reason: reason,
                    expiresAt: draft.expiresAt, notified: notified)), requestID: context.requestID,
            session: context.session)
        waiting[id]?.publishedAt = before + 1
        // After the event: whoever answers at once must not be heard before the question.
        await ask(id, draft, context, feed)
        var verdict = await wait(for: entry.verdict)
        if case .expired = verdict {
            // A console that came later saw the question in its list.
            let wasAsked = !notified.isEmpty || notifier.audience.arrivals > arrivals
            verdict = .expired(wasAsked: wasAsked)
            await close(
                id, decision: wasAsked ? "expired" : "nobody_asked", by: "system",
                note: wasAsked ? "expired by ttl" : "nobody could be asked: no console, no approver in the chat")
        }
        if verdict == .cancelled { await close(id, decision: "cancelled", by: "system", note: "the turn ended") }
        return verdict
    }

    /// Decides a waiting call.
    ///
    /// `chat` is the session of a chat that decides: it decides on its own questions only. `seen` is the position of the
    /// events that the picture of whoever decides had reached. Gives a refusal's code and sentence, or nil when the
    /// decision took effect.
    package func decide(
        id: Int64, approve: Bool, by: String, note: String, scope: Command.ApprovalScope, chat: String? = nil,
        seen: UInt64? = nil
    ) async -> (code: String, message: String)? {
        guard let entry = waiting[id] else { return await refusal(of: id) }
        guard entry.isPublished else {
            return ("not_asked_yet", "approval \(id) is not asked for yet; golem approval list shows those that wait")
        }
        if approve, let seen, seen < entry.publishedAt {
            return ("stale_view", "the view from which it was decided is older than approval \(id); look at it again")
        }
        if let verdict = entry.verdict.current { return ("not_pending", Self.sentence(id, verdict)) }
        guard time.wallNow() < entry.draft.expiresAt else {
            return ("expired", "approval \(id) expired at \(entry.draft.expiresAt.rfc3339)")
        }
        if let chat {
            guard chat == entry.draft.session else {
                return ("other_chat", "approval \(id) comes from another chat and is decided there")
            }
            guard !approve || entry.draft.arguments.utf8.count <= ApprovalWords.argumentLimit else {
                return ("too_long", "the arguments of approval \(id) are too long to be judged in a chat")
            }
        }
        let verdict = approve ? Verdict.approved(by: by, approval: id) : .rejected(by: by, note: note)
        guard entry.verdict.fulfil(verdict) else {
            return ("not_pending", Self.sentence(id, entry.verdict.current ?? .cancelled))
        }
        let isStanding = approve && grant(id, entry, scope, by)
        await close(id, decision: approve ? "approved" : "rejected", by: by, note: note)
        if isStanding { await approveCovered(by: id, entry, by) }
        return nil
    }

    /// Lets the other calls run that wait for what was granted just now.
    private func approveCovered(by grant: Int64, _ granted: Waiting, _ by: String) async {
        for (id, other) in waiting.sorted(by: { $0.key < $1.key })
        where other.isPublished && other.subject == granted.subject && other.draft.session == granted.draft.session {
            guard other.verdict.fulfil(.approved(by: "the grant \(grant) of \(by)", approval: grant)) else { continue }
            await close(id, decision: "approved", by: by, note: "covered by the grant \(grant)")
        }
    }

    /// The requests that people were asked and that wait, oldest first.
    package var pending: [Pending] {
        waiting.filter { $0.value.isPublished && $0.value.verdict.current == nil }.map {
            Pending(id: $0.key, draft: $0.value.draft, sender: $0.value.sender, notified: $0.value.notified)
        }.sorted { $0.id < $1.id }
    }

    /// The standing grants, by number.
    package var standingGrants: [ApprovalGrantChanged] {
        let now = time.wallNow()
        return grants.values.filter { $0.until.map { $0 > now } ?? true }.sorted { $0.id < $1.id }
    }

    /// Ends a standing grant; nil when there is none with that number.
    package func revoke(id: Int64, by: String) -> ApprovalGrantChanged? {
        guard let (reach, known) = grants.first(where: { $0.value.id == id }) else { return nil }
        return end(reach, known, by: by)
    }

    /// Ends all standing grants of a session: whoever begins anew has granted nothing.
    package func revokeAll(session: String, by: String) {
        for (reach, grant) in grants.filter({ $0.key.session == session }).sorted(by: { $0.value.id < $1.value.id }) {
            _ = end(reach, grant, by: by)
        }
    }

    private func end(_ reach: Reach, _ known: ApprovalGrantChanged, by: String) -> ApprovalGrantChanged? {
        grants[reach] = nil
        guard known.until.map({ $0 > time.wallNow() }) ?? true else { return nil }
        var grant = known
        grant.isActive = false
        grant.by = by
        bus.publish(.approvalGrantChanged(grant), session: grant.session)
        var line = AuditEntry("grant_revoked", at: time.wallNow(), actor: by)
        line.approval = grant.id
        line.tool = grant.tool
        line.session = grant.session
        audit.record(line)
        return grant
    }

    // MARK: - Grants

    private func standingGrant(_ reach: Reach) -> ApprovalGrantChanged? {
        guard let grant = grants[reach] else { return nil }
        if let until = grant.until, until <= time.wallNow() {
            grants[reach] = nil
            return nil
        }
        return grant
    }

    /// Makes a standing grant where `scope` asks for one; whether it did.
    private func grant(_ id: Int64, _ entry: Waiting, _ scope: Command.ApprovalScope, _ by: String) -> Bool {
        let draft = entry.draft
        let until: Timestamp?
        switch scope {
        case .once: return false
        case .session: until = nil
        case .minutes(let minutes):
            // A week is more than anybody means; a wild figure must not overflow the clock.
            until = time.wallNow().adding(seconds: Int64(min(max(0, minutes), 10_080)) * 60)
        }
        let grant = ApprovalGrantChanged(
            id: id, session: draft.session, tool: entry.subject.name, until: until, by: by, isActive: true)
        grants[Reach(session: draft.session, subject: entry.subject)] = grant
        bus.publish(.approvalGrantChanged(grant), requestID: draft.requestID, session: draft.session)
        var line = self.entry(
            "grant_created", id, draft, result: until.map { "until \($0.rfc3339)" } ?? "until restart")
        line.actor = by
        audit.record(line)
        return true
    }

    // MARK: - Asking and waiting

    /// Who learns of a question and may decide it.
    private func told(_ context: ToolContext, _ feed: TurnFeed?) -> [String] {
        var told: [String] = []
        let consoles = notifier.audience.present
        if consoles > 0 { told.append("consoles: \(consoles)") }
        guard notifier.approvers.allows(channel: context.channel, sender: context.sender) else { return told }
        if feed?.isWatched == true { told.append("stream") }
        if notifier.delivers(context.channel) { told.append("chat \(context.session)") }
        return told
    }

    /// Sends the question to the chat that waits for the answer.
    private func ask(_ id: Int64, _ draft: ApprovalDraft, _ context: ToolContext, _ feed: TurnFeed?) async {
        let mayDecide = notifier.approvers.allows(channel: context.channel, sender: context.sender)
        let text = ApprovalWords.question(
            id: id, tool: draft.tool, arguments: notifier.redactor.redact(draft.arguments), reason: draft.reason,
            lifetime: lifetime, mayDecide: mayDecide)
        feed?.publish(.question(id: id, callID: draft.callID, name: draft.tool, text: text, isApproval: true))
        guard notifier.delivers(context.channel), mayDecide else { return }
        let question = OutboundDraft(
            channel: context.channel, chatID: context.chatID, requestID: context.requestID, text: text)
        if await !notifier.post(question) {
            bus.publish(
                .log(
                    LogRecorded(
                        level: .error, message: "the question of an approval could not be sent to its chat",
                        fields: [LogField("approval", String(id))])), requestID: context.requestID,
                session: context.session)
        }
    }

    /// The verdict, or expiry, or the end of the waiting turn, whichever comes first.
    private func wait(for verdict: OneShot<Verdict>) async -> Verdict {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await verdict.wait() }
            group.addTask {
                do {
                    try await self.time.sleep(for: self.lifetime)
                    verdict.fulfil(.expired(wasAsked: true))
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
        let isExpiry = decision == "expired" || decision == "nobody_asked"
        var line = entry(isExpiry ? "approval_expired" : "approval_decided", id, draft, result: decision)
        line.actor = by
        line.outcome = note.isEmpty ? nil : note
        audit.record(line)
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
            isExpiry ? .approvalExpired(decided) : .approvalDecided(decided), requestID: draft.requestID,
            session: draft.session)
    }

    private func entry(_ type: String, _ id: Int64, _ draft: ApprovalDraft, result: String) -> AuditEntry {
        var entry = AuditEntry(type, at: time.wallNow(), result: result)
        entry.requestID = draft.requestID
        entry.tool = waiting[id]?.subject.name ?? draft.tool
        entry.session = draft.session
        entry.channel = draft.session.split(separator: ":").first.map(String.init)
        entry.approval = id
        return entry
    }

    // MARK: - Sentences

    /// Why a number that does not wait cannot be decided: there is none, or how, when and by whom it was.
    private func refusal(of id: Int64) async -> (code: String, message: String) {
        do {
            guard let approval = try await store.approval(id: id) else {
                return ("unknown_approval", "there is no approval \(id); golem approval list shows those that wait")
            }
            return ("not_pending", approval.closing ?? "approval \(id) is not pending any more")
        } catch {
            return ("not_pending", "approval \(id) does not wait, and the store cannot say more: \(error.message)")
        }
    }

    private static func sentence(_ id: Int64, _ verdict: Verdict) -> String {
        switch verdict {
        case .approved(let by, _): "approval \(id) was approved by \(by) just now"
        case .rejected(let by, _): "approval \(id) was rejected by \(by) just now"
        case .expired: "approval \(id) expired just now"
        case .cancelled: "approval \(id) was cancelled just now: its turn ended"
        }
    }
}
