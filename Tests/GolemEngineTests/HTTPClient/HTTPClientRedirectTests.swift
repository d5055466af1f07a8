// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemTestSupport
import Synchronization
import Testing

@Suite struct HTTPClientRedirectTests {
    private let client = HTTPClient()
    private let secrets = [
        HTTPClientHeader("Authorization", "Bearer s3cret"), HTTPClientHeader("X-Api-Key", "s3cret"),
        HTTPClientHeader("Cookie", "s3cret"), HTTPClientHeader("User-Agent", "golem"),
    ]

    @Test func `Without permission a redirect is the answer`() async throws {
        let response = try await client.send(
            HTTPClientRequest(url: try await SharedHTTPServer.url + "/redirect?to=/fixed"))
        #expect(response.status == 302)
        #expect(response.header("location") == "/fixed")
    }

    @Test func `A redirect within the origin keeps credentials`() async throws {
        let request = HTTPClientRequest(
            url: try await SharedHTTPServer.url + "/redirect?to=/echo", headers: secrets, maxRedirects: 3)
        let echoed = try await client.decoded(EchoedRequest.self, request)
        #expect(echoed.target == "/echo")
        #expect(echoed.header("authorization") == "Bearer s3cret")
        #expect(echoed.header("x-api-key") == "s3cret")
    }

    @Test func `A redirect to another host takes no credentials along`() async throws {
        let request = HTTPClientRequest(
            url: try await SharedHTTPServer.url + "/redirect?to=http://127.0.0.2:{port}/echo", headers: secrets,
            maxRedirects: 3)
        let response = try await client.send(request)
        #expect(response.effectiveURL == "http://127.0.0.2:\(try await SharedHTTPServer.port)/echo")
        let text = String(decoding: try await response.collect(limit: 10_000).bytes, as: UTF8.self)
        #expect(!text.contains("s3cret"))
        #expect(text.contains("golem"))
    }

    @Test(arguments: [(301, "GET", 0), (302, "GET", 0), (303, "GET", 0), (307, "POST", 4), (308, "POST", 4)])
    func `Method and body after a redirect follow the status`(status: Int, method: String, length: Int) async throws {
        let request = HTTPClientRequest(
            method: "POST", url: try await SharedHTTPServer.url + "/redirect?to=/echo&code=\(status)",
            headers: [HTTPClientHeader("Content-Type", "text/plain")], body: Array("body".utf8), maxRedirects: 1)
        let echoed = try await client.decoded(EchoedRequest.self, request)
        #expect(echoed.method == method)
        #expect(echoed.length == length)
        #expect((echoed.header("content-type") == nil) == (method == "GET"))
    }

    @Test func `A loop ends at the limit`() async throws {
        let server = try await PythonServer.start("http_server.py")
        let error = await client.failure(HTTPClientRequest(url: server.url + "/loop", maxRedirects: 4))
        #expect(error?.code == .tooManyRedirects)
        #expect(error?.isRetryable == false)
        #expect(try await client.stats(server).requests == 6)
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "javascript:alert(1)"])
    func `A redirect away from the web is refused`(target: String) async throws {
        let request = HTTPClientRequest(
            url: try await SharedHTTPServer.url + "/redirect?to=\(target)", maxRedirects: 3)
        let code = await client.failure(request)?.code
        #expect(code == .protocolViolation || code == .invalidRequest)
    }

    @Test func `A redirect whose body never ends is given up`() async throws {
        let request = HTTPClientRequest(
            url: try await SharedHTTPServer.url + "/endless-redirect", totalTimeout: .seconds(30), maxRedirects: 3)
        #expect(await client.failure(request)?.code == .protocolViolation)
    }

    @Test func `The filter sees every address, also after a redirect`() async throws {
        let asked = Mutex<[String]>([])
        let request = HTTPClientRequest(
            url: try await SharedHTTPServer.url + "/redirect?to=http://127.0.0.2:{port}/fixed", maxRedirects: 3,
            addressFilter: { address in
                asked.withLock { $0.append(address) }
                return address == "127.0.0.1"
            })
        let error = await client.failure(request)
        #expect(error?.code == .addressRefused)
        #expect(error?.message.contains("127.0.0.2") == true)
        #expect(asked.withLock { Set($0) } == ["127.0.0.1", "127.0.0.2"])
    }

    @Test(arguments: ["localhost", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]"])
    func `The filter sees the address behind a disguise`(host: String) async throws {
        let asked = Mutex<[String]>([])
        let request = HTTPClientRequest(
            url: "http://\(host):\(try await SharedHTTPServer.port)/fixed",
            addressFilter: { address in
                asked.withLock { $0.append(address) }
                return false
            })
        #expect(await client.failure(request)?.code == .addressRefused)
        let addresses = asked.withLock { $0 }
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { ["127.0.0.1", "::1", "::ffff:127.0.0.1"].contains($0) })
    }

    @Test func `The filter is asked for a connection that another request has opened`() async throws {
        let server = try await PythonServer.start("http_server.py")
        #expect(try await client.text(server.url + "/fixed") == "hello")
        let error = await client.failure(
            HTTPClientRequest(url: server.url + "/fixed", addressFilter: { $0 != "127.0.0.1" }))
        #expect(error?.code == .addressRefused)
        #expect(error?.requestMayHaveBeenSent == false)
        #expect(try await client.stats(server).requests == 2)
    }
}
