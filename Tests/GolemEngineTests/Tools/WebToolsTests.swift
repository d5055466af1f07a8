// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemEvents
import Testing

private struct ServerDidNotStart: Error {
    let reason: String
}

/// The misbehaving web server in a process of its own, as long as `body` runs.
private func withServer<Value: Sendable>(
    _ body: @Sendable @escaping (_ base: String) async throws -> Value
) async throws -> Value {
    let scratch = Scratch()
    let tests = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    var spec = SubprocessSpec(
        executable: "python3", arguments: ["-u", "/\(tests)/Servers/web_server.py", scratch.at("port")],
        environment: ["PATH": getenv("PATH").map { String(cString: $0) } ?? "/usr/bin", "LANG": "C.UTF-8"])
    spec.deadline = .seconds(120)
    spec.grace = .milliseconds(100)
    let command = spec
    let server = Task { try await Subprocess.run(command) }
    defer { server.cancel() }
    guard await eventually(within: 60, { scratch.exists("port") }), let port = scratch.read("port") else {
        server.cancel()
        let result = try await server.value
        throw ServerDidNotStart(reason: result.errorOutput.text)
    }
    let value = try await body("http://127.0.0.1:\(port)")
    server.cancel()
    _ = try await server.value
    return value
}

private func fetchBox(allowing allowed: [String] = ["127.0.0.1"], timeout: Duration = .seconds(15)) throws -> ToolBox {
    let rules = try AddressRules(allowed: allowed)
    return ToolBox(tools: WebFetchTool(client: HTTPClient(), rules: rules, timeout: timeout).tools)
}

@Suite struct WebFetchToolTests {
    @Test func `Pages, texts and data become readable content`() async throws {
        try await withServer { base in
            let box = try fetchBox()
            func fetch(_ path: String) async -> JSONValue { await box.json("web_fetch", ["url": .string(base + path)]) }
            #expect(
                await fetch("/page") == [
                    "url": .string(base + "/page"), "status": 200, "content_type": "text/html; charset=utf-8",
                    "title": "The title", "content": .string("Hello next <\(base)/next>"), "truncated": false,
                ])
            #expect(await fetch("/plain")["content"] == "just text: ä")
            #expect(await fetch("/latin")["content"] == "café")
            #expect(await fetch("/json")["content"] == #"{"a": [1, 2]}"#)
            #expect(await fetch("/unnamed")["content"] == "plain without a type")
            #expect(await fetch("/agent")["content"] == "golem-web-fetch/1.0")
            #expect(await fetch("/redirect?/plain")["url"] == .string(base + "/plain"))
            #expect(await box.call("web_fetch", ["url": .string(base + "/plain")]).isUntrusted)
        }
    }

    @Test func `What is no text and what failed says so`() async throws {
        try await withServer { base in
            let box = try fetchBox()
            func fetch(_ path: String) async -> ToolResult {
                await box.call("web_fetch", ["url": .string(base + path)])
            }
            for path in ["/image", "/liar"] {
                let result = await fetch(path)
                #expect(result.outcome == .error)
                #expect(result.content.contains("something else than text"))
            }
            let missing = await fetch("/missing")
            #expect(missing.outcome == .error)
            #expect(missing.content == "web fetch failed with status 404\n# Nothing here")
            #expect(missing.isUntrusted)
            #expect(await fetch("/redirect?/redirect?/redirect?/redirect?/redirect?/redirect?/page").outcome == .error)
        }
    }

    @Test func `Content is cut at the limit between characters, and an endless body ends`() async throws {
        try await withServer { base in
            let box = try fetchBox()
            let cut = await box.json("web_fetch", ["url": .string(base + "/long"), "max_bytes": 1_000])
            #expect(cut["truncated"] == true)
            #expect(cut["content"] == .string(String(repeating: "漢", count: 333)))
            let whole = await box.json("web_fetch", ["url": .string(base + "/endless"), "max_bytes": 99_999_999])
            #expect(whole["truncated"] == true)
            #expect(whole["content"]?.stringValue?.utf8.count == 1_048_576)
        }
    }

    @Test func `A silent server is a timeout`() async throws {
        try await withServer { base in
            let result = await (try fetchBox(timeout: .milliseconds(300)))
                .call("web_fetch", ["url": .string(base + "/silent")])
            #expect(result.outcome == .timeout)
        }
    }

    @Test func `Addresses of this machine and of private networks are refused, also after a redirect`() async throws {
        try await withServer { base in
            let port = base.split(separator: ":").last.map(String.init) ?? ""
            let closed = try fetchBox(allowing: [])
            let targets = [
                base + "/plain", "http://localhost:\(port)/plain", "http://127.1:\(port)/plain",
                "http://0x7f000001:\(port)/plain", "http://2130706433:\(port)/plain", "http://0.0.0.0:\(port)/plain",
                "http://[::ffff:127.0.0.1]:\(port)/plain", "http://[::1]:\(port)/", "http://0177.0.0.1:\(port)/plain",
            ]
            for target in targets {
                let result = await closed.call("web_fetch", ["url": .string(target)])
                #expect(result.outcome == .error)
                #expect(!result.content.contains("just text"), "\(target)")
            }
            let refused = await closed.call("web_fetch", ["url": .string(base + "/plain")])
            #expect(refused.content.hasPrefix("the address is refused"))
            // The first address is allowed, the one that it redirects to is not.
            let open = try fetchBox(allowing: ["127.0.0.1"])
            for target in ["http://127.0.0.2:\(port)/plain", "http://0.0.0.0:\(port)/plain", "http://169.254.169.254/"]
            {
                let result = await open.call("web_fetch", ["url": .string("\(base)/redirect?\(target)")])
                #expect(result.content.hasPrefix("the address is refused"), "\(target)")
            }
        }
    }

    @Test func `F49 other schemes are refused, also after a redirect`() async throws {
        try await withServer { base in
            let box = try fetchBox()
            func text(_ url: String) async -> String { await box.call("web_fetch", ["url": .string(url)]).content }
            #expect(await text("file:///etc/passwd") == "unsupported url scheme: file")
            #expect(await text("gopher://x/") == "unsupported url scheme: gopher")
            #expect(await text("example.org") == "unsupported url scheme: (none)")
            #expect(await text("  ") == "url is required")
            #expect(await text("http://user:pw@example.org/").contains("user name"))
            #expect(await text("http://bücher.example/").contains("punycode"))
            #expect(await text("http:///x").contains("not a valid url"))
            for target in ["file:///etc/passwd", "ftp://127.0.0.1/", "dict://127.0.0.1:11/"] {
                let result = await box.call("web_fetch", ["url": .string("\(base)/redirect?\(target)")])
                #expect(result.outcome == .error)
                #expect(!result.content.contains("root:"))
            }
        }
    }
}

@Suite struct WebSearchToolTests {
    private func box(_ base: String, key: String, brave: String = "/brave", duck: String = "/duck") throws -> ToolBox {
        var endpoints = WebSearchTool.Endpoints()
        endpoints.brave = base + brave
        endpoints.duckDuckGo = base + duck
        let rules = try AddressRules(allowed: ["127.0.0.1"])
        return ToolBox(
            tools: WebSearchTool(client: HTTPClient(), rules: rules, key: key, endpoints: endpoints).tools)
    }

    @Test func `Brave's hits come back without markup`() async throws {
        try await withServer { base in
            let result = await (try box(base, key: "good-key")).json(
                "web_search", ["query": "a & b", "max_results": 2])
            #expect(
                result == [
                    "query": "a & b",
                    "results": [
                        ["title": "One & only", "url": "https://one.example/", "description": "About it"],
                        ["title": "Two", "url": "https://two.example/", "description": ""],
                    ],
                ])
        }
    }

    @Test func `DuckDuckGo's page is read with its descriptions, decoded once, without advertisements`() async throws {
        try await withServer { base in
            let result = await (try box(base, key: "")).json("web_search", ["query": "x"])
            #expect(
                result["results"] == [
                    [
                        "title": "First hit & more", "url": "https://example.org/a?x=1%26y",
                        "description": "A short text",
                    ],
                    ["title": "Second", "url": "https://two.example/", "description": ""],
                ])
            #expect(result["note"] == nil)
        }
    }

    @Test func `When Brave fails the result says why it is from elsewhere`() async throws {
        try await withServer { base in
            for (key, path) in [("bad-key", "/brave"), ("good-key", "/notjson")] {
                let result = await (try box(base, key: key, brave: path)).json("web_search", ["query": "x"])
                #expect(result["results"]?.arrayValue?.count == 2)
                #expect(result["note"]?.stringValue?.hasPrefix("Brave search failed") == true)
                #expect(result["note"]?.stringValue?.contains("bad-key") == false)
            }
        }
    }

    @Test func `When nothing works it is an error`() async throws {
        try await withServer { base in
            let result = await (try box(base, key: "", duck: "/none")).call("web_search", ["query": "x"])
            #expect(result.outcome == .error)
            #expect(result.content.contains("status 500"))
            #expect(await (try box(base, key: "")).call("web_search", ["query": " "]).content == "query is required")
        }
    }
}
