// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What a chat is doing.
public enum ChatPhase: Sendable, Equatable, Codable {
    /// Nothing is under way.
    case idle
    /// Accepted, waiting for a lane.
    case queued
    /// The model works and has not written yet.
    case thinking
    /// The model writes its answer.
    case answering
    /// Tools run.
    case tool
    /// A tool call waits for an approval.
    case waiting(approval: Int64)
    /// A question of an MCP server waits for a person.
    case asked(question: Int64)
    /// The last turn failed.
    case failed(reason: String)
    /// The sender is not allowed.
    case refused(reason: String)
}

/// One line of a chat's recent transcript.
public struct TranscriptEntry: Sendable, Equatable, Codable {
    /// The outcome of a person's message that was accepted and waits for its turn.
    public static let queued = "queued"

    /// Who or what the line is from.
    public enum Role: String, Sendable, Equatable, Codable {
        /// A person.
        case user
        /// The model's answer.
        case assistant
        /// A tool call; `detail` holds the arguments, `text` the result.
        case tool
        /// A delivery to the platform.
        case send
        /// A notice of the engine.
        case notice
    }

    /// When it began.
    public var time: Timestamp
    /// Who or what it is from.
    public var role: Role
    /// Its text.
    public var text: String
    /// The sender, the tool's name, or the channel.
    public var name: String
    /// The tool's arguments.
    public var detail: String
    /// The outcome word: `RUN`, `ok`, `error`, `timeout`, `denied`, `WAIT`, `sent`, ``queued``, or empty.
    public var outcome: String
    /// How long it took, in microseconds; nil while it runs or where it has no meaning.
    public var durationMicroseconds: Int64?
    /// The request.
    public var requestID: String?
    /// The tool call or outbox row, to find the entry again.
    public var reference: String

    /// Makes a line.
    public init(
        time: Timestamp, role: Role, text: String, name: String = "", detail: String = "", outcome: String = "",
        durationMicroseconds: Int64? = nil, requestID: String? = nil, reference: String = ""
    ) {
        self.time = time
        self.role = role
        self.text = text
        self.name = name
        self.detail = detail
        self.outcome = outcome
        self.durationMicroseconds = durationMicroseconds
        self.requestID = requestID
        self.reference = reference
    }
}

/// What is known of one chat (session).
public struct ChatState: Sendable, Equatable, Codable {
    /// The channel.
    public var channel: String
    /// The chat id within the channel.
    public var chatID: String
    /// Who wrote last.
    public var sender: String
    /// What it is doing.
    public var phase: ChatPhase = .idle
    /// Since when.
    public var since: Timestamp
    /// The last time anything happened.
    public var lastActivity: Timestamp
    /// The request of the running or last turn.
    public var requestID: String?
    /// The model call that runs, from 1; 0 before the first.
    public var step = 0
    /// The highest number of model calls of a turn.
    public var stepLimit = 0
    /// Messages that wait or run.
    public var queueDepth = 0
    /// Tokens read and written by the last turn.
    public var turnTokens = 0
    /// Tokens read and written since start.
    public var totalTokens: UInt64 = 0
    /// Turns finished since start.
    public var turns: UInt64 = 0
    /// The model in use, for display.
    public var model = ""
    /// The answer as far as it is written; at most 16 kB, the newest part.
    public var liveText = ""
    /// The model's thinking of the running turn; at most 4 kB, the newest part.
    public var liveThinking = ""
    /// Tool calls that run now: call id to tool name and start.
    public var runningTools: [String: RunningTool] = [:]
    /// The recent transcript, oldest first.
    public var transcript = BoundedList<TranscriptEntry>(capacity: 24)

    /// A tool call that runs.
    public struct RunningTool: Sendable, Equatable, Codable {
        /// The tool's name.
        public var tool: String
        /// Since when.
        public var since: Timestamp
        /// How far it is, by its own word; nil when it said nothing.
        public var progress: ToolProgress?

        /// Makes the value.
        public init(tool: String, since: Timestamp) {
            self.tool = tool
            self.since = since
        }
    }

    /// Makes the state of a chat that was just seen.
    public init(channel: String, chatID: String, sender: String, at time: Timestamp) {
        self.channel = channel
        self.chatID = chatID
        self.sender = sender
        since = time
        lastActivity = time
    }
}
