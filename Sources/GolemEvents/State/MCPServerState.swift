// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What is known of one MCP server.
public struct MCPServerState: Sendable, Equatable, Codable {
    /// How many of a server's tools are remembered.
    ///
    /// One more than are offered: the last one says how many are left out.
    public static let toolLimit = 260
    /// How many running calls are remembered.
    public static let runningLimit = 64

    /// A call that runs now.
    public struct RunningCall: Sendable, Equatable, Codable {
        /// The name that the model used.
        public var tool: String
        /// The session whose turn called it.
        public var session: String?
        /// The request of that turn.
        public var requestID: String?
        /// Since when.
        public var since: Timestamp
        /// How far it was last, by its own word; nil when it said nothing.
        public var progress: ToolProgress?
        /// When it said that.
        public var progressAt: Timestamp?
    }

    /// Something that happened at the server.
    public struct Note: Sendable, Equatable, Codable {
        /// When.
        public var time: Timestamp
        /// `state`, `tools`, `stderr` or `call`.
        public var kind: String
        /// What.
        public var text: String
        /// Whether it is bad news.
        public var isError: Bool
    }

    /// A call that failed.
    public struct Failure: Sendable, Equatable, Codable {
        /// When it ended.
        public var time: Timestamp
        /// The request of its turn, to trace it by.
        public var requestID: String?
        /// The name that the model used.
        public var tool: String
        /// The error's beginning.
        public var reason: String
    }

    /// What its client said last.
    public var report: MCPStateChanged
    /// Since when its health is what it is.
    public var since: Timestamp
    /// Its tools, in the server's order.
    public var tools: [MCPToolsChanged.Tool] = []
    /// Calls since start.
    public var calls: UInt64 = 0
    /// Failed calls since start, timeouts included.
    public var errors: UInt64 = 0
    /// Timeouts since start.
    public var timeouts: UInt64 = 0
    /// The last hour in slots of 2 minutes.
    public var recent = WindowedHistogram(slotSeconds: 120, slotLimit: 31)
    /// Calls that run now, by call id.
    public var running: [String: RunningCall] = [:]
    /// The last failed call.
    public var lastFailure: Failure?
    /// What happened last, oldest first.
    public var notes = BoundedList<Note>(capacity: 24)
    /// The end of its standard error and log, oldest first.
    public var stderr = BoundedList<Note>(capacity: 100)

    /// Makes the state of a server that said something for the first time.
    public init(report: MCPStateChanged, since: Timestamp) {
        self.report = report
        self.since = since
    }

    /// Its health.
    public var health: ServiceHealth { report.health }

    /// Why it cannot be used, or how long it has been connecting; nil while it is healthy.
    public func reason(now: Timestamp) -> String? {
        guard case .starting = health else { return health.reason }
        return "connecting for \(durationText(now.since(since))), no answer yet"
    }

    /// When an exchange with it last succeeded.
    public var provenAt: Timestamp? { report.provenAt }

    /// Whether an operator or the configuration switched it off.
    public var isDisabled: Bool { if case .disabled = health { true } else { false } }

    /// What is not as it should be: why it is not healthy, and until when, or which tools the model does not get; nil when
    /// all is well.
    public func why(now: Timestamp) -> String? {
        switch health {
        case .disabled(let by, let until): "by \(by)" + (until.map { " until \($0.rfc3339), or the next start" } ?? "")
        case .starting, .healthy, .degraded, .down: reason(now: now) ?? refusals
        }
    }

    /// Which tools the model does not get although nobody hid them, and why; nil when there are none.
    public var refusals: String? {
        let refused = tools.filter { $0.refusal != nil }
        guard let first = refused.first else { return nil }
        let more = refused.count > 1 ? " and \(refused.count - 1) more" : ""
        return "tool \(first.name)\(more) not offered: \(first.refusal ?? "")"
    }

    /// The tools that the model gets; none while the server is disabled.
    public var offeredTools: [MCPToolsChanged.Tool] {
        if case .disabled = health { return [] }
        return tools.filter(\.isOffered)
    }

    /// Chats whose turns call it now, sorted.
    public var users: [String] { Set(running.values.compactMap(\.session)).sorted() }

    mutating func note(_ kind: String, _ text: String, at time: Timestamp, isError: Bool = false) {
        notes.append(Note(time: time, kind: kind, text: bounded(text, 300), isError: isError))
    }
}
