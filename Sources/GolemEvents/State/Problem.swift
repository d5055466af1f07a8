// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Something that an operator should know or decide, derived from the state.
public struct Problem: Sendable, Equatable {
    /// How urgent it is, most urgent first.
    public enum Severity: Int, Sendable, Equatable, Comparable, Codable {
        /// Users are affected.
        case critical
        /// Something is wrong or risky.
        case warning
        /// Somebody waits for a decision.
        case ask

        /// Whether `lhs` is more urgent.
        public static func < (lhs: Severity, rhs: Severity) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    /// What the problem is about, so that a console can go there.
    public enum Subject: Sendable, Equatable, Hashable {
        /// A supervised service.
        case service(String)
        /// An MCP server.
        case server(String)
        /// A model.
        case model(String)
        /// A tool.
        case tool(String)
        /// A chat, by session key.
        case chat(String)
        /// A channel's deliveries.
        case outbound(String)
        /// A pending approval.
        case approval(Int64)
        /// A question of an MCP server, by number.
        case question(Int64)
        /// A standing policy warning, by code.
        case policy(String)
        /// A refused sender, by session key.
        case refusedSender(String)

        /// Its name in commands and lists: a kind and an object, such as `outbound telegram`.
        public var name: String {
            switch self {
            case .service(let name): "service \(name)"
            case .server(let name): "server \(name)"
            case .model(let name): "model \(name)"
            case .tool(let name): "tool \(name)"
            case .chat(let session): "chat \(session)"
            case .outbound(let channel): "outbound \(channel)"
            case .approval(let id): "approval \(id)"
            case .question(let id): "question \(id)"
            case .policy(let code): "policy \(code)"
            case .refusedSender(let session): "refused \(session)"
            }
        }
    }

    /// How urgent it is.
    public var severity: Severity
    /// What it is about.
    public var subject: Subject
    /// One sentence.
    public var text: String
    /// Since when, as far as known.
    public var since: Timestamp?
    /// When it expires, for decisions.
    public var expiresAt: Timestamp?
    /// Who lets it rest until when; nil when nobody does.
    public var mute: Mute?
}

extension EngineState {
    /// All open problems at `now`, worst first, then the oldest first; muted ones come last.
    public func problems(now: Timestamp) -> [Problem] {
        var found = serviceProblems(now) + mcpProblems(now) + workProblems(now) + decisions()
        for index in found.indices { found[index].mute = mute(of: found[index], at: now) }
        found.sort {
            ($0.mute == nil ? 0 : 1, $0.severity.rawValue, $0.since?.microseconds ?? .max, $0.text)
                < ($1.mute == nil ? 0 : 1, $1.severity.rawValue, $1.since?.microseconds ?? .max, $1.text)
        }
        return found
    }

    /// What lets a problem rest; a problem that got worse since is shown again.
    private func mute(of problem: Problem, at now: Timestamp) -> Mute? {
        guard !mutes.isEmpty, let mute = mutes[problem.subject.name], mute.until > now,
            problem.severity >= mute.severity
        else { return nil }
        return mute
    }

    private func serviceProblems(_ now: Timestamp) -> [Problem] {
        var found: [Problem] = []
        for (name, service) in services {
            switch service.health {
            case .down(let reason, let retryAt):
                let retry = retryAt.map { ", next try in \(max(0, $0.since(now) / 1_000_000))s" } ?? ""
                found.append(
                    Problem(
                        severity: .critical, subject: .service(name), text: "\(name): down, \(reason)\(retry)",
                        since: service.since))
            case .degraded(let reason):
                found.append(
                    Problem(
                        severity: .warning, subject: .service(name), text: "\(name): degraded, \(reason)",
                        since: service.since))
            case .starting, .healthy, .disabled: break
            }
        }
        for (name, model) in models {
            guard let until = model.coolDownUntil, until > now else { continue }
            let left = until.since(now) / 1_000_000
            found.append(
                Problem(
                    severity: .warning, subject: .model(name),
                    text: "model \(name): cools down for \(left)s, \(model.coolDownReason)", since: nil))
        }
        return found
    }

    private func workProblems(_ now: Timestamp) -> [Problem] {
        var found: [Problem] = []
        for (name, tool) in tools {
            let window = tool.recent.window(seconds: 900, now: now)
            let calls = window.latencies.count
            if calls >= 4, window.errors * 5 >= calls {
                found.append(
                    Problem(
                        severity: .warning, subject: .tool(name),
                        text: "tool \(name): \(window.errors) of \(calls) calls failed in 15m",
                        since: tool.failures.elements.first?.time))
            }
        }
        for (name, channel) in outbound {
            if channel.dead > 0 {
                found.append(
                    Problem(
                        severity: .critical, subject: .outbound(name),
                        text: "outbound \(name): \(channel.givenUpText)", since: channel.givenUp.first?.time))
                continue
            }
            let window = channel.recent.window(seconds: 900, now: now)
            let attempts = window.latencies.count
            if attempts >= 5, window.errors * 5 >= attempts {
                found.append(
                    Problem(
                        severity: .critical, subject: .outbound(name),
                        text: "outbound \(name): \(window.errors) of \(attempts) attempts failed in 15m, last: "
                            + (channel.lastError ?? "-"),
                        since: nil))
            }
        }
        for (session, chat) in chats {
            if case .failed(let reason) = chat.phase {
                found.append(
                    Problem(
                        severity: .warning, subject: .chat(session),
                        text: "chat \(session): last turn failed, \(reason)", since: chat.since))
            }
        }
        if let stop = policy.emergencyStop {
            found.append(
                Problem(
                    severity: .critical, subject: .policy("estop"),
                    text: "EMERGENCY STOP by \(stop.by): no tool runs"
                        + (stop.reason.isEmpty ? "" : " (\(bounded(stop.reason, 200)))")
                        + "; golem estop off releases it",
                    since: stop.at))
        }
        if let sandbox, let problem = sandbox.problem {
            found.append(
                Problem(
                    severity: .warning, subject: .policy("sandbox"),
                    text: "\(sandbox.tool) runs nothing, its sandbox cannot be had: \(problem)", since: nil))
        }
        for (code, message) in policyWarnings {
            found.append(
                Problem(severity: .warning, subject: .policy(code), text: "policy: \(message)", since: nil))
        }
        return found
    }

    private func decisions() -> [Problem] {
        var found: [Problem] = []
        for (id, approval) in approvals {
            found.append(
                Problem(
                    severity: .ask, subject: .approval(id),
                    text: "approval \(id): \(approval.request.tool) \(bounded(approval.request.arguments, 120))",
                    since: approval.since, expiresAt: approval.request.expiresAt))
        }
        for (id, open) in questions {
            found.append(
                Problem(
                    severity: .ask, subject: .question(id),
                    text: "question \(id): \(open.question.server) asks: \(bounded(open.question.message, 120))",
                    since: open.question.askedAt, expiresAt: open.question.expiresAt))
        }
        for (session, sender) in refused {
            found.append(
                Problem(
                    severity: .ask, subject: .refusedSender(session),
                    text: "sender \(sender.sender) on \(session) refused: \(sender.reason)", since: sender.time))
        }
        return found
    }
}

extension OutboundState {
    /// The numbers that are named at most.
    private static let namedNumbers = 5

    /// What was given up, with the numbers that `golem outbound retry` takes.
    fileprivate var givenUpText: String {
        guard !givenUp.isEmpty else { return "\(dead) given up, numbers in the log (event:outbound.dead)" }
        let numbers = givenUp.suffix(Self.namedNumbers).map { "\($0.id)" }.joined(separator: " ")
        let rest = Int(dead) - min(givenUp.count, Self.namedNumbers)
        let more = rest > 0 ? " and \(rest) more" : ""
        let what = dead == 1 ? "message \(numbers) was given up" : "\(dead) messages given up: \(numbers)\(more)"
        return "\(what), last: \(givenUp.last?.error ?? lastError ?? "-")"
    }
}
