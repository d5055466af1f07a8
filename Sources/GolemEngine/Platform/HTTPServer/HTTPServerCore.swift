// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CMicrohttpd
import Glibc
import Synchronization

/// What the callbacks of one server share.
///
/// Owner: `MicrohttpdServer`, and the daemon's callback context from start until the daemon has stopped. All functions
/// here but `resume` and `abortAll` run on the loop's thread and never wait.
final class HTTPServerCore: Sendable {
    /// What a refused client may still send before it is cut.
    static let discardLimit = 16 << 20

    let limits: HTTPServerLimits
    let table: ConnectionTable
    let tasks: TaskRegistry
    let isStopping = Atomic<Bool>(false)
    private let loop: EventLoop
    private let hasResumed = Atomic<Bool>(false)
    private let handler: any HTTPRequestHandler
    private let refusal: @Sendable (HTTPRefusal) -> HTTPServerResponse

    init(
        limits: HTTPServerLimits, table: ConnectionTable,
        refusal: @escaping @Sendable (HTTPRefusal) -> HTTPServerResponse, handler: any HTTPRequestHandler,
        loop: EventLoop, handlerExecutor: (any TaskExecutor)?
    ) {
        self.loop = loop
        tasks = TaskRegistry(executor: handlerExecutor)
        self.limits = limits
        self.table = table
        self.refusal = refusal
        self.handler = handler
    }

    // MARK: - Suspension

    /// Lets libmicrohttpd go on with a suspended connection; from any thread.
    func resume(_ handle: OpaquePointer) {
        MHD_resume_connection(handle)
        // Without a thread of its own the library signals nothing.
        if !hasResumed.exchange(true, ordering: .acquiringAndReleasing) { loop.poke() }
    }

    /// Whether a connection was resumed since the last call.
    func takeResumed() -> Bool { hasResumed.exchange(false, ordering: .acquiringAndReleasing) }

    // MARK: - Connections

    func connectionStarted(_ handle: OpaquePointer) -> HTTPConnection {
        let connection = HTTPConnection(
            descriptor: cmhd_descriptor(handle), peer: HTTPConnection.describe(cmhd_peer(handle)),
            deadline: MonotonicTime.after(limits.headerTimeout))
        table.add(connection)
        return connection
    }

    func connectionClosed(_ connection: HTTPConnection) {
        connection.forgetDescriptor()
        table.remove(connection)
    }

    /// The request line is complete.
    func targetReceived(_ target: [UInt8], on connection: HTTPConnection) {
        connection.target = target
        // The first request has the time that began when the connection was accepted.
        let deadline =
            connection.clock.phase == .fresh
            ? connection.clock.deadline : MonotonicTime.after(limits.headerTimeout)
        enter(.head, until: deadline, connection)
    }

    /// Enters a phase and has it watched; false when the connection is lost already.
    @discardableResult
    func enter(_ phase: ConnectionPhase, until deadline: UInt64, _ connection: HTTPConnection) -> Bool {
        guard connection.clock.enter(phase, until: deadline) else { return false }
        table.watch(deadline)
        return true
    }

    // MARK: - Requests

    /// The head is complete: checks it and makes the exchange, which `context` of the request must retain.
    func headReceived(_ raw: RawRequestHead, _ handle: OpaquePointer, _ connection: HTTPConnection) -> HTTPExchange? {
        switch RequestHead.check(raw, limits: limits) {
        case .success(let head):
            let exchange = HTTPExchange(core: self, connection: connection, handle: handle, head: head)
            guard connection.begin(exchange) else { return nil }
            guard enter(.body, until: MonotonicTime.after(limits.bodyTimeout), connection) else { return nil }
            exchange.body.reserveCapacity(min(head.contentLength ?? 0, 64 * 1024))
            return exchange
        case .failure(let error):
            let exchange = HTTPExchange(core: self, connection: connection, handle: handle, head: nil)
            refuse(error.reason, exchange, method: raw.method, fields: RequestHead.lenientFields(raw))
            return exchange
        }
    }

    /// A piece of the body came.
    func bodyReceived(_ bytes: UnsafeRawBufferPointer, _ exchange: HTTPExchange) -> MHD_Result {
        if exchange.isOver {
            exchange.discarded += bytes.count
            return exchange.discarded <= Self.discardLimit ? .YES : .NO
        }
        guard exchange.body.count + bytes.count <= limits.maxBodyBytes else {
            exchange.discarded = bytes.count
            refuse(.bodyTooLarge(limit: limits.maxBodyBytes), exchange)
            return .YES
        }
        exchange.body.append(contentsOf: bytes)
        return .YES
    }

    /// The request is complete, or its connection was resumed.
    func advance(_ exchange: HTTPExchange) -> MHD_Result {
        switch exchange.next() {
        case .close: return .NO
        case .send(let response): return send(response, exchange)
        case .ask: return ask(exchange)
        }
    }

    func completed(_ exchange: HTTPExchange, _ code: MHD_RequestTerminationCode) {
        exchange.complete(code)
        exchange.body = []
    }

    /// The connection waits for its next request, or is about to close.
    func requestEnded(on connection: HTTPConnection) {
        connection.end()
        enter(.idle, until: MonotonicTime.after(limits.idleTimeout), connection)
        if isStopping.load(ordering: .acquiring) { connection.cut() }
    }

    // MARK: - Ending

    /// Ends all exchanges: handlers that still work find their client answered with 503.
    func abortAll() {
        table.abortAll { exchange in
            let refusal = HTTPRefusal(
                reason: .stopping, method: exchange.head?.method, headers: exchange.head?.fields ?? HTTPFields(),
                peer: exchange.connection.peer)
            return Self.message(refusal, self.refusal)
        }
    }

    /// The time of a connection is over; called by the watch.
    static func expired(
        _ connection: HTTPConnection, _ phase: ConnectionPhase,
        _ refusal: @Sendable (HTTPRefusal) -> HTTPServerResponse
    ) {
        // Without a request line there is nothing to answer, and half a response cannot be mended.
        if phase == .head || phase == .body {
            connection.sendLast(message(HTTPRefusal(reason: .timeout, peer: connection.peer), refusal))
        }
        connection.cut()
    }

    private func ask(_ exchange: HTTPExchange) -> MHD_Result {
        guard let head = exchange.head, enter(.busy, until: MonotonicTime.never, exchange.connection),
            exchange.suspend()
        else { return .NO }
        let request = HTTPServerRequest(
            method: head.method, path: head.target.path, query: head.target.query, headers: head.fields,
            body: exchange.body, peer: exchange.connection.peer)
        exchange.body = []
        tasks.start { [handler] in
            exchange.answer(await handler.respond(to: request))
        }
        return .YES
    }

    /// Answers past libmicrohttpd and goes on reading for a while: a close with unread bytes would reset the
    /// connection, and the reset can overtake the answer.
    private func refuse(
        _ reason: HTTPRefusal.Reason, _ exchange: HTTPExchange, method: String? = nil, fields: HTTPFields? = nil
    ) {
        exchange.refuse()
        let connection = exchange.connection
        guard enter(.discarding, until: MonotonicTime.after(limits.lingerTimeout), connection) else { return }
        let refusal = HTTPRefusal(
            reason: reason, method: method ?? exchange.head?.method,
            headers: fields ?? exchange.head?.fields ?? HTTPFields(), peer: connection.peer)
        connection.sendLast(Self.message(refusal, self.refusal))
    }

    private static func message(
        _ refusal: HTTPRefusal, _ render: @Sendable (HTTPRefusal) -> HTTPServerResponse
    ) -> [UInt8] {
        RefusalMessage.bytes(of: render(refusal), isHead: refusal.method == "HEAD", now: time(nil))
    }
}
