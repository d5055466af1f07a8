// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Agent {
    /// Carries out `/approve`, `/reject`, `/answer` and `/decline` of a chat.
    ///
    /// At once and beside the session's turns: the turn that asked waits for it.
    func decide(_ words: ApprovalWords, _ message: InboundMessage) async -> StoredOutcome {
        let text = await decisionText(words, message)
        if message.isDelivered {
            _ = await parts.notifier.post(
                OutboundDraft(
                    channel: message.channel, chatID: message.chatID, requestID: message.requestID, text: text))
        }
        return StoredOutcome(text: text, errorCode: nil)
    }

    private func decisionText(_ words: ApprovalWords, _ message: InboundMessage) async -> String {
        let actor = "\(message.channel):\(message.sender)"
        guard parts.notifier.approvers.allows(channel: message.channel, sender: message.sender) else {
            var entry = AuditEntry(
                "approval_refused", at: parts.time.wallNow(), result: "not in policy.approvers", actor: actor)
            entry.channel = message.channel
            entry.session = message.session
            entry.requestID = message.requestID
            parts.audit.record(entry)
            return "You may not decide this here. An operator can name you in policy.approvers as \(actor)."
        }
        switch words.wish {
        case .usage(let text): return text
        case .approve(let id, let scope):
            let refusal = await parts.approvals.decide(
                id: id, approve: true, by: actor, note: "approved", scope: scope, chat: message.session)
            return refusal?.message ?? "Approval \(id) approved."
        case .reject(let id, let note):
            let refusal = await parts.approvals.decide(
                id: id, approve: false, by: actor, note: note, scope: .once, chat: message.session)
            return refusal?.message ?? "Approval \(id) rejected."
        case .answer(let id, let answer):
            let refusal = parts.questions.answer(id: id, askedAt: nil, answer, by: actor, chat: message.session)
            let done = answer == .decline ? "declined" : "answered"
            return refusal?.message ?? "Question \(id) \(done)."
        }
    }
}
