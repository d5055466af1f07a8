// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Synchronization

/// Does what the machine decides: the input and output of one connection.
///
/// Requests run in the task of whoever makes them: it sends, waits, and gets the answer from whoever reads it.
final class MCPLink: MCPReceiver {
    private typealias Outcome = Result<MCPReply, MCPError>

    private struct Waiter {
        let answer: OneShot<Outcome>
        let onProgress: (@Sendable (ToolProgress) -> Void)?
        let cancellation: HTTPClientCancellation
    }

    private struct State {
        var machine: MCPMachine
        var waiters: [Int64: Waiter] = [:]
        var ended: MCPError?
        /// Questions that wait for a person, by the server's id.
        var questions: [String: Task<Void, Never>] = [:]
        /// Pages that people are asked to open, by the server's id; fulfilled when the server says that it is done.
        var pages: [String: OneShot<Void>] = [:]
        var transport: (any MCPTransport)?
        /// Requests that may be those whose answer was too large to read.
        var oversized: [Int64: MCPError] = [:]
        /// Answers to the server that are under way.
        var answers = 0
    }

    /// How many questions of one server may wait for people at the same time.
    private static let questionLimit = 4
    /// How many answers to requests of the server may be under way at the same time.
    private static let answerLimit = 32

    let server: String
    let deadlines: MCPDeadlines
    let time: any TimeSource
    let notices = MCPNoticeQueue()
    private let elicit: @Sendable (MCPElicitation) async -> MCPElicitationAnswer
    private let tasks = TaskRegistry()
    /// Closing waits for the other tasks, and is none of them.
    private let closing = TaskRegistry()
    private let state: Mutex<State>

    init(
        server: String, client: MCPClientIdentity, time: any TimeSource,
        elicit: @escaping @Sendable (MCPElicitation) async -> MCPElicitationAnswer
    ) {
        self.server = server
        self.elicit = elicit
        self.time = time
        deadlines = MCPDeadlines(time: time)
        state = Mutex(State(machine: MCPMachine(client: client)))
        tasks.start { [deadlines] in await deadlines.run() }
    }

    /// The transport; set once, before the first request.
    var transport: (any MCPTransport)? {
        get { state.withLock { $0.transport } }
        set { state.withLock { $0.transport = newValue } }
    }

    /// The revision that requests are made in.
    var revision: MCPRevision? {
        get { state.withLock { $0.machine.revision } }
        set { state.withLock { $0.machine.revision = newValue } }
    }

    /// The request that asked for change notices.
    var subscription: Int64? {
        get { state.withLock { $0.machine.subscription } }
        set { state.withLock { $0.machine.subscription = newValue } }
    }

    // MARK: sending

    /// Makes a request and gives the result; an error of the server is thrown as `rpc`.
    func result(of request: MCPRequest, timeout: Duration) async throws(MCPError) -> JSONValue {
        switch try await reply(to: request, timeout: timeout) {
        case .result(let result): return result
        case .error(let error): throw error.asError
        }
    }

    /// Makes a request and gives what the server answers.
    ///
    /// Cancellation, the time limit and the loss of the connection end it; the first two tell the server. Progress
    /// begins the time limit anew, up to the ceiling.
    func reply(
        to request: MCPRequest, timeout: Duration?, ceiling: Duration? = nil,
        onProgress: (@Sendable (ToolProgress) -> Void)? = nil, onBegin: ((Int64) -> Void)? = nil
    ) async throws(MCPError) -> MCPReply {
        let answer = OneShot<Outcome>()
        let cancellation = HTTPClientCancellation()
        let due = OneShot<UInt64>()
        let takeProgress = onProgress.map { onProgress in
            { @Sendable [deadlines] (progress: ToolProgress) in
                if let due = due.current { deadlines.putOff(due) }
                onProgress(progress)
            }
        }
        let waiter = Waiter(answer: answer, onProgress: takeProgress, cancellation: cancellation)
        let (message, transport) = try begin(request, waiter)
        guard let id = message.id else { throw Self.unconnected }
        onBegin?(id)
        let deadline = timeout.map { timeout in
            deadlines.add(timeout, ceiling: ceiling) {
                let oversized = self.state.withLock { $0.oversized[id] }
                answer.fulfil(.failure(oversized ?? Self.timeout(request.method, timeout)))
                cancellation.cancel()
            }
        }
        if let deadline { due.fulfil(deadline) }
        let outcome = await withTaskCancellationHandler {
            await Self.carry(message, over: transport, answer) ?? .failure(Self.cancelled)
        } onCancel: {
            answer.fulfil(.failure(Self.cancelled))
            cancellation.cancel()
        }
        if let deadline { deadlines.remove(deadline) }
        if case .failure(let error) = outcome { throw await settle(id, error, transport) }
        return try outcome.get()
    }

    /// Sends a request and waits for its answer, or for whatever ends it; sending ends then too.
    private static func carry(
        _ message: MCPOutgoing, over transport: any MCPTransport, _ answer: OneShot<Outcome>
    ) async -> Outcome? {
        if let error = await attempt(message, transport) { answer.fulfil(.failure(error)) }
        return await answer.wait()
    }

    /// Sends a notification in the background.
    func notify(_ message: MCPOutgoing, over transport: any MCPTransport) {
        tasks.start { _ = await Self.attempt(message, transport) }
    }

    /// Sends a notification and waits until it has left.
    func notify(_ method: String) async throws(MCPError) {
        let (message, transport) = state.withLock { state in
            (MCPEncoder.notification(method, revision: state.machine.revision), state.transport)
        }
        guard let transport else { throw Self.unconnected }
        try await transport.send(message)
    }

    private func begin(_ request: MCPRequest, _ waiter: Waiter) throws(MCPError) -> (MCPOutgoing, any MCPTransport) {
        let begun = state.withLock { state -> Result<(MCPOutgoing, any MCPTransport), MCPError> in
            if var error = state.ended {
                error.mayHaveRun = false
                return .failure(error)
            }
            guard let transport = state.transport else { return .failure(Self.unconnected) }
            var message = state.machine.begin(request)
            message.cancellation = waiter.cancellation
            if let id = message.id { state.waiters[id] = waiter }
            return .success((message, transport))
        }
        return try begun.get()
    }

    /// Forgets a request that has no answer, tells the server, and says what is known about it.
    private func settle(_ id: Int64, _ error: MCPError, _ transport: any MCPTransport) async -> MCPError {
        var error = error
        let wasWithdrawn = transport.withdraw(id)
        if wasWithdrawn { error.mayHaveRun = false }
        let isGivenUp = error.code == "timeout" || error.code == "cancelled"
        let message = state.withLock { state in
            state.waiters[id] = nil
            state.oversized[id] = nil
            return state.machine.abandon(
                id, wasSent: isGivenUp && !wasWithdrawn, hasOwnStream: transport.hasOwnStreams,
                reason: error.code == "timeout" ? "timed out" : "cancelled by the caller")
        }
        guard let message else { return error }
        if transport.sendsAtOnce {
            _ = await Self.attempt(message, transport)
        } else {
            notify(message, over: transport)
        }
        return error
    }

    private static func attempt(_ message: MCPOutgoing, _ transport: any MCPTransport) async -> MCPError? {
        do throws(MCPError) {
            try await transport.send(message)
            return nil
        } catch {
            return error
        }
    }

    // MARK: receiving

    func receive(_ message: MCPMessage) {
        for action in state.withLock({ $0.machine.receive(message) }) { perform(action) }
    }

    func receive(log level: String, _ text: String) { notices.add(.log(level: level, text: text)) }

    func receive(oversized message: MCPOversized, limit: Int) {
        let error = MCPError("too_large", "the server sent a message of more than \(limit) bytes")
        receive(log: "warning", "a message of more than \(limit) bytes was left out")
        guard message.isAnswer else { return }
        let waiter = state.withLock { state -> Waiter? in
            if let id = message.id { return state.waiters[id] }
            // Most likely the oldest one; if not, it is answered before its deadline.
            let subscription = state.machine.subscription
            if let oldest = state.waiters.keys.filter({ $0 != subscription }).min() { state.oversized[oldest] = error }
            return nil
        }
        waiter?.answer.fulfil(.failure(error))
        waiter?.cancellation.cancel()
    }

    func connectionEnded(_ error: MCPError, refused: Int64?) {
        let (waiters, questions) = state.withLock { state -> ([Int64: Waiter], [Task<Void, Never>]) in
            guard state.ended == nil else { return ([:], []) }
            state.ended = error
            return (exchange(&state.waiters, with: [:]), Array(exchange(&state.questions, with: [:]).values))
        }
        for (id, waiter) in waiters {
            // Only of the request that was refused it is known that it did not run.
            var error = error
            error.mayHaveRun = error.mayHaveRun || id != refused
            waiter.answer.fulfil(.failure(error))
            waiter.cancellation.cancel()
        }
        for question in questions { question.cancel() }
        notices.add(.closed(error))
    }

    /// Runs something for as long as the connection lasts.
    func runInBackground(_ operation: @escaping @Sendable () async -> Void) { tasks.start(operation) }

    /// Ends everything and returns when all is gone.
    func close(_ reason: MCPError, isHasty: Bool = false) async {
        connectionEnded(reason, refused: nil)
        await transport?.close(isHasty: isHasty)
        tasks.cancelAll()
        await tasks.waitUntilEmpty()
        transport = nil
    }

    /// Ends everything that is not ended yet, without waiting for it.
    func closeInBackground() {
        guard transport != nil else { return }
        closing.start {
            await self.close(MCPError("closed", "the connection was given up", endsConnection: true))
        }
    }

    private func perform(_ action: MCPMachine.Action) {
        switch action {
        case .finish(let id, let reply):
            let waiter = state.withLock { state in
                state.oversized[id] = nil
                return state.waiters.removeValue(forKey: id)
            }
            waiter?.answer.fulfil(.success(reply))
        case .progress(let id, let progress): state.withLock { $0.waiters[id] }?.onProgress?(progress)
        case .answer(let id, let answer): respond(to: id, answer)
        case .ask(let id, let question): ask(id, question)
        case .complete(let page): state.withLock { $0.pages[page] }?.fulfil(())
        case .forget(let id): state.withLock { $0.questions.removeValue(forKey: id.text) }?.cancel()
        case .notice(let notice): notices.add(notice)
        }
    }

    private func respond(to id: JSONValue, _ answer: MCPAnswer) {
        let message = state.withLock { state -> (MCPOutgoing, any MCPTransport)? in
            guard let transport = state.transport, state.answers < Self.answerLimit else { return nil }
            state.answers += 1
            return (MCPEncoder.response(to: id, answer, revision: state.machine.revision), transport)
        }
        guard let (message, transport) = message else {
            return receive(log: "warning", "a request of the server is left unanswered: it makes too many at once")
        }
        tasks.start {
            _ = await Self.attempt(message, transport)
            self.state.withLock { $0.answers -= 1 }
        }
    }

    // MARK: questions to people

    /// Puts a question to a person; meanwhile no request of this connection gets late.
    func ask(_ asked: MCPElicitation) async -> JSONValue {
        var question = asked
        question.server = server
        deadlines.hold()
        defer { deadlines.release() }
        switch question.kind {
        case .form:
            switch await elicit(question) {
            case .accept(let content): return ["action": "accept", "content": content]
            case .decline: return ["action": "decline"]
            case .cancel: return ["action": "cancel"]
            }
        case .url(_, let id):
            switch await open(question, id) {
            case .accept: return ["action": "accept"]
            case .decline: return ["action": "decline"]
            case .cancel: return ["action": "cancel"]
            }
        }
    }

    /// Asks a person to open a page; the server's word that it is done there counts as well.
    private func open(_ question: MCPElicitation, _ id: String) async -> MCPElicitationAnswer {
        guard !id.isEmpty else { return await elicit(question) }
        let done = OneShot<Void>()
        state.withLock { $0.pages[id] = done }
        defer { _ = state.withLock { $0.pages.removeValue(forKey: id) } }
        return await withTaskGroup(of: MCPElicitationAnswer?.self) { group in
            group.addTask { [elicit] in await elicit(question) }
            group.addTask { await done.wait() == nil ? nil : .accept(.null) }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? .cancel
        }
    }

    private func ask(_ id: JSONValue, _ question: MCPElicitation) {
        let key = id.text
        let isAccepted = state.withLock { state in
            guard state.ended == nil, state.questions.count < Self.questionLimit, state.questions[key] == nil else {
                return false
            }
            state.questions[key] = tasks.start {
                let result = await self.ask(question)
                let isWanted = self.state.withLock { $0.questions.removeValue(forKey: key) != nil }
                if isWanted { self.respond(to: id, .result(result)) }
            }
            return true
        }
        if !isAccepted { respond(to: id, .result(["action": "cancel"])) }
    }

    private static let unconnected = MCPError(
        "closed", "there is no connection", mayHaveRun: false, endsConnection: true)
    private static let cancelled = MCPError("cancelled", "the request was cancelled")

    private static func timeout(_ method: String, _ limit: Duration) -> MCPError {
        MCPError("timeout", "the server did not answer \(method) within \(limit.shortText)")
    }
}

extension Duration {
    /// Seconds, or milliseconds below ten seconds that are not whole.
    var shortText: String {
        let milliseconds = self.milliseconds
        return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000) s" : "\(milliseconds) ms"
    }
}
