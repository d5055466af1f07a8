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
    ///
    /// An approval is refused when its question came later (`stale_view`).
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

    /// How long it lasts that an MCP server is disabled.
    public enum ServerLasting: Sendable, Equatable, Codable {
        /// Until it is enabled, or the engine starts again.
        case untilRestart
        /// For some minutes.
        case minutes(Int)
        /// Until it is enabled; written to the configuration file.
        case kept
    }

    /// What is asked of the engine.
    public enum Action: Sendable, Equatable, Codable {
        /// Lets a waiting tool call run.
        case approve(id: Int64, scope: ApprovalScope)
        /// Refuses a waiting tool call; the model sees the note.
        case reject(id: Int64, note: String)
        /// Ends a standing grant by its number.
        case revokeGrant(id: Int64)
        /// Sets the policy mode; off has a ttl in seconds, and `isKept` writes it to the configuration too.
        case setPolicyMode(mode: String, ttlSeconds: Int?, isKept: Bool)
        /// Stops all tools at once, or lets them run again.
        case emergencyStop(isOn: Bool, reason: String)
        /// Tells that a command changed the configuration's file, for the audit.
        case noteConfigChange(key: String)
        /// Ends the running turn of a session.
        case cancelTurn(session: String)
        /// Sends a message into a session as the operator; the agent answers it.
        case sendMessage(session: String, text: String)
        /// Uses a cooling model again at once.
        case clearCooldown(model: String)
        /// Sends a message of the outbox again that was given up.
        case retryOutbound(id: Int64)
        /// Takes the tools of an MCP server away and ends it; calls under way finish unless they are to be cancelled.
        case disableServer(server: String, lasting: ServerLasting, cancelsCalls: Bool)
        /// Lets an MCP server run again; `isKept` also writes that to the configuration file.
        case enableServer(server: String, isKept: Bool)
        /// Makes the connection to an MCP server anew.
        case reconnectServer(server: String)
        /// Hides one tool of an MCP server from the model, or shows it again; `isKept` also writes that to the file.
        case setToolHidden(server: String, tool: String, isHidden: Bool, isKept: Bool)
        /// Tries the live connection to an MCP server.
        case testServer(server: String)
        /// Asks for the MCP servers; the reply carries them as `payload`, `MCPServerState` by name.
        case listServers
        /// Answers a question of an MCP server; `askedAt` is the question that the actor saw, nil when none was.
        case answerQuestion(id: Int64, askedAt: Timestamp?, answer: QuestionAnswer)
        /// Asks for the open questions of MCP servers; the reply carries them as `payload`, a list of `QuestionAsked`.
        case listQuestions
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
        /// Asks for the policy in force, its rules and grants; the reply carries them as `payload`.
        case readPolicy
        /// Asks what policy would do with a call; the reply carries it as `payload`.
        case explainPolicy(tool: String, arguments: String, channel: String, sender: String)

        /// Whether it changes anything (such actions are refused in read-only mode).
        public var isChange: Bool {
            switch self {
            case .readTranscript, .readStatus, .listApprovals, .readPolicy, .explainPolicy, .listServers, .testServer,
                .listQuestions:
                false
            default: true
            }
        }
    }
}
