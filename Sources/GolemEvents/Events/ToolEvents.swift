// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// `tool.started`: a tool call passed policy and runs.
public struct ToolStarted: EventPayload {
    /// The id of the call, unique within the turn.
    public var callID: String
    /// The tool's name.
    public var tool: String
    /// The beginning of its arguments (JSON).
    public var arguments: String

    /// Makes the payload.
    public init(callID: String, tool: String, arguments: String) {
        self.callID = callID
        self.tool = tool
        self.arguments = arguments
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { arguments = transform(arguments) }
}

/// How a tool call ended.
public enum ToolOutcome: String, Sendable, Equatable, Codable {
    /// It gave a result.
    case ok
    /// It gave an error.
    case error
    /// It ran into its deadline.
    case timeout
    /// Policy or an operator refused it.
    case denied
    /// The turn was cancelled.
    case cancelled
}

/// `tool.finished`: a tool call ended.
public struct ToolFinished: EventPayload {
    /// The id of the call.
    public var callID: String
    /// The tool's name.
    public var tool: String
    /// How it ended.
    public var outcome: ToolOutcome
    /// From start to end, in microseconds.
    public var durationMicroseconds: Int64
    /// The beginning of the result, or the error.
    public var result: String

    /// Makes the payload.
    public init(callID: String, tool: String, outcome: ToolOutcome, durationMicroseconds: Int64, result: String) {
        self.callID = callID
        self.tool = tool
        self.outcome = outcome
        self.durationMicroseconds = durationMicroseconds
        self.result = result
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { result = transform(result) }
}

/// `approval.requested`: a tool call waits for a person.
public struct ApprovalRequested: EventPayload {
    /// The number under which it is decided.
    public var id: Int64
    /// The id of the waiting call.
    public var callID: String
    /// The tool's name.
    public var tool: String
    /// The whole arguments (JSON), never cut.
    public var arguments: String
    /// Why policy asks.
    public var reason: String
    /// When it expires.
    public var expiresAt: Timestamp
    /// Who was told: `consoles: 2`, `chat telegram:88123`, `stream`; empty when nobody could be asked, nil when that is
    /// not known.
    public var notified: [String]?

    /// Makes the payload.
    public init(
        id: Int64, callID: String, tool: String, arguments: String, reason: String, expiresAt: Timestamp,
        notified: [String]? = nil
    ) {
        self.id = id
        self.callID = callID
        self.tool = tool
        self.arguments = arguments
        self.reason = reason
        self.expiresAt = expiresAt
        self.notified = notified
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) {
        arguments = transform(arguments)
        reason = transform(reason)
    }
}

/// `approval.decided` and `approval.expired`: an approval is no longer pending.
public struct ApprovalDecided: EventPayload {
    /// The number of the approval.
    public var id: Int64
    /// The tool's name.
    public var tool: String
    /// The decision: `approved`, `rejected`, `expired`, `cancelled`, or `nobody_asked` when it expired and nobody had
    /// been there to decide.
    public var decision: String
    /// Who decided; `system` for an expiry.
    public var by: String
    /// A note, which the model sees when the call was rejected.
    public var note: String

    /// Makes the payload.
    public init(id: Int64, tool: String, decision: String, by: String, note: String) {
        self.id = id
        self.tool = tool
        self.decision = decision
        self.by = by
        self.note = note
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { note = transform(note) }
}
