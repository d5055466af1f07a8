// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// One step of a request: what happened between two moments.
public struct TraceStep: Sendable, Equatable, Codable {
    /// What kind of work it is.
    public enum Kind: String, Sendable, Equatable, Codable {
        /// A message came in.
        case inbound = "in"
        /// It waited for a lane.
        case queue
        /// A model call.
        case model = "llm"
        /// A decision of policy or a person.
        case gate
        /// A tool call.
        case tool
        /// A delivery attempt.
        case send
        /// Something planned for later.
        case plan
        /// A notice, such as a fail-over.
        case note
    }

    /// When it began.
    public var start: Timestamp
    /// How long it took, in microseconds; nil while it runs.
    public var durationMicroseconds: Int64?
    /// The kind of work.
    public var kind: Kind
    /// A short description, for example `web_fetch ok`.
    public var title: String
    /// More: arguments, error, result.
    public var detail: String
    /// Whether it failed.
    public var isError: Bool
    /// The call or row that it belongs to, to find it again.
    public var reference: String

    /// Makes a step.
    public init(
        start: Timestamp, durationMicroseconds: Int64?, kind: Kind, title: String, detail: String = "",
        isError: Bool = false, reference: String = ""
    ) {
        self.start = start
        self.durationMicroseconds = durationMicroseconds
        self.kind = kind
        self.title = title
        self.detail = detail
        self.isError = isError
        self.reference = reference
    }
}

/// Everything that is remembered of one request.
public struct TraceState: Sendable, Equatable, Codable {
    /// How many steps of a request are remembered.
    public static let stepLimit = 60

    /// The request.
    public var requestID: String
    /// Its session.
    public var session: String?
    /// Who asked.
    public var sender = ""
    /// When it began.
    public var started: Timestamp
    /// When it ended; nil while it runs.
    public var finished: Timestamp?
    /// How it ended: `RUNNING` while it runs, then the stop reason or `FAILED` and a code.
    public var outcome = "RUNNING"
    /// Tokens read.
    public var tokensIn = 0
    /// Tokens written.
    public var tokensOut = 0
    /// Time in model calls, in microseconds.
    public var modelMicroseconds: Int64 = 0
    /// Time in tools, in microseconds.
    public var toolMicroseconds: Int64 = 0
    /// Time in the queue, in microseconds.
    public var queueMicroseconds: Int64 = 0
    /// Time in deliveries, in microseconds.
    public var sendMicroseconds: Int64 = 0
    /// The steps, in the order in which they began; the first `stepLimit` ones.
    public var steps: [TraceStep] = []
    /// How many steps were not remembered.
    public var droppedSteps = 0

    /// Makes the trace of a request that was just seen.
    public init(requestID: String, session: String?, started: Timestamp) {
        self.requestID = requestID
        self.session = session
        self.started = started
    }

    mutating func append(_ step: TraceStep) {
        if steps.count < Self.stepLimit { steps.append(step) } else { droppedSteps += 1 }
    }

    mutating func finishStep(
        _ kind: TraceStep.Kind, reference: String, durationMicroseconds: Int64, _ change: (inout TraceStep) -> Void
    ) {
        guard let index = steps.lastIndex(where: { $0.kind == kind && $0.reference == reference }) else { return }
        steps[index].durationMicroseconds = durationMicroseconds
        change(&steps[index])
    }
}
