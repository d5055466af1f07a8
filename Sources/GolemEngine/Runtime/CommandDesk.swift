// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents
import Synchronization

/// Checks, carries out and records operator commands; the same id gets the same reply.
package final class CommandDesk: CommandHandler {
    private struct Replies {
        var known: [String: CommandReply] = [:]
        var order: [String] = []
        var underWay: [String: Latch] = [:]
    }

    private let bus: EventBus
    private let time: any TimeSource
    private let agent: Agent
    private let approvals: ApprovalDesk
    private let models: any ModelService
    private let store: any Store
    private let outbox: Outbox
    private let policy: PolicyCommands
    private let audit: AuditLog
    private let mcp: MCPSupervisor
    private let servers: @Sendable () -> [String: MCPServerState]
    private let redactor: Redactor
    private let newID: @Sendable () -> String
    private let stop: @Sendable (String) -> Void
    private let status: @Sendable () async -> String
    private let replies = Mutex(Replies())

    /// How many replies are remembered for repeated commands at most.
    static let replyLimit = 1_024

    /// How many replies are remembered.
    var replyCount: Int { replies.withLock { max($0.known.count, $0.order.count) } }

    init(
        bus: EventBus, time: any TimeSource, agent: Agent, approvals: ApprovalDesk, models: any ModelService,
        store: any Store, outbox: Outbox, policy: PolicyCommands, audit: AuditLog, mcp: MCPSupervisor,
        servers: @escaping @Sendable () -> [String: MCPServerState], redactor: Redactor,
        newID: @escaping @Sendable () -> String,
        stop: @escaping @Sendable (String) -> Void, status: @escaping @Sendable () async -> String
    ) {
        self.bus = bus
        self.time = time
        self.agent = agent
        self.approvals = approvals
        self.models = models
        self.store = store
        self.outbox = outbox
        self.policy = policy
        self.audit = audit
        self.mcp = mcp
        self.servers = servers
        self.redactor = redactor
        self.newID = newID
        self.stop = stop
        self.status = status
    }

    package func handle(_ command: Command) async -> CommandReply {
        guard command.action.isChange else { return await reply(to: command) }
        let latch = Latch()
        while true {
            let (known, other) = replies.withLock { replies -> (CommandReply?, Latch?) in
                if let known = replies.known[command.id] { return (known, nil) }
                if let other = replies.underWay[command.id] { return (nil, other) }
                replies.underWay[command.id] = latch
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
            replies.known[command.id] = reply
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
            if let refusal = await approvals.decide(id: id, approve: true, by: actor, note: "approved", scope: scope) {
                return await refused(refusal, approval: id)
            }
            return .done("approval \(id) approved by \(actor)")
        case .reject(let id, let note):
            if let refusal = await approvals.decide(id: id, approve: false, by: actor, note: note, scope: .once) {
                return await refused(refusal, approval: id)
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
        case .stopEngine:
            stop("asked by \(actor)")
            return .done("the engine is stopping")
        case .readTranscript(let session, let limit): return await transcript(session, limit)
        case .readStatus: return .done("status", payload: await status())
        case .listApprovals: return .done("approvals", payload: await pendingApprovals())
        case .revokeGrant, .setPolicyMode, .emergencyStop, .noteConfigChange, .readPolicy, .explainPolicy:
            return await policy.carryOut(command)
        case .listServers: return .done("mcp servers", payload: jsonText(servers()))
        case .disableServer, .enableServer, .reconnectServer, .setToolHidden, .testServer:
            guard let outcome = await mcp.carryOut(command.action, by: actor) else {
                return .refused("unknown", "this engine does not know that command")
            }
            return Outcome(isDone: outcome.isDone, code: outcome.code, message: outcome.message)
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
            isDelivered: outbox.delivers(to: channel), receivedAt: time.wallNow())
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
                        bytes: message.draft.text.utf8.count)), requestID: message.draft.requestID,
                session: "\(message.draft.channel):\(message.draft.chatID)")
            outbox.enqueue([message])
            return .done("message \(id) is sent again")
        } catch {
            return .refused(error.code, error.message)
        }
    }

    private func transcript(_ session: String, _ limit: Int) async -> Outcome {
        do {
            let history = try await store.history(session: session, limit: min(max(1, limit), 2_000))
            return .done("transcript of \(session)", payload: jsonText(history.map { redacted($0.message) }))
        } catch {
            return .refused(error.code, error.message)
        }
    }

    /// A refusal to decide, with what became of an approval that is not pending.
    private func refused(_ refusal: (code: String, message: String), approval id: Int64) async -> Outcome {
        guard refusal.code == "not_pending" else { return .refused(refusal.code, refusal.message) }
        do throws(StoreError) {
            guard let approval = try await store.approval(id: id) else {
                return .refused(
                    "unknown_approval", "there is no approval \(id); golem approval list shows those that wait")
            }
            return .refused(refusal.code, approval.closing ?? refusal.message)
        } catch {
            return .refused(refusal.code, refusal.message)
        }
    }

    private func pendingApprovals() async -> String {
        var requests: [ApprovalRequested] = []
        for (id, draft) in await approvals.pending {
            requests.append(
                ApprovalRequested(
                    id: id, callID: draft.callID, tool: draft.tool, arguments: redactor.redact(draft.arguments),
                    reason: redactor.redact(draft.reason), expiresAt: draft.expiresAt,
                    notified: await approvals.notified(of: id)))
        }
        return jsonText(requests)
    }

    /// Redacted before it becomes JSON: afterwards a secret may be hidden by escapes.
    private func redacted(_ message: ModelMessage) -> ModelMessage {
        switch message {
        case .user(let text): .user(redactor.redact(text))
        case .assistant(let text, let calls):
            .assistant(
                text: redactor.redact(text),
                toolCalls: calls.map {
                    ModelToolCall(id: $0.id, name: $0.name, arguments: redactor.redact($0.arguments))
                })
        case .toolResult(let id, let name, let content, let isError):
            .toolResult(callID: id, name: name, content: redactor.redact(content), isError: isError)
        }
    }

    private func record(_ command: Command, _ reply: CommandReply) {
        var entry = AuditEntry(
            "operator_command", at: time.wallNow(), result: "\(reply.status.rawValue): \(reply.code)",
            actor: "\(command.actor.kind):\(command.actor.name)")
        entry.outcome = redactor.redact(command.action.commandLine ?? "\(command.action)")
        audit.record(entry)
        bus.publish(
            .log(
                LogRecorded(
                    level: reply.status == .refused ? .warn : .info, message: "operator command",
                    fields: [
                        LogField("actor", "\(command.actor.kind):\(command.actor.name)"),
                        LogField("command", command.action.commandLine ?? "\(command.action)"),
                        LogField("status", reply.status.rawValue), LogField("code", reply.code),
                    ])))
    }
}

extension Command.Action {
    /// The command line that does the same; nil when there is none.
    package var commandLine: String? {
        switch self {
        case .approve(let id, .once): "golem approval approve \(id)"
        case .approve(let id, .session): "golem approval approve \(id) --for session"
        case .approve(let id, .minutes(let minutes)): "golem approval approve \(id) --for \(minutes)m"
        case .reject(let id, let note): "golem approval reject \(id)" + (note.isEmpty ? "" : " --note '\(note)'")
        case .cancelTurn(let session): "golem chats cancel \(session)"
        case .sendMessage(let session, _): "golem chats send \(session) …"
        case .clearCooldown(let model): "golem models clear-cooldown \(model)"
        case .retryOutbound(let id): "golem outbound retry \(id)"
        case .disableServer(let server, let lasting, let cancelsCalls):
            "golem mcp disable \(server)" + lasting.flag + (cancelsCalls ? " --cancel-calls" : "")
        case .enableServer(let server, let isKept): "golem mcp enable \(server)" + (isKept ? " --keep" : "")
        case .reconnectServer(let server): "golem mcp reconnect \(server)"
        case .setToolHidden(let server, let tool, let isHidden, let isKept):
            "golem mcp \(isHidden ? "hide" : "unhide") \(server) \(tool)" + (isKept ? " --keep" : "")
        case .testServer(let server): "golem mcp test \(server)"
        case .listServers: "golem mcp list"
        case .stopEngine: "golem stop"
        case .readTranscript(let session, _): "golem chats show \(session)"
        case .readStatus: "golem status"
        case .listApprovals: "golem approval list"
        case .revokeGrant(let id): "golem approval revoke \(id)"
        case .setPolicyMode(let mode, let ttl, let isKept):
            "golem policy \(mode)" + (ttl.map { " --ttl \(GoDuration.text(.seconds($0)))" } ?? "")
                + (isKept ? " --keep" : "")
        case .emergencyStop(let isOn, let reason):
            "golem estop \(isOn ? "on" : "off")" + (reason.isEmpty ? "" : " --reason '\(reason)'")
        case .noteConfigChange(let key): "golem config set \(key) …"
        case .readPolicy: "golem policy show"
        case .explainPolicy(let tool, _, _, _): "golem policy explain \(tool)"
        }
    }
}

extension Command.ServerLasting {
    /// As it stands on a command line.
    fileprivate var flag: String {
        switch self {
        case .untilRestart: ""
        case .minutes(let minutes): " --for \(minutes)m"
        case .kept: " --keep"
        }
    }
}
