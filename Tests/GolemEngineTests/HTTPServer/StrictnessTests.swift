// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import Testing

/// Requests that break HTTP/1.1 or carry framing on which two readers could disagree.
struct BadRequest: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: String
    let status: Int
    /// Whether libmicrohttpd answers before the server sees it.
    let isLibrarys: Bool

    init(_ name: String, _ bytes: String, _ status: Int = 400, isLibrarys: Bool = false) {
        self.name = name
        self.bytes = bytes
        self.status = status
        self.isLibrarys = isLibrarys
    }

    var testDescription: String { name }

    static let all: [BadRequest] = [
        BadRequest(
            "Content-Length with Transfer-Encoding",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        BadRequest(
            "two different lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"
        ),
        BadRequest(
            "two equal lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
        BadRequest(
            "length with a plus", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello", isLibrarys: true),
        BadRequest(
            "list of lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\nhello", isLibrarys: true),
        BadRequest(
            "negative length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", isLibrarys: true),
        BadRequest(
            "length beyond 64 bits", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 413,
            isLibrarys: true),
        BadRequest("length beyond the limit", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n", 413),
        BadRequest("unknown coding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        BadRequest(
            "coding in two steps", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            501),
        BadRequest(
            "coding in two fields",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            501),
        BadRequest(
            "blank after the coding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked \r\n\r\n0\r\n\r\n"),
        BadRequest("coding in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        BadRequest("no host", "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n"),
        BadRequest("no field at all", "GET / HTTP/1.1\r\n\r\n"),
        BadRequest("two hosts", "GET / HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n"),
        BadRequest("empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        BadRequest("host with a path", "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n"),
        BadRequest("host with a user", "GET / HTTP/1.1\r\nHost: a@x\r\n\r\n"),
        BadRequest("escaped NUL in the path", "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n"),
        BadRequest("escaped line feed in the path", "GET /a%0ab HTTP/1.1\r\nHost: x\r\n\r\n"),
        BadRequest("broken escape", "GET /a%zz HTTP/1.1\r\nHost: x\r\n\r\n"),
        BadRequest("cut escape", "GET /a%4 HTTP/1.1\r\nHost: x\r\n\r\n"),
        BadRequest("escape that is not UTF-8", "GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n"),
        BadRequest("fragment", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n"),
        BadRequest("blank in the target", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"),
        BadRequest("two blanks before the target", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"),
        BadRequest("absolute target", "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n"),
        BadRequest("asterisk target", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"),
        BadRequest("folded line", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\nD: e\r\n\r\n"),
        BadRequest("folded last line", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\tc\r\n\r\n"),
        BadRequest("bare line feed in the request line", "GET / HTTP/1.1\nHost: x\r\n\r\n"),
        BadRequest("bare line feed between fields", "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n"),
        BadRequest("bare line feed at the end", "GET / HTTP/1.1\r\nHost: x\r\n\n"),
        BadRequest("bare line feeds only", "GET / HTTP/1.1\nHost: x\n\n"),
        BadRequest("NUL in a field", "GET / HTTP/1.1\r\nHost: x\r\nA: b\u{0}c\r\n\r\n"),
        BadRequest("carriage return in a field", "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n"),
        BadRequest("escape character in a field", "GET / HTTP/1.1\r\nHost: x\r\nA: \u{1B}[0m\r\n\r\n"),
        BadRequest("blank before the colon", "GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n"),
        BadRequest("no colon", "GET / HTTP/1.1\r\nHost: x\r\nabc\r\n\r\n", isLibrarys: true),
        BadRequest("method that is no token", "G(T / HTTP/1.1\r\nHost: x\r\n\r\n"),
        BadRequest("HTTP/0.9", "GET /\r\n\r\n", isLibrarys: true),
        BadRequest("HTTP/2.0", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505, isLibrarys: true),
        BadRequest(
            "unknown expectation", "POST / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n", 417),
        BadRequest(
            "broken chunk", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxx\r\nhello\r\n0\r\n\r\n",
            isLibrarys: true),
        BadRequest(
            "head beyond the limit", "GET / HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "a", count: 17_000))\r\n\r\n",
            431),
        BadRequest(
            "head far beyond the limit",
            "GET / HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "a", count: 60_000))\r\n\r\n", 431, isLibrarys: true),
        BadRequest(
            "target far beyond the limit", "GET /\(String(repeating: "a", count: 60_000)) HTTP/1.1\r\nHost: x\r\n\r\n",
            414,
            isLibrarys: true),
    ]
}

@Suite struct StrictnessTests {
    @Test(arguments: BadRequest.all)
    func `A request that breaks the rules is refused and its connection closed`(request: BadRequest) async throws {
        let response = try await withServer({ _ in text("handled") }) { port, _ in
            try await exchange(port: port, request.bytes)
        }
        #expect(response.status == request.status)
        #expect(response.field("Connection") == "close")
        #expect(!response.body.contains("handled"))
        #expect(response.body.hasPrefix("refused: ") == !request.isLibrarys)
    }

    @Test func `A refusal of HEAD has no body`() async throws {
        let response = try await withServer { port, _ in
            try await exchange(port: port, "HEAD /%00 HTTP/1.1\r\nHost: x\r\n\r\n")
        }
        #expect(response.status == 400)
        #expect(response.body.isEmpty)
        #expect(response.field("Content-Length") != "0")
    }

    @Test func `A refusal in the middle of a pipeline follows the answers before it and ends the connection`()
        async throws
    {
        let answer = try await withServer { port, _ in
            try await onThread {
                let client = try RawClient(port: port)
                try client.send(
                    "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /%00 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\n\r\n"
                )
                return try client.receiveAll()
            }
        }
        #expect(answer.contains("GET /1"))
        #expect(answer.contains("400 Bad Request"))
        #expect(!answer.contains("GET /3"))
    }

    @Test func `Good requests pass and share a connection`() async throws {
        let answers = try await withServer { port, _ in
            try await onThread {
                let client = try RawClient(port: port)
                var answers: [String] = []
                let requests = [
                    "GET /a%20b%C3%A4?q=%20&r HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
                    "\r\nPOST /p HTTP/1.1\r\nhOST:x\r\ncontent-length:5\r\nE:\r\nF: y \r\n\r\nhello",
                    "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
                    "POST /0 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
                    "PATCH /% HTTP/1.0\r\n\r\n".replacing("%", with: "%25"),
                ]
                for request in requests {
                    // In two pieces, so that the head is not parsed in one go.
                    try client.send(String(request.prefix(20)))
                    try client.send(String(request.dropFirst(20)))
                    answers.append(try client.receiveResponse().body)
                }
                return answers
            }
        }
        #expect(answers == ["GET /a bä q=%20&r ", "POST /p - hello", "POST /c - hello", "POST /0 - ", "PATCH /% - "])
    }

    @Test func `Fields reach the handler in order, trimmed, with duplicates`() async throws {
        let response = try await withServer({ request in
            text(request.headers.fields.map { "\($0.name)=\($0.value)" }.joined(separator: ";"))
        }) { port, _ in
            try await exchange(
                port: port,
                "GET / HTTP/1.1\r\nHost: x\r\nA: 1 \t\r\na:\t2\r\nConnection: close\r\nU: ä\r\nEmpty:\r\n\r\n")
        }
        #expect(response.body == "Host=x;A=1;a=2;Connection=close;U=ä;Empty=")
    }
}
