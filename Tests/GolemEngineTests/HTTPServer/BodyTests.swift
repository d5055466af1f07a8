// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import Testing

@Suite struct BodyTests {
    private let small = HTTPServerLimits(maxBodyBytes: 1000)

    @Test func `A body of exactly the limit passes, with and without chunks`() async throws {
        let body = String(repeating: "b", count: 1000)
        let counts = try await withServer(limits: small, { text("\($0.body.count)") }) { port, _ in
            [
                try await exchange(
                    port: port,
                    "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n\(body)"
                ).body,
                try await exchange(
                    port: port,
                    "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "1F4\r\n\(body.prefix(500))\r\n1F4\r\n\(body.prefix(500))\r\n0\r\n\r\n"
                ).body,
            ]
        }
        #expect(counts == ["1000", "1000"])
    }

    @Test func `One byte more is refused with 413, with and without chunks`() async throws {
        let body = String(repeating: "b", count: 1001)
        let responses = try await withServer(limits: small) { port, _ in
            [
                try await exchange(
                    port: port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n\(body)"),
                try await exchange(
                    port: port,
                    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3E9\r\n\(body)\r\n0\r\n\r\n"),
            ]
        }
        for response in responses {
            #expect(response.status == 413)
            #expect(response.body == "refused: the request body is larger than 1000 bytes")
        }
    }

    @Test func `A client that sends megabytes too much still reads the refusal`() async throws {
        let response = try await withServer(limits: small) { port, _ in
            try await onThread {
                let client = try RawClient(port: port)
                try client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                let chunk = "10000\r\n" + String(repeating: "b", count: 65_536) + "\r\n"
                for _ in 0..<64 { try client.send(chunk) }
                return RawResponse(try client.receiveAll())
            }
        }
        #expect(response.status == 413)
    }

    @Test func `Expect 100-continue is answered before the body is sent`() async throws {
        let (first, second) = try await withServer { port, _ in
            try await onThread {
                let client = try RawClient(port: port)
                try client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
                let first = try client.receive(until: "\r\n\r\n")
                try client.send("hello")
                return (first, try client.receiveResponse().body)
            }
        }
        #expect(first == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(second == "POST / - hello")
    }

    @Test func `Expect 100-continue for a body that is too large is refused without reading it`() async throws {
        let answer = try await withServer(limits: small) { port, _ in
            try await onThread {
                let client = try RawClient(port: port)
                try client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5000\r\n\r\n")
                return try client.receiveAll()
            }
        }
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
        #expect(!answer.contains("100 Continue"))
    }

    @Test func `HEAD gets the fields of GET and no body`() async throws {
        let response = try await withServer { port, _ in
            try await exchange(port: port, "HEAD /abc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        }
        #expect(response.status == 200)
        #expect(response.field("Content-Length") == "12")
        #expect(response.body.isEmpty)
    }

    @Test func `A large response arrives whole`() async throws {
        let size = 5_000_000
        let count = try await withServer({ _ in
            HTTPServerResponse(status: 200, body: .bytes([UInt8](repeating: 0x61, count: size)))
        }) { port, _ in
            try await exchange(port: port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").body.utf8.count
        }
        #expect(count == size)
    }

    @Test func `A response cannot be split or reframed by its fields`() async throws {
        let response = try await withServer({ _ in
            var response = text("body")
            response.headers.append("X-Bad", "a\r\nInjected: 1")
            response.headers.append("Bad Name", "1")
            response.headers.append("Content-Length", "1")
            response.headers.append("Transfer-Encoding", "chunked")
            response.headers.append("X-Good", "ja")
            response.headers.append("Connection", "close")
            return response
        }) { port, _ in
            try await exchange(port: port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        }
        #expect(response.body == "body")
        #expect(response.field("X-Good") == "ja")
        #expect(response.field("Content-Length") == "4")
        #expect(response.field("Transfer-Encoding") == nil)
        #expect(response.field("Injected") == nil)
        #expect(!response.head.contains("Bad"))
    }

    @Test(arguments: [204, 304])
    func `A status without a body sends none`(status: Int) async throws {
        let answers = try await withServer({ $0.path == "/2" ? text("second") : text("first", status: status) }) {
            port, _ in
            try await onThread {
                let client = try RawClient(port: port)
                try client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n")
                let first = RawResponse(try client.receive(until: "\r\n\r\n"))
                try client.send("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n")
                return [first, try client.receiveResponse()]
            }
        }
        #expect(answers.map(\.status) == [status, 200])
        #expect(answers.map(\.body) == ["", "second"])
    }
}
