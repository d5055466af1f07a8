// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// An operator's wish: the only way to act on the engine from outside a chat.
///
/// Keys of the console, the command line and signals all send commands. A command is checked, carried out, audited
/// and answered with the state read back; sending the same `id` again gives the first reply again.
public struct Command: Sendable, Equatable, Codable {
    /// A unique id, chosen by the sender; makes resending safe.
    public var id: String
    /// Who asks.
    public var actor: Actor
    /// The position that the actor saw; nil when the actor saw no state (command line).
    public var seenSeq: UInt64?
    /// What is asked.
    public var action: Action

    /// Makes a command.
    public init(id: String, actor: Actor, seenSeq: UInt64? = nil, action: Action) {
        self.id = id
        self.actor = actor
        self.seenSeq = seenSeq
        self.action = action
    }

    /// Who acts.
    public struct Actor: Sendable, Equatable, Codable {
        /// Where the command comes from: `console`, `cli`, `http` or `signal`.
        public var kind: String
        /// The person's login name.
        public var user: String
        /// The host that the person works on.
        public var host: String

        /// Makes an actor.
        public init(kind: String, user: String, host: String) {
            self.kind = kind
            self.user = user
            self.host = host
        }

        /// The actor as shown to people: `user@host`.
        public var name: String { host.isEmpty ? user : "\(user)@\(host)" }
    }

    /// How far an approval reaches.
    public enum ApprovalScope: Sendable, Equatable, Codable {
        /// This call only.
        case once
        /// All calls of this tool in this session until restart.
        case session
        /// All calls of this tool in this session for some minutes.
        case minutes(Int)
    }

    /// What is asked of the engine.
    public enum Action: Sendable, Equatable, Codable {
        /// Lets a waiting tool call run.
        case approve(id: Int64, scope: ApprovalScope)
        /// Refuses a waiting tool call; the model sees the note.
        case reject(id: Int64, note: String)
        /// Ends the running turn of a session.
        case cancelTurn(session: String)
        /// Sends a message into a session as the operator; the agent answers it.
        case sendMessage(session: String, text: String)
        /// Uses a cooling model again at once.
        case clearCooldown(model: String)
        /// Sends a message of the outbox again that was given up.
        case retryOutbound(id: Int64)
        /// Forgets a message of the outbox that was given up; nobody will get it.
        case dropOutbound(id: Int64)
        /// Lets an open problem rest for some minutes, in all consoles; `subject` is `Problem.Subject.name`.
        case mute(subject: String, minutes: Int, reason: String)
        /// Shows a muted problem again.
        case unmute(subject: String)
        /// Ends the engine in order.
        case stopEngine
        /// Asks for the whole transcript of a session; the reply carries it as `payload`.
        case readTranscript(session: String, limit: Int)
        /// Asks for the report of `golem status`; the reply carries it as `payload`.
        case readStatus
        /// Asks for the pending approvals; the reply carries them as `payload`.
        case listApprovals

        /// Whether it changes anything (such actions are refused in read-only mode).
        public var isChange: Bool {
            switch self {
            case .readTranscript, .readStatus, .listApprovals: false
            default: true
            }
        }
    }
}
