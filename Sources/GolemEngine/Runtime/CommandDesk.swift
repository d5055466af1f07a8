// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents
import Synchronization

/// Checks, carries out and records operator commands; the same id gets the same reply.
package final class CommandDesk: CommandHandler {
    private struct Replies {
        var known: [String: (action: Command.Action, reply: CommandReply)] = [:]
        var order: [String] = []
        var underWay: [String: (action: Command.Action, end: Latch)] = [:]
    }

    let bus: EventBus
    let time: any TimeSource
    private let agent: Agent
    private let approvals: ApprovalDesk
    private let questions: QuestionDesk
    private let models: any ModelService
    let store: any Store
    private let outbox: Outbox
    private let policy: PolicyCommands
    private let audit: AuditLog
    private let mcp: MCPSupervisor
    private let servers: @Sendable () -> [String: MCPServerState]
    let redactor: Redactor
    let keeper: StateKeeper
    private let newID: @Sendable () -> String
    private let stop: @Sendable (String) -> Void
    private let status: @Sendable () async -> String
    private let replies = Mutex(Replies())

    /// How many replies are remembered for repeated commands at most.
    static let replyLimit = 1_024

    /// How many replies are remembered.
    var replyCount: Int { replies.withLock { max($0.known.count, $0.order.count) } }

    init(
        bus: EventBus, time: any TimeSource, agent: Agent, approvals: ApprovalDesk, questions: QuestionDesk,
        models: any ModelService,
        store: any Store, outbox: Outbox, policy: PolicyCommands, audit: AuditLog, mcp: MCPSupervisor,
        servers: @escaping @Sendable () -> [String: MCPServerState], redactor: Redactor, keeper: StateKeeper,
        newID: @escaping @Sendable () -> String,
        stop: @escaping @Sendable (String) -> Void, status: @escaping @Sendable () async -> String
    ) {
        self.bus = bus
        self.time = time
        self.agent = agent
        self.approvals = approvals
        self.questions = questions
        self.models = models
        self.store = store
        self.outbox = outbox
        self.policy = policy
        self.audit = audit
        self.mcp = mcp
        self.servers = servers
        self.redactor = redactor
        self.keeper = keeper
        self.newID = newID
        self.stop = stop
        self.status = status
    }

    package func handle(_ command: Command) async -> CommandReply {
        guard command.action.isChange else { return await reply(to: command) }
        let latch = Latch()
        while true {
            let (known, other) = replies.withLock { replies -> (CommandReply?, Latch?) in
                let action = replies.known[command.id]?.action ?? replies.underWay[command.id]?.action
                if let action, action != command.action { return (taken(command), nil) }
                if let known = replies.known[command.id] { return (known.reply, nil) }
                if let other = replies.underWay[command.id] { return (nil, other.end) }
                replies.underWay[command.id] = (command.action, latch)
                return (nil, nil)
            }
            if let known { return known }
            guard let other else { break }
            // The same command again while the first one is being carried out.
            await other.wait()
            if Task.isCancelled { return lost(command) }
        }
        let reply = await reply(to: command)
        record(command, reply)
        replies.withLock { replies in
            replies.underWay[command.id] = nil
            replies.known[command.id] = (command.action, reply)
            replies.order.append(command.id)
            if replies.order.count > Self.replyLimit { replies.known[replies.order.removeFirst()] = nil }
        }
        latch.open()
        return reply
    }

    private func reply(to command: Command) async -> CommandReply {
        let outcome = await carryOut(command)
        return CommandReply(
            commandID: command.id, status: outcome.isDone ? .done : .refused, code: outcome.code,
            message: redactor.redact(outcome.message), seq: bus.position, commandLine: command.action.commandLine,
            payload: outcome.payload)
    }

    private func lost(_ command: Command) -> CommandReply {
        CommandReply(
            commandID: command.id, status: .refused, code: "link_lost",
            message: "the connection ended before the reply", seq: bus.position)
    }

    /// Another command had the same id: its reply would be taken for an answer to this one.
    private func taken(_ command: Command) -> CommandReply {
        CommandReply(
            commandID: command.id, status: .refused, code: "id_taken",
            message: "another command had the id \(command.id.prefix(80)); each command needs an id of its own",
            seq: bus.position)
    }

    /// What came of a command.
    struct Outcome: Sendable {
        var isDone: Bool
        var code: String
        var message: String
        var payload: String?

        static func done(_ message: String, payload: String? = nil) -> Outcome {
            Outcome(isDone: true, code: "done", message: message, payload: payload)
        }

        static func refused(_ code: String, _ message: String) -> Outcome {
            Outcome(isDone: false, code: code, message: message)
        }
    }

    private func carryOut(_ command: Command) async -> Outcome {
        let actor = command.actor.name
        switch command.action {
        case .approve(let id, let scope):
            if let refusal = await approvals.decide(
                id: id, approve: true, by: actor, note: "approved", scope: scope, seen: command.seenSeq)
            {
                return .refused(refusal.code, refusal.message)
            }
            let stop = policy.control.emergencyStop.isOn
            return .done(
                "approval \(id) approved by \(actor)"
                    + (stop ? "; the call does not run all the same: the emergency stop is on" : ""))
        case .reject(let id, let note):
            if let refusal = await approvals.decide(id: id, approve: false, by: actor, note: note, scope: .once) {
                return .refused(refusal.code, refusal.message)
            }
            return .done("approval \(id) rejected by \(actor)")
        case .cancelTurn(let session):
            return agent.cancelTurn(session: session, by: actor)
                ? .done("the turn of \(session) is being ended")
                : .refused("no_turn", "no turn of \(session) is running")
        case .sendMessage(let session, let text): return await send(text, to: session, command)
        case .clearCooldown(let model):
            guard let name = await models.clearCooldown(model: model) else {
                return .refused("not_cooling", "\(model) does not cool down")
            }
            bus.publish(
                .providerCooldown(ProviderCooldown(model: name, until: nil, reason: "cleared by \(actor)")))
            return .done("\(model) is used again")
        case .retryOutbound(let id): return await retry(id)
        case .dropOutbound(let id): return await drop(id, by: actor)
        case .mute(let subject, let minutes, let reason): return mute(subject, minutes, reason, by: actor)
        case .unmute(let subject): return unmute(subject, by: actor)
        case .stopEngine:
            stop("asked by \(actor)")
            return .done("the engine is stopping")
        case .readTranscript(let session, let limit): return await transcript(session, limit)
        case .readStatus: return .done("status", payload: await status())
        case .listApprovals: return .done("approvals", payload: await pendingApprovals())
        case .revokeGrant, .setPolicyMode, .emergencyStop, .noteConfigChange, .readPolicy, .explainPolicy:
            return await policy.carryOut(command)
        case .listQuestions:
            // Redacted before it becomes JSON: afterwards a secret may be hidden by escapes.
            let open = questions.pending.map { question in
                var question = question
                question.mapText { redactor.redact($0) }
                return question
            }
            return .done("questions", payload: jsonText(open))
        case .answerQuestion(let id, let askedAt, let answer):
            if let refusal = questions.answer(id: id, askedAt: askedAt, answer, by: actor) {
                return .refused(refusal.code, refusal.message)
            }
            let word =
                switch answer {
                case .accept: "answered"
                case .decline: "declined"
                case .cancel: "cancelled"
                }
            return .done("question \(id) \(word) by \(actor)")
        case .listServers: return .done("mcp servers", payload: jsonText(servers()))
        case .disableServer, .enableServer, .reconnectServer, .setToolHidden, .testServer:
            guard let outcome = await mcp.carryOut(command.action, by: actor) else {
                return .refused("unknown", "this engine does not know that command")
            }
            return outcome
        }
    }

    private func send(_ text: String, to session: String, _ command: Command) async -> Outcome {
        let trimmed = text.trimmed
        guard !trimmed.isEmpty else { return .refused("empty", "the message is empty") }
        guard let colon = session.firstIndex(of: ":") else {
            return .refused("unknown_session", "a session is <channel>:<chat id>")
        }
        let channel = String(session[..<colon])
        // Whether the chat was seen since the start does not matter: an answer must reach the platform in any case.
        let message = InboundMessage(
            channel: channel, chatID: String(session[session.index(after: colon)...]),
            platformID: "command:\(command.id)", sender: command.actor.name, text: trimmed, requestID: newID(),
            isDelivered: outbox.delivers(to: channel), receivedAt: time.wallNow(), isOperator: true)
        do {
            _ = try await agent.accept(message)
            return .done("sent to \(session) as \(command.actor.name)")
        } catch {
            return .refused(error.code, error.message)
        }
    }

    private func retry(_ id: Int64) async -> Outcome {
        do {
            guard let message = try await store.reviveOutbound(id: id, now: time.wallNow()) else {
                return .refused("not_dead", "message \(id) was not given up")
            }
            bus.publish(
                .outboundQueued(
                    OutboundQueued(
                        messageID: message.id, channel: message.draft.channel, chatID: message.draft.chatID,
                        bytes: message.draft.text.utf8.count, isRetry: true)), requestID: message.draft.requestID,
                session: "\(message.draft.channel):\(message.draft.chatID)")
            outbox.enqueue([message])
            return .done("message \(id) is sent again")
        } catch {
            return .refused(error.code, error.message)
        }
    }

    private func pendingApprovals() async -> String {
        let now = time.wallNow()
        let requests = await approvals.pending.map { pending -> JSONValue in
            let draft = pending.draft
            let arguments = redactor.redact(draft.arguments)
            return [
                "id": .integer(pending.id), "session": .string(draft.session), "sender": .string(pending.sender),
                "request_id": .string(draft.requestID), "call_id": .string(draft.callID), "tool": .string(draft.tool),
                // A secret that was taken out may have been more than a text.
                "arguments": (try? JSONValue(parsing: arguments)) ?? .string(arguments),
                "reason": .string(redactor.redact(draft.reason)),
                "requested_at": .string(draft.requestedAt.rfc3339),
                "age_seconds": .integer(max(0, now.since(draft.requestedAt) / 1_000_000)),
                "expires_at": .string(draft.expiresAt.rfc3339),
                "notified": .array(pending.notified.map { .string($0) }),
            ]
        }
        return JSONValue.array(requests).text
    }

    private func record(_ command: Command, _ reply: CommandReply) {
        var entry = AuditEntry(
            "operator_command", at: time.wallNow(), result: "\(reply.status.rawValue): \(reply.code)",
            actor: "\(command.actor.kind):\(command.actor.name)")
        entry.outcome = redactor.redact(command.action.loggedCommandLine)
        audit.record(entry)
        bus.publish(
            .log(
                LogRecorded(
                    level: reply.status == .refused ? .warn : .info, message: "operator command",
                    fields: [
                        LogField("actor", "\(command.actor.kind):\(command.actor.name)"),
                        LogField("command", command.action.loggedCommandLine),
                        LogField("status", reply.status.rawValue), LogField("code", reply.code),
                    ])))
    }
}
