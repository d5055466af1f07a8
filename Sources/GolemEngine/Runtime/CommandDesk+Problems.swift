// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension CommandDesk {
    /// Minutes that a problem rests at most: a day.
    private static let muteLimit = 1_440

    /// Drops a message that was given up: it leaves the alarm and nobody gets it.
    func drop(_ id: Int64, by actor: String) async -> Outcome {
        do {
            guard let message = try await store.dropOutbound(id: id) else {
                return .refused("not_dead", "message \(id) was not given up")
            }
            bus.publish(
                .outboundDropped(
                    OutboundDropped(
                        messageID: message.id, channel: message.draft.channel, chatID: message.draft.chatID, by: actor)),
                requestID: message.draft.requestID, session: "\(message.draft.channel):\(message.draft.chatID)")
            return .done("message \(id) to \(message.draft.channel):\(message.draft.chatID) was dropped by \(actor)")
        } catch {
            return .refused(error.code, error.message)
        }
    }

    /// Lets an open problem rest, in all consoles.
    func mute(_ subject: String, _ minutes: Int, _ reason: String, by actor: String) -> Outcome {
        let reason = reason.trimmed
        guard !reason.isEmpty else { return .refused("no_reason", "a mute needs a reason") }
        guard (1...Self.muteLimit).contains(minutes) else {
            return .refused("bad_time", "a mute lasts 1 to \(Self.muteLimit) minutes")
        }
        let now = time.wallNow()
        let open = keeper.read { state in state.problems(now: now).first { $0.subject.name == subject } }
        guard let problem = open else {
            return .refused("not_open", "no problem \(subject) is open")
        }
        let until = now.adding(seconds: Int64(minutes) * 60)
        bus.publish(
            .problemMuted(
                ProblemMuted(
                    subject: subject, until: until, severity: problem.severity.rawValue,
                    reason: String(reason.prefix(300)), by: actor)))
        return .done("\(subject) is muted until \(until.rfc3339)")
    }

    /// Shows a muted problem again.
    func unmute(_ subject: String, by actor: String) -> Outcome {
        let now = time.wallNow()
        guard let mute = keeper.read({ $0.mutes[subject] }), mute.until > now else {
            return .refused("not_muted", "no problem \(subject) is muted")
        }
        bus.publish(
            .problemMuted(
                ProblemMuted(
                    subject: subject, until: nil, severity: mute.severity.rawValue, reason: "", by: actor)))
        return .done("\(subject) is shown again")
    }
}
