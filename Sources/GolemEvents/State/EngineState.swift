// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Everything that an observer of the engine can see, as one value; the fold of all events so far.
///
/// `apply(_:)` is pure and total: it depends on nothing but the state and the event, so that
/// `snapshot(n) + events(n+1…m) == snapshot(m)`. Every collection is bounded.
public struct EngineState: Sendable, Equatable, Codable {
    /// Chats that are remembered.
    public static let chatLimit = 256
    /// How many more there may be for a while.
    public static let chatSlack = 32
    /// Tools that are remembered.
    public static let toolLimit = 256
    /// Requests that are remembered.
    public static let traceLimit = 128
    /// How many services are remembered.
    public static let serviceLimit = 128
    /// How many models are remembered.
    public static let modelLimit = 64
    /// How many channels with deliveries are remembered.
    public static let outboundLimit = 64
    /// How many waiting approvals are remembered.
    public static let approvalLimit = 256
    /// How many waiting questions of MCP servers are remembered.
    public static let questionLimit = 64
    /// How many standing warnings are remembered.
    public static let warningLimit = 64
    /// How many muted problems are remembered.
    public static let muteLimit = 64
    /// How many running tool calls of one chat are remembered.
    public static let runningToolLimit = 64

    /// How many MCP servers are remembered.
    public static let mcpServerLimit = 64

    /// The position of the last applied event; 0 before the first.
    public var seq: UInt64 = 0
    /// The time of the last applied event.
    public var time = Timestamp(microseconds: 0)
    /// What `engine.started` said; nil before.
    public var engine: EngineStarted?
    /// Why the engine goes down; nil while it does not.
    public var stopping: String?
    /// Supervised services by name.
    public var services: [String: ServiceState] = [:]
    /// Chats by session key.
    public var chats: [String: ChatState] = [:]
    /// Tools by name.
    public var tools: [String: ToolState] = [:]
    /// What commands of the shell tool are kept from; nil before it is known.
    public var sandbox: ToolSandboxReported?
    /// MCP servers by name.
    public var mcpServers: [String: MCPServerState] = [:]
    /// The MCP server of each tool that the model may see, by the model's name for the tool.
    public var mcpOwners: [String: String] = [:]
    /// Models by `<provider>/<model>`.
    public var models: [String: ModelState] = [:]
    /// Deliveries by channel.
    public var outbound: [String: OutboundState] = [:]
    /// Pending approvals by number.
    public var approvals: [Int64: ApprovalState] = [:]
    /// Approvals decided last, oldest first.
    public var decidedApprovals = BoundedList<DecidedApproval>(capacity: 16)
    /// Questions of MCP servers that wait for a person, by number.
    public var questions: [Int64: QuestionState] = [:]
    /// Questions that were closed last, oldest first.
    public var closedQuestions = BoundedList<ClosedQuestion>(capacity: 16)
    /// Requests by id.
    public var traces: [String: TraceState] = [:]
    /// Request ids in the order in which they began, oldest first.
    public var traceOrder: [String] = []
    /// The last events, oldest first, without text deltas.
    public var recent = BoundedList<Event>(capacity: 200)
    /// The policy in force.
    public var policy = PolicyState()
    /// Standing policy warnings by code.
    public var policyWarnings: [String: String] = [:]
    /// Senders that were refused, by session key, newest reason.
    public var refused: [String: RefusedSender] = [:]
    /// Muted problems by `Problem.Subject.name`.
    public var mutes: [String: Mute] = [:]
    /// Turns: durations, failures, tokens; an hour in slots of 2 minutes.
    public var turns = WindowedHistogram(slotSeconds: 120, slotLimit: 31)
    /// Model calls, likewise.
    public var modelCalls = WindowedHistogram(slotSeconds: 120, slotLimit: 31)
    /// Tool calls, likewise.
    public var toolCalls = WindowedHistogram(slotSeconds: 120, slotLimit: 31)
    /// Delivery attempts, likewise.
    public var deliveries = WindowedHistogram(slotSeconds: 120, slotLimit: 31)
    /// Turns that run now.
    public var runningTurns = 0
    /// Turns finished since start.
    public var finishedTurns: UInt64 = 0
    /// Turns failed since start.
    public var failedTurns: UInt64 = 0

    /// A sender who is not on the allow list.
    public struct RefusedSender: Sendable, Equatable, Codable {
        /// The channel.
        public var channel: String
        /// The chat id.
        public var chatID: String
        /// The sender.
        public var sender: String
        /// Why.
        public var reason: String
        /// When it happened last.
        public var time: Timestamp
        /// How often.
        public var count: Int
    }

    /// Makes the state before the first event.
    public init() {}

    /// Calls and model turns under way, waiting messages included.
    public var queuedMessages: Int { chats.values.reduce(0) { $0 + $1.queueDepth } }
}

/// A state together with its position, as sent to an observer who begins.
public struct Snapshot: Sendable, Equatable, Codable {
    /// The state after the event at `state.seq`.
    public var state: EngineState
    /// The engine's clock when the snapshot was taken.
    public var takenAt: Timestamp

    /// Makes a snapshot.
    public init(state: EngineState, takenAt: Timestamp) {
        self.state = state
        self.takenAt = takenAt
    }
}
