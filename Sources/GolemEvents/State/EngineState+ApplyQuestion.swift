// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A question of an MCP server that waits for a person.
public struct QuestionState: Sendable, Equatable, Codable {
    /// The question.
    public var question: QuestionAsked
    /// The request id of the turn whose call waits; nil when that is not known.
    public var requestID: String?
    /// The session of that turn.
    public var session: String?

    /// Makes the value.
    public init(question: QuestionAsked, requestID: String?, session: String?) {
        self.question = question
        self.requestID = requestID
        self.session = session
    }
}

/// A question of an MCP server that was answered, or ended without an answer.
public struct ClosedQuestion: Sendable, Equatable, Codable {
    /// How it ended.
    public var closing: QuestionClosed
    /// When.
    public var time: Timestamp
    /// The request id of the turn.
    public var requestID: String?

    /// Makes the value.
    public init(closing: QuestionClosed, time: Timestamp, requestID: String?) {
        self.closing = closing
        self.time = time
        self.requestID = requestID
    }
}

extension EngineState {
    mutating func applyQuestion(_ event: Event) {
        switch event.kind {
        case .questionAsked(let asked): apply(asked, event)
        case .questionAnswered(let closing), .questionExpired(let closing): apply(closing, event)
        default: break
        }
    }

    private mutating func apply(_ asked: QuestionAsked, _ event: Event) {
        questions[asked.id] = QuestionState(question: asked, requestID: event.requestID, session: event.session)
        questions.limit(to: Self.questionLimit) { $0.key < $1.key }
        withChat(event.session, at: event.time) { chat in
            chat.phase = .asked(question: asked.id)
            chat.since = event.time
        }
        guard event.requestID != nil else { return }
        withTrace(event) { trace in
            trace.append(
                TraceStep(
                    start: event.time, durationMicroseconds: nil, kind: .gate,
                    title: "\(asked.server) asks a person (question \(asked.id))", detail: bounded(asked.message, 300),
                    reference: "question \(asked.id)"))
        }
    }

    private mutating func apply(_ closing: QuestionClosed, _ event: Event) {
        let since = questions[closing.id]?.question.askedAt ?? event.time
        questions[closing.id] = nil
        closedQuestions.append(ClosedQuestion(closing: closing, time: event.time, requestID: event.requestID))
        withChat(event.session, at: event.time) { chat in
            if case .asked(closing.id) = chat.phase {
                chat.phase = chat.runningTools.isEmpty ? .thinking : .tool
                chat.since = event.time
            }
        }
        guard event.requestID != nil else { return }
        withTrace(event) { trace in
            let duration = event.time.since(since)
            trace.finishStep(.gate, reference: "question \(closing.id)", durationMicroseconds: duration) { step in
                step.title = "\(closing.server)'s question \(closing.outcome) by \(closing.by)"
                step.isError = closing.outcome != "accepted"
            }
        }
    }

    /// Notes how far a running call is.
    mutating func apply(_ progressed: ToolProgressed, _ event: Event) {
        withChat(event.session, at: event.time) { chat in
            guard chat.runningTools[progressed.callID] != nil else { return }
            chat.runningTools[progressed.callID]?.progress = progressed.progress
            chat.transcript.updateLast(where: { $0.reference == progressed.callID && $0.role == .tool }) { entry in
                if entry.outcome == "RUN" { entry.text = bounded(progressed.progress.text, 300) }
            }
        }
        guard let owner = mcpOwners[progressed.tool],
            mcpServers[owner]?.running[progressed.callID]?.tool == progressed.tool
        else { return }
        mcpServers[owner]?.running[progressed.callID]?.progress = progressed.progress
        mcpServers[owner]?.running[progressed.callID]?.progressAt = event.time
    }
}
