// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import Synchronization

/// A handler made of a closure.
struct ClosureHandler: HTTPRequestHandler {
    let answer: @Sendable (HTTPServerRequest) async -> HTTPServerResponse

    func respond(to request: HTTPServerRequest) async -> HTTPServerResponse { await answer(request) }
}

/// Says what it got, in lines.
@Sendable func echo(_ request: HTTPServerRequest) async -> HTTPServerResponse {
    text("\(request.method) \(request.path) \(request.query ?? "-") \(String(decoding: request.body, as: UTF8.self))")
}

func text(_ body: String, status: Int = 200) -> HTTPServerResponse {
    HTTPServerResponse(
        status: status, headers: HTTPFields([("Content-Type", "text/plain")]), body: .bytes(Array(body.utf8)))
}

@Sendable func refuse(_ refusal: HTTPRefusal) -> HTTPServerResponse {
    text("refused: \(refusal.message)", status: refusal.status)
}

/// Runs `body` against a server on a free port of 127.0.0.1, then stops it.
func withServer<Value>(
    limits: HTTPServerLimits = HTTPServerLimits(),
    _ answer: @escaping @Sendable (HTTPServerRequest) async -> HTTPServerResponse = echo,
    _ body: (Int, MicrohttpdServer) async throws -> Value
) async throws -> Value {
    let server = MicrohttpdServer(
        host: "127.0.0.1", port: 0, limits: limits, refusal: refuse, handler: ClosureHandler(answer: answer))
    let port = try server.start()
    do {
        let value = try await body(port, server)
        await server.stop(graceful: .zero)
        return value
    } catch {
        await server.stop(graceful: .zero)
        throw error
    }
}

/// Sends bytes on a new connection and returns all that comes back until the server closes.
func exchange(port: Int, _ request: String) async throws -> RawResponse {
    try await onThread {
        let client = try RawClient(port: port)
        try client.send(request)
        return RawResponse(try client.receiveAll())
    }
}

/// Holds tasks until it is opened, and counts them.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var arrived = 0
        var held: [CheckedContinuation<Void, Never>] = []
        var observers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// Waits until the gate opens, whether cancelled or not.
    func pass() async {
        let ready = state.withLock { state in
            state.arrived += 1
            let arrived = state.arrived
            let ready = state.observers.filter { $0.count <= arrived }
            state.observers.removeAll { $0.count <= arrived }
            return ready
        }
        for observer in ready { observer.continuation.resume() }
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.held.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let held = state.withLock { state in
            state.isOpen = true
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Waits until that many tasks have come.
    func arrivals(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.arrived < count { state.observers.append((count, continuation)) }
                return state.arrived >= count
            }
            if isThere { continuation.resume() }
        }
    }
}
