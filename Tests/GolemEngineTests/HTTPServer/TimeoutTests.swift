// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import Testing

@Suite struct TimeoutTests {
    @Test func `A client that drips its fields is cut after the header time with 408`() async throws {
        let limits = HTTPServerLimits(headerTimeout: .milliseconds(150))
        let response = try await withServer(limits: limits) { port, _ in
            try await onThread {
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHost: x\r\nX-Drip: ")
                var all = ""
                while true {
                    guard let more = try client.receive(within: 20) else {
                        try? client.send("a")
                        continue
                    }
                    if more.isEmpty { return RawResponse(all) }
                    all += String(decoding: more, as: UTF8.self)
                }
            }
        }
        #expect(response.status == 408)
        #expect(response.body == "refused: the request did not arrive in time")
    }

    @Test func `A connection without a request line is closed without a word`() async throws {
        let limits = HTTPServerLimits(headerTimeout: .milliseconds(150))
        let answers = try await withServer(limits: limits) { port, _ in
            [
                try await exchange(port: port, "").head,
                try await exchange(port: port, "GET / HT").head,
            ]
        }
        #expect(answers == ["", ""])
    }

    @Test func `A body that stays away ends in 408`() async throws {
        let limits = HTTPServerLimits(bodyTimeout: .milliseconds(150))
        let response = try await withServer(limits: limits) { port, _ in
            try await exchange(port: port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
        }
        #expect(response.status == 408)
    }

    @Test func `An idle connection is closed after the idle time, not before it was used`() async throws {
        let limits = HTTPServerLimits(idleTimeout: .milliseconds(150))
        let (first, rest) = try await withServer(limits: limits) { port, _ in
            try await onThread {
                let client = try RawClient(port: port)
                try client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n")
                return (try client.receiveResponse().body, try client.receiveAll())
            }
        }
        #expect(first == "GET /1 - ")
        #expect(rest.isEmpty)
    }

    @Test func `A second request that stops in its fields is cut as well`() async throws {
        let limits = HTTPServerLimits(headerTimeout: .milliseconds(150))
        let rest = try await withServer(limits: limits) { port, _ in
            try await onThread {
                let client = try RawClient(port: port)
                try client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try client.receiveResponse()
                try client.send("GET /2 HTTP/1.1\r\nHost:")
                return try client.receiveAll()
            }
        }
        #expect(RawResponse(rest).status == 408)
    }

    @Test func `A handler may take longer than every time limit`() async throws {
        let gate = Gate()
        let tiny = Duration.milliseconds(250)
        let limits = HTTPServerLimits(
            headerTimeout: tiny, bodyTimeout: tiny, idleTimeout: tiny, writeTimeout: tiny, lingerTimeout: tiny)
        let response = try await withServer(
            limits: limits,
            { request in
                if request.path == "/slow" { await gate.pass() }
                return text("done")
            }
        ) { port, _ in
            async let slow = exchange(port: port, "GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            await gate.arrivals(1)
            // Three connections that time out one after the other: more time than any limit has passed then.
            for _ in 0..<3 { #expect(try await exchange(port: port, "").head.isEmpty) }
            gate.open()
            return try await slow
        }
        #expect(response.body == "done")
    }

    @Test func `A client that does not read its response is cut after the write time`() async throws {
        let limits = HTTPServerLimits(writeTimeout: .milliseconds(150))
        let stream = HTTPResponseStream()
        let error = try await withServer(
            limits: limits, { _ in HTTPServerResponse(status: 200, body: .stream(stream)) }
        ) { port, _ -> HTTPStreamClosed? in
            let stuck = Gate()
            async let client: Void = onClient(port: port, holding: stuck)
            let error = await fill(stream)
            stuck.open()
            try await client
            return error
        }
        #expect(error?.reason == .clientLeft)
    }

    /// Asks and then reads nothing until the gate opens.
    private func onClient(port: Int, holding gate: Gate) async throws {
        let client = try RawClient(port: port, receiveBuffer: 4096)
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await gate.pass()
    }

    private func fill(_ stream: HTTPResponseStream) async -> HTTPStreamClosed? {
        do throws(HTTPStreamClosed) {
            while true { try await stream.write([UInt8](repeating: 0x61, count: 64 * 1024)) }
        } catch {
            return error
        }
    }
}
