// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents
import Synchronization

/// Checks, carries out and records operator commands; the same id gets the same reply.
package final class CommandDesk: CommandHandler {
    private struct Replies {
        var known: [String: CommandReply] = [:]
        var order: [String] = []
    }

    private let bus: EventBus
    private let time: any TimeSource
    private let agent: Agent
    private let approvals: ApprovalDesk
    private let models: any ModelService
    private let store: any Store
    private let outbox: Outbox
    private let keeper: StateKeeper
    private let newID: @Sendable () -> String
    private let stop: @Sendable (String) -> Void
    private let status: @Sendable () async -> String
    private let replies = Mutex(Replies())

    init(
        bus: EventBus, time: any TimeSource, agent: Agent, approvals: ApprovalDesk, models: any ModelService,
        store: any Store, outbox: Outbox, keeper: StateKeeper, newID: @escaping @Sendable () -> String,
        stop: @escaping @Sendable (String) -> Void, status: @escaping @Sendable () async -> String
    ) {
        self.bus = bus
        self.time = time
        self.agent = agent
        self.approvals = approvals
        self.models = models
        self.store = store
        self.outbox = outbox
        self.keeper = keeper
        self.newID = newID
        self.stop = stop
        self.status = status
    }

    package func handle(_ command: Command) async -> CommandReply {
        if let known = replies.withLock({ $0.known[command.id] }) { return known }
        let outcome = await carryOut(command)
        let reply = CommandReply(
            commandID: command.id, status: outcome.isDone ? .done : .refused, code: outcome.code,
            message: outcome.message, seq: bus.position, commandLine: command.action.commandLine,
            payload: outcome.payload)
        if command.action.isChange {
            record(command, reply)
            replies.withLock { replies in
                replies.known[command.id] = reply
                replies.order.append(command.id)
                if replies.order.count > 1_024 { replies.known[replies.order.removeFirst()] = nil }
            }
        }
        return reply
    }

    private struct Outcome {
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
                return .refused(refusal.code, refusal.message)
            }
            return .done("approval \(id) approved by \(actor)")
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
            return await models.clearCooldown(model: model)
                ? .done("\(model) is used again") : .refused("not_cooling", "\(model) does not cool down")
        case .retryOutbound(let id): return await retry(id)
        case .stopEngine:
            stop("asked by \(actor)")
            return .done("the engine is stopping")
        case .readTranscript(let session, let limit): return await transcript(session, limit)
        case .readStatus: return .done("status", payload: await status())
        case .listApprovals: return .done("approvals", payload: await pendingApprovals())
        }
    }

    private func send(_ text: String, to session: String, _ command: Command) async -> Outcome {
        let trimmed = text.trimmed
        guard !trimmed.isEmpty else { return .refused("empty", "the message is empty") }
        guard let colon = session.firstIndex(of: ":") else {
            return .refused("unknown_session", "a session is <channel>:<chat id>")
        }
        let channel = String(session[..<colon])
        let isPlatform = keeper.read { $0.chats[session] != nil } && outbox.delivers(to: channel)
        let message = InboundMessage(
            channel: channel, chatID: String(session[session.index(after: colon)...]), platformID: command.id,
            sender: command.actor.name, text: trimmed, requestID: newID(), isDelivered: isPlatform,
            receivedAt: time.wallNow())
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
            outbox.enqueue([message])
            return .done("message \(id) is sent again")
        } catch {
            return .refused(error.code, error.message)
        }
    }

    private func transcript(_ session: String, _ limit: Int) async -> Outcome {
        do {
            let history = try await store.history(session: session, limit: min(max(1, limit), 2_000))
            return .done("transcript of \(session)", payload: jsonText(history.map(\.message)))
        } catch {
            return .refused(error.code, error.message)
        }
    }

    private func pendingApprovals() async -> String {
        jsonText(
            await approvals.pending.map { id, draft in
                ApprovalRequested(
                    id: id, callID: draft.callID, tool: draft.tool, arguments: draft.arguments, reason: draft.reason,
                    expiresAt: draft.expiresAt)
            })
    }

    private func record(_ command: Command, _ reply: CommandReply) {
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
        case .stopEngine: "golem stop"
        case .readTranscript(let session, _): "golem chats show \(session)"
        case .readStatus: "golem status"
        case .listApprovals: "golem approval list"
        }
    }
}
