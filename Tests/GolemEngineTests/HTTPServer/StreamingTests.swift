// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import Testing

@Suite struct StreamingTests {
    @Test func `Each write reaches the client before the next is made`() async throws {
        let stream = HTTPResponseStream()
        let received = try await withServer({ _ in
            HTTPServerResponse(
                status: 200, headers: HTTPFields([("Content-Type", "text/event-stream")]), body: .stream(stream))
        }) { port, _ in
            let (requests, next) = AsyncStream.makeStream(of: String.self)
            async let client = onThread {
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                var all = ""
                for number in 1...20 {
                    while !all.contains("data: \(number)\n") {
                        let more = try client.receive()
                        if more.isEmpty { return all }
                        all += String(decoding: more, as: UTF8.self)
                    }
                    next.yield("seen \(number)")
                }
                next.finish()
                return all + (try client.receiveAll())
            }
            var number = 1
            try await stream.write(ServerSentEvent(data: "1").bytes)
            for await _ in requests {
                number += 1
                if number <= 20 { try await stream.write(ServerSentEvent(data: "\(number)").bytes) }
            }
            stream.finish()
            return try await client
        }
        let response = RawResponse(received)
        #expect(response.field("Transfer-Encoding")?.lowercased() == "chunked")
        #expect(response.unchunked == (1...20).map { "data: \($0)\n\n" }.joined())
    }

    @Test func `Megabytes go through a small buffer whole and in order`() async throws {
        let stream = HTTPResponseStream(capacity: 1000)
        let pieces = (0..<3000).map { "<\($0)>" + String(repeating: "x", count: $0 % 700) }
        let response = try await withServer({ _ in HTTPServerResponse(status: 200, body: .stream(stream)) }) {
            port, _ in
            async let response = exchange(port: port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            for piece in pieces { try await stream.write(Array(piece.utf8)) }
            stream.finish()
            return try await response
        }
        #expect(response.unchunked == pieces.joined())
    }

    @Test func `HTTP/1.0 gets the stream without chunks`() async throws {
        let stream = HTTPResponseStream()
        let response = try await withServer({ _ in HTTPServerResponse(status: 200, body: .stream(stream)) }) {
            port, _ in
            async let response = exchange(port: port, "GET / HTTP/1.0\r\n\r\n")
            for _ in 0..<5 { try await stream.write(Array("piece ".utf8)) }
            stream.finish()
            return try await response
        }
        #expect(response.body == "piece piece piece piece piece ")
        #expect(response.field("Transfer-Encoding") == nil)
    }

    @Test func `A client that leaves makes the next writes throw`() async throws {
        let stream = HTTPResponseStream()
        let error = try await withServer({ _ in HTTPServerResponse(status: 200, body: .stream(stream)) }) {
            port, _ -> HTTPStreamClosed? in
            async let left: Void = onThread {
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try client.receive(until: "first")
            }
            try await stream.write(Array("first".utf8))
            try await left
            do throws(HTTPStreamClosed) {
                while true { try await stream.write(Array("more".utf8)) }
            } catch {
                return error
            }
        }
        #expect(error?.reason == .clientLeft)
        #expect(stream.isClosed)
    }

    @Test func `A client that leaves does not cancel the handler`() async throws {
        let gate = Gate()
        let (verdicts, verdict) = AsyncStream.makeStream(of: Bool.self)
        let wasCancelled = try await withServer({ request in
            if request.path == "/slow" {
                await gate.pass()
                verdict.yield(Task.isCancelled)
            }
            return text("done")
        }) { port, _ -> Bool? in
            try await onThread {
                let client = try RawClient(port: port)
                try client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
                // Closed at the end of this block, maybe before the server has read the request, never after.
            }
            await gate.arrivals(1)
            // The server has handled another connection since: it had its chance to notice.
            _ = try await exchange(port: port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            gate.open()
            return await verdicts.first { _ in true }
        }
        #expect(wasCancelled == false)
    }

    @Test func `HEAD closes a stream that nobody will read`() async throws {
        let stream = HTTPResponseStream()
        let response = try await withServer({ _ in HTTPServerResponse(status: 200, body: .stream(stream)) }) {
            port, _ in
            try await exchange(port: port, "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        }
        #expect(response.status == 200)
        #expect(response.body.isEmpty)
        await #expect(throws: HTTPStreamClosed(reason: .notSent)) { try await stream.write([1]) }
    }

    @Test func `A stream serves one response only`() async throws {
        let stream = HTTPResponseStream()
        stream.finish()
        let statuses = try await withServer({ _ in HTTPServerResponse(status: 200, body: .stream(stream)) }) {
            port, _ in
            [
                try await exchange(port: port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").status,
                try await exchange(port: port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").status,
            ]
        }
        #expect(statuses == [200, 500])
    }
}
