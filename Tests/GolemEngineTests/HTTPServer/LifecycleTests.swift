// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEngine
import Synchronization
import Testing

final class Counter: Sendable {
    private let count = Mutex(0)

    func add(_ number: Int) { count.withLock { $0 += number } }
    var value: Int { count.withLock { $0 } }
}

@Suite struct LifecycleTests {
    @Test func `A port in use is an error with the address, and the server can be started later`() async throws {
        try await withServer { port, _ in
            let second = MicrohttpdServer(
                host: "127.0.0.1", port: port, refusal: refuse, handler: ClosureHandler(answer: echo))
            #expect {
                _ = try second.start()
            } throws: { error in
                let error = error as? HTTPServerError
                return error?.kind == .addressInUse && error?.errno == EADDRINUSE
                    && error?.description.contains("127.0.0.1:\(port)") == true
            }
        }
    }

    @Test(arguments: [
        ("", 0, HTTPServerError.Kind.badHost), ("no such host", 0, .badHost), ("256.1.1.1", 0, .badHost),
        ("203.0.113.7", 0, .badHost), ("127.0.0.1", 65_536, .badPort), ("127.0.0.1", -1, .badPort),
    ])
    func `An address that cannot be bound is a clear error`(host: String, port: Int, kind: HTTPServerError.Kind) {
        let server = MicrohttpdServer(host: host, port: port, refusal: refuse, handler: ClosureHandler(answer: echo))
        #expect {
            _ = try server.start()
        } throws: { error in
            (error as? HTTPServerError)?.kind == kind
        }
    }

    @Test(arguments: ["127.0.0.1", "localhost", "0.0.0.0", "::", "[::]"])
    func `These hosts are reachable over 127.0.0.1`(host: String) async throws {
        let server = MicrohttpdServer(host: host, port: 0, refusal: refuse, handler: ClosureHandler(answer: echo))
        let port = try server.start()
        let response = try await exchange(port: port, "GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        await server.stop(graceful: .zero)
        #expect(response.body == "GET /x - ")
    }

    @Test(arguments: ["::1", "[::1]"])
    func `An IPv6 host binds`(host: String) async throws {
        let server = MicrohttpdServer(host: host, port: 0, refusal: refuse, handler: ClosureHandler(answer: echo))
        #expect(try server.start() > 0)
        await server.stop(graceful: .zero)
    }

    @Test func `The peer is address and port of the client`() async throws {
        let peer = try await withServer({ text($0.peer) }) { port, _ in
            try await exchange(port: port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").body
        }
        #expect(peer.hasPrefix("127.0.0.1:"))
    }

    @Test func `A thousand waiting requests need no thread each`() async throws {
        let gate = Gate()
        let clients = 1000
        let (threads, answered) = try await withServer({ _ in
            await gate.pass()
            return text("done")
        }) { port, _ in
            async let answered = onThread {
                var connections: [RawConnection] = []
                for _ in 0..<clients {
                    let connection = try RawConnection(port: port)
                    try connection.client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    connections.append(connection)
                }
                return try connections.count { try $0.client.receiveAll().hasSuffix("done") }
            }
            await gate.arrivals(clients)
            let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
            gate.open()
            return (threads, try await answered)
        }
        #expect(answered == clients)
        #expect(threads < 250)
    }

    @Test func `Stop lets a running request end and refuses new connections`() async throws {
        let gate = Gate()
        let (response, idle) = try await withServer({ request in
            if request.path == "/slow" { await gate.pass() }
            return text("done")
        }) { port, server in
            async let idle = onThread {
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try client.receiveResponse()
                return try client.receiveAll()
            }
            async let slow = exchange(port: port, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            await gate.arrivals(1)
            async let stopped: Void = server.stop(graceful: .seconds(60))
            // The idle connection ends because of the stop; then the listener is closed as well.
            let rest = try await idle
            await #expect(throws: RawClient.Failure.self) { try await exchange(port: port, "") }
            gate.open()
            let response = try await slow
            await stopped
            return (response, rest)
        }
        #expect(response.body == "done")
        #expect(response.field("Connection") == "close")
        #expect(idle.isEmpty)
    }

    @Test func `After the grace period handlers are cancelled and their clients get 503`() async throws {
        let entered = Gate()
        entered.open()
        let response = try await withServer({ _ in
            await entered.pass()
            await untilCancelled()
            return text("late")
        }) { port, server in
            async let response = exchange(port: port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await entered.arrivals(1)
            // Returns only when the handler has seen its cancellation.
            await server.stop(graceful: .milliseconds(20))
            return try await response
        }
        #expect(response.status == 503)
        #expect(response.body == "refused: the server is stopping")
    }

    @Test func `Stop ends streams and says so to their writers`() async throws {
        let stream = HTTPResponseStream()
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        let response = try await withServer({ _ in HTTPServerResponse(status: 200, body: .stream(stream)) }) {
            port, server in
            async let response = onThread {
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                let first = try client.receive(until: "first")
                arrived.yield()
                return RawResponse(first + (try client.receiveAll()))
            }
            try await stream.write(Array("first".utf8))
            _ = await arrivals.first { true }
            await server.stop(graceful: .zero)
            return try await response
        }
        await #expect(throws: HTTPStreamClosed(reason: .serverStopping)) { try await stream.write([1]) }
        // No end mark: the client can tell that the body is cut.
        #expect(response.body.contains("first"))
        #expect(response.unchunked == nil)
    }

    @Test func `Stopping twice or without a start returns`() async throws {
        let server = MicrohttpdServer(
            host: "127.0.0.1", port: 0, refusal: refuse, handler: ClosureHandler(answer: echo))
        await server.stop(graceful: .seconds(60))
        _ = try server.start()
        async let first: Void = server.stop(graceful: .seconds(60))
        async let second: Void = server.stop(graceful: .seconds(60))
        _ = await (first, second)
        await server.stop(graceful: .seconds(60))
        #expect(throws: HTTPServerError.self) { _ = try server.start() }
    }

    @Test func `Stopping under load loses no answer that was promised and never hangs`() async throws {
        for round in 0..<5 {
            let server = MicrohttpdServer(
                host: "127.0.0.1", port: 0, refusal: refuse,
                handler: ClosureHandler(answer: { _ in
                    for _ in 0..<10 { await Task.yield() }
                    return text("done")
                }))
            let port = try server.start()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await onThread {
                            guard let client = try? RawClient(port: port) else { return }
                            while (try? client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")) != nil {
                                guard let response = try? client.receiveResponse() else { return }
                                // Whole, refused because of the stop, or nothing: never something else.
                                #expect(["done", "refused: the server is stopping", ""].contains(response.body))
                                if response.body != "done" { return }
                            }
                        }
                    }
                }
                for _ in 0..<(round * 200) { await Task.yield() }
                await server.stop(graceful: round.isMultiple(of: 2) ? .zero : .seconds(60))
                try await group.waitForAll()
            }
        }
    }

    private func untilCancelled() async {
        let gate = Gate()
        await withTaskCancellationHandler {
            await gate.pass()
        } onCancel: {
            gate.open()
        }
    }
}

/// A client that fits into an array.
private final class RawConnection {
    let client: RawClient

    init(port: Int) throws { client = try RawClient(port: port) }
}
