// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemTestSupport
import Synchronization
import Testing

@Suite struct HTTPClientTests {
    private let client = HTTPClient()

    @Test func `A body with a length arrives whole`() async throws {
        let response = try await client.send(HTTPClientRequest(url: try await SharedHTTPServer.url + "/fixed"))
        #expect(response.status == 200)
        #expect(response.header("content-LENGTH") == "5")
        let body = try await response.collect(limit: 100)
        #expect(body.bytes == Array("hello".utf8))
        #expect(!body.truncated)
    }

    @Test func `A chunked body arrives whole and its trailer is not a header`() async throws {
        let response = try await client.send(HTTPClientRequest(url: try await SharedHTTPServer.url + "/chunked?n=3"))
        #expect(response.header("X-Padded") == "a b")
        #expect(response.header("X-Empty")?.isEmpty == true)
        let body = try await response.collect(limit: 1000)
        #expect(String(decoding: body.bytes, as: UTF8.self) == "chunk 0;chunk 1;chunk 2;")
        #expect(response.header("X-Trailer") == nil)
    }

    @Test func `A post sends method, headers and body as given and nothing of its own`() async throws {
        let request = HTTPClientRequest(
            method: "POST", url: try await SharedHTTPServer.url + "/echo?a=1",
            headers: [HTTPClientHeader("X-One", "1"), HTTPClientHeader("X-Empty", "")],
            body: [UInt8](repeating: 65, count: 300_000))
        let echoed = try await client.decoded(EchoedRequest.self, request)
        #expect(echoed.method == "POST")
        #expect(echoed.target == "/echo?a=1")
        #expect(echoed.length == 300_000)
        #expect(echoed.header("x-one") == "1")
        #expect(echoed.header("x-empty")?.isEmpty == true)
        #expect(echoed.header("content-type") == nil)
        #expect(echoed.header("expect") == nil)
    }

    @Test(arguments: ["GET", "DELETE", "PUT", "PATCH", "OPTIONS"])
    func `The method is sent as given`(method: String) async throws {
        let echoed = try await client.decoded(
            EchoedRequest.self, HTTPClientRequest(method: method, url: try await SharedHTTPServer.url + "/echo"))
        #expect(echoed.method == method)
        #expect(echoed.length == 0)
    }

    @Test func `A put with a body stays a put`() async throws {
        let echoed = try await client.decoded(
            EchoedRequest.self,
            HTTPClientRequest(method: "PUT", url: try await SharedHTTPServer.url + "/echo", body: Array("body".utf8)))
        #expect(echoed.method == "PUT")
        #expect(echoed.body == "body")
    }

    @Test func `A head request ends without a body`() async throws {
        let response = try await client.send(
            HTTPClientRequest(method: "HEAD", url: try await SharedHTTPServer.url + "/fixed?bytes=1000"))
        #expect(response.header("content-length") == "1000")
        #expect(try await response.collect(limit: 10).bytes.isEmpty)
    }

    @Test func `Collecting stops at its limit and says so`() async throws {
        let response = try await client.send(
            HTTPClientRequest(url: try await SharedHTTPServer.url + "/big?bytes=100000000"))
        let body = try await response.collect(limit: 1000)
        #expect(body.bytes.count == 1000)
        #expect(body.truncated)
    }

    @Test func `A body that just fits is not truncated`() async throws {
        let response = try await client.send(HTTPClientRequest(url: try await SharedHTTPServer.url + "/fixed"))
        let body = try await response.collect(limit: 5)
        #expect(body.bytes.count == 5)
        #expect(!body.truncated)
    }

    @Test func `Packed answers are unpacked only when asked for`() async throws {
        let url = try await SharedHTTPServer.url + "/gzip?bytes=50000"
        let unpacked = try await client.text(HTTPClientRequest(url: url, acceptsCompression: true))
        #expect(unpacked.utf8.count == 50_000)
        let packed = try await client.send(HTTPClientRequest(url: url)).collect(limit: 1_000_000)
        #expect(packed.bytes.starts(with: [0x1F, 0x8B]))
    }

    @Test func `Error statuses are answers with their headers`() async throws {
        let response = try await client.send(
            HTTPClientRequest(url: try await SharedHTTPServer.url + "/status?code=429"))
        #expect(response.status == 429)
        #expect(response.header("retry-after") == "7")
    }

    @Test(arguments: ["GET /x HTTP/1.1\r\nX:", "", "GE T"])
    func `A method that is no token is refused`(method: String) async throws {
        let error = await client.failure(
            HTTPClientRequest(method: method, url: try await SharedHTTPServer.url + "/fixed"))
        #expect(error?.code == .invalidRequest)
        #expect(error?.requestMayHaveBeenSent == false)
    }

    @Test(arguments: [
        HTTPClientHeader("X-A", "b\r\nX-Evil: 1"), HTTPClientHeader("X-A:", "b"), HTTPClientHeader("X A", "b"),
        HTTPClientHeader("X-A", "a\0b"),
    ])
    func `A header that would smuggle another is refused`(header: HTTPClientHeader) async throws {
        let request = HTTPClientRequest(url: try await SharedHTTPServer.url + "/echo", headers: [header])
        #expect(await client.failure(request)?.code == .invalidRequest)
    }

    @Test(arguments: [
        "file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x", "not a url", "http://127.0.0.1/a b",
        "http://", "http://127.0.0.1:99999/",
    ])
    func `Only well formed http and https URLs are asked`(url: String) async {
        let error = await client.failure(url)
        #expect(error?.code == .invalidRequest)
        #expect(error?.isRetryable == false)
    }

    @Test func `Connections are kept and used again`() async throws {
        let server = try await PythonServer.start("http_server.py")
        for _ in 0..<20 { #expect(try await client.text(server.url + "/fixed") == "hello") }
        #expect(try await client.stats(server).connections == 1)
    }

    @Test func `A kept connection that the peer closed meanwhile costs no request`() async throws {
        let url = try await SharedHTTPServer.url
        for _ in 0..<20 { #expect(try await client.text(url + "/close") == "bye") }
    }

    @Test func `User name and password of a URL are sent but neither returned nor told`() async throws {
        let port = try await SharedHTTPServer.port
        let response = try await client.send(
            HTTPClientRequest(url: "http://mara:s3cret@127.0.0.1:\(port)/echo?x=@"))
        #expect(response.effectiveURL == "http://127.0.0.1:\(port)/echo?x=@")
        let error = await client.failure("http://mara:s3cret@127.0.0.1:\(port)/drop/bot12345:TOKEN")
        let refused = await client.failure("http://mara:s3cret@127.0.0.1:1/bot12345:TOKEN?key=TOKEN")
        for message in [error?.message, refused?.message].compactMap(\.self) {
            #expect(!message.contains("s3cret"))
            #expect(!message.contains("TOKEN"))
            #expect(message.contains("127.0.0.1"))
        }
    }

    @Test func `The environment's proxy is not used`() async throws {
        // The test process may have no proxy variables; an explicit one proves that the option arrives at all.
        let url = try await SharedHTTPServer.url + "/fixed"
        let error = await client.failure(HTTPClientRequest(url: url, proxy: "http://127.0.0.1:1"))
        #expect(error?.code == .refused)
    }

    @Test func `After shutdown requests fail and those under way end`() async throws {
        let client = HTTPClient()
        let server = try await PythonServer.start("http_server.py")
        async let waiting = client.failure(server.url + "/silent")
        let observer = HTTPClient()
        #expect(try await eventually { try await observer.stats(server).holding == 1 })
        await client.shutdown()
        await client.shutdown()
        #expect(await waiting?.code == .cancelled)
        #expect(await client.failure(server.url + "/fixed")?.code == .cancelled)
    }
}
