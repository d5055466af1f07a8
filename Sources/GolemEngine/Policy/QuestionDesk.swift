// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents
import Synchronization

/// Where questions of MCP servers wait for a person.
///
/// A question ends with its answer, its expiry, its call, its connection, the emergency stop or the server being
/// disabled, whichever comes first. What is answered goes to the server: no event, log line or audit entry holds it.
package final class QuestionDesk: Sendable {
    /// How many questions may be open; further ones are answered with cancel.
    static let openLimit = 64
    /// How many closed questions are remembered, to say what became of them.
    private static let closedLimit = 64

    /// How a question ends.
    private enum Verdict: Sendable {
        case accepted([String: QuestionField.Value], by: String)
        case declined(by: String)
        case cancelled(by: String)
        case withdrawn(String)
        case expired
    }

    private struct Open {
        let question: QuestionAsked
        let caller: MCPCaller?
        let arrivals: Int
        let verdict = OneShot<Verdict>()

        var context: ToolContext? { caller?.context }
    }

    private struct State {
        var open: [Int64: Open] = [:]
        var next: Int64 = 1
        var closed: [(id: Int64, sentence: String)] = []
    }

    private let bus: EventBus
    private let time: any TimeSource
    private let audit: AuditLog
    private let notifier: ApprovalDesk.Notifier
    private let stop: EmergencyStop
    private let lifetime: Duration
    private let state = Mutex(State())

    /// Makes a desk whose questions expire after `lifetime`.
    package init(
        bus: EventBus, time: any TimeSource, audit: AuditLog, notifier: ApprovalDesk.Notifier, stop: EmergencyStop,
        lifetime: Duration = .seconds(600)
    ) {
        self.bus = bus
        self.time = time
        self.audit = audit
        self.notifier = notifier
        self.stop = stop
        self.lifetime = lifetime
    }

    /// The open questions, oldest first.
    package var pending: [QuestionAsked] {
        state.withLock { $0.open.values.map(\.question) }.sorted { $0.id < $1.id }
    }

    // MARK: - Asking

    /// Asks people and waits; cancelling the task withdraws the question.
    func ask(_ asked: MCPElicitation, for caller: MCPCaller?) async -> MCPElicitationAnswer {
        guard let pass = stop.begin(isCall: false) else { return .cancel }
        defer { stop.end(pass) }
        guard let open = admit(asked, caller) else {
            let fields = [LogField("server", asked.server), LogField("open", String(Self.openLimit))]
            let text = "mcp server asks, and too many questions wait already; it was answered with cancel"
            bus.publish(.log(LogRecorded(level: .warn, message: text, fields: fields)))
            return .cancel
        }
        publish(.questionAsked(open.question), open)
        audit.record(entry("question_asked", open, result: Self.what(open.question)))
        await post(open)
        pass.interruption.onFire { self.end(open, .withdrawn("all tools were stopped")) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await open.verdict.wait() }
            group.addTask { [time, lifetime] in
                if (try? await time.sleep(for: lifetime)) != nil { self.end(open, .expired) }
            }
            if let caller {
                group.addTask {
                    await caller.ended.wait()
                    if caller.ended.isOpen { self.end(open, .withdrawn("its call ended")) }
                }
            }
            await group.next()
            group.cancelAll()
        }
        end(open, .withdrawn("the server does not wait for it any more"))
        switch open.verdict.current {
        case .accepted(let values, _)?: return .accept(values.json)
        case .declined?: return .decline
        case .cancelled?, .withdrawn?, .expired?, nil: return .cancel
        }
    }

    /// Ends the open questions of a server.
    func withdraw(server: String, because reason: String) {
        let open = state.withLock { state in state.open.values.filter { $0.question.server == server } }
        for question in open { end(question, .withdrawn(reason)) }
    }

    private func admit(_ asked: MCPElicitation, _ caller: MCPCaller?) -> Open? {
        let now = time.wallNow()
        let context = caller?.context
        var fields: [QuestionField] = []
        var url: String?
        switch asked.kind {
        case .form(let wanted): fields = wanted
        case .url(let page, _): url = page
        }
        let (arrivals, notified) = (notifier.audience.arrivals, told(context))
        return state.withLock { state in
            guard state.open.count < Self.openLimit else { return nil }
            let question = QuestionAsked(
                id: state.next, server: asked.server, message: asked.message, fields: fields, url: url,
                tool: caller?.tool, callID: context?.callID, askedAt: now,
                expiresAt: now.adding(microseconds: lifetime.microseconds), notified: notified)
            state.next += 1
            let open = Open(question: question, caller: caller, arrivals: arrivals)
            state.open[question.id] = open
            return open
        }
    }

    /// Who learns of a question and may answer it.
    private func told(_ context: ToolContext?) -> [String] {
        var told: [String] = []
        let consoles = notifier.audience.present
        if consoles > 0 { told.append("consoles: \(consoles)") }
        guard let context, notifier.approvers.allows(channel: context.channel, sender: context.sender) else {
            return told
        }
        if context.feed?.isWatched == true { told.append("stream") }
        if notifier.delivers(context.channel) { told.append("chat \(context.session)") }
        return told
    }

    /// Sends the question to the chat whose call waits, where its sender may answer.
    private func post(_ open: Open) async {
        guard let context = open.context,
            notifier.approvers.allows(channel: context.channel, sender: context.sender)
        else { return }
        let text = notifier.redactor.redact(QuestionWords.text(open.question, lifetime: lifetime))
        context.feed?.publish(
            .question(
                id: open.question.id, callID: open.question.callID ?? "", name: open.question.tool ?? "", text: text,
                isApproval: false))
        guard notifier.delivers(context.channel) else { return }
        let draft = OutboundDraft(
            channel: context.channel, chatID: context.chatID, requestID: context.requestID, text: text)
        if await !notifier.post(draft) {
            let fields = [LogField("question", String(open.question.id))]
            let text = "the question of an mcp server could not be sent to its chat"
            publish(.log(LogRecorded(level: .error, message: text, fields: fields)), open)
        }
    }

    // MARK: - Answering

    /// Answers an open question.
    ///
    /// `askedAt` is the question that was seen: another one with its number is not answered. `chat` is the session
    /// of a chat that answers: it answers its own questions only. Gives a refusal's code and sentence, or nil when the
    /// answer took effect.
    package func answer(
        id: Int64, askedAt: Timestamp?, _ answer: QuestionAnswer, by: String, chat: String? = nil
    ) -> (code: String, message: String)? {
        let (known, sentence) = state.withLock { state in
            (state.open[id], state.closed.last { $0.id == id }?.sentence)
        }
        guard let open = known else {
            if let sentence { return ("not_open", sentence) }
            return ("unknown_question", "there is no question \(id); golem mcp questions shows those that wait")
        }
        if let askedAt, askedAt != open.question.askedAt {
            return ("other_question", "question \(id) is another one now; look at it again: golem mcp questions")
        }
        if let chat, chat != open.context?.session {
            return ("other_chat", "question \(id) comes from another chat and is answered there")
        }
        let verdict: Verdict
        switch answer {
        case .decline: verdict = .declined(by: by)
        case .cancel: verdict = .cancelled(by: by)
        case .accept(let texts):
            do throws(QuestionField.Misfit) {
                verdict = .accepted(try values(texts, open.question.fields), by: by)
            } catch {
                return ("misfit", "question \(id) is not answered: \(error.reason)")
            }
        }
        guard end(open, verdict) else {
            let sentence = state.withLock { $0.closed.last { $0.id == id }?.sentence }
            return ("not_open", sentence ?? "question \(id) is not open any more")
        }
        return nil
    }

    /// The answers to a form; a text without a name answers a form's only field.
    private func values(
        _ texts: [String: [String]], _ fields: [QuestionField]
    ) throws(QuestionField.Misfit) -> [String: QuestionField.Value] {
        var texts = texts
        if let nameless = texts.removeValue(forKey: "") {
            guard fields.count == 1, texts.isEmpty else {
                let form = fields.map { "\($0.name)=…" }.joined(separator: " ")
                throw QuestionField.Misfit(
                    reason: fields.isEmpty ? "it has no fields" : "each answer needs its field: \(form)")
            }
            texts[fields[0].name] = nameless
        }
        return try fields.values(of: texts)
    }

    /// Closes a question; false when it was closed before.
    @discardableResult
    private func end(_ open: Open, _ verdict: Verdict) -> Bool {
        guard open.verdict.fulfil(verdict) else { return false }
        let (outcome, by, note) = words(verdict, open)
        let question = open.question
        state.withLock { state in
            state.open[question.id] = nil
            let who = by == "system" ? "" : " by \(by)"
            let why = note.isEmpty ? "" : ": \(note)"
            state.closed.append(
                (question.id, "question \(question.id) of \(question.server) was \(outcome)\(who)\(why)"))
            if state.closed.count > Self.closedLimit { state.closed.removeFirst() }
        }
        let closing = QuestionClosed(
            id: question.id, server: question.server, outcome: outcome, by: by, note: note)
        let isExpiry: Bool = if case .expired = verdict { true } else { false }
        var line = entry(isExpiry ? "question_expired" : "question_answered", open, result: Self.what(question))
        line.actor = by
        line.outcome = note.isEmpty ? outcome : "\(outcome): \(note)"
        // Of the answer itself the line holds the digest only.
        if case .accepted(let values, _) = verdict { line.arguments = values.json }
        audit.record(line)
        publish(isExpiry ? .questionExpired(closing) : .questionAnswered(closing), open)
        return true
    }

    private func words(_ verdict: Verdict, _ open: Open) -> (outcome: String, by: String, note: String) {
        switch verdict {
        case .accepted(_, let by): return ("accepted", by, "")
        case .declined(let by): return ("declined", by, "")
        case .cancelled(let by): return ("cancelled", by, "")
        case .withdrawn(let reason): return ("withdrawn", "system", reason)
        case .expired:
            // A console that came later saw the question in its list.
            let wasAsked = !open.question.notified.isEmpty || notifier.audience.arrivals > open.arrivals
            return wasAsked
                ? ("expired", "system", "nobody answered in time")
                : ("nobody_asked", "system", "nobody could be asked: no console, no approver in the chat")
        }
    }

    // MARK: - Telling

    private func publish(_ kind: EventKind, _ open: Open) {
        bus.publish(kind, requestID: open.context?.requestID, session: open.context?.session)
    }

    private func entry(_ type: String, _ open: Open, result: String) -> AuditEntry {
        var entry = AuditEntry(type, at: time.wallNow(), result: result, actor: "mcp:\(open.question.server)")
        entry.requestID = open.context?.requestID
        entry.tool = open.caller?.policyName
        entry.session = open.context?.session
        entry.channel = open.context?.channel
        return entry
    }

    /// What is asked for, without the server's own words.
    private static func what(_ question: QuestionAsked) -> String {
        if let host = question.host { return "question \(question.id): open a page of \(host)" }
        let names = question.fields.map(\.name).joined(separator: ",")
        return "question \(question.id): form \(names.isEmpty ? "without fields" : names)"
    }
}
