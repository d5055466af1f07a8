// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

/// Servers that are child processes, and what can go wrong with them.
@Suite(.serialized) struct MCPStdioTests {
    static func scripted(_ options: String = "{}", environment: [String: String] = [:]) -> MCPServerSettings {
        MCPServers.stdio("python3", [MCPServers.script("scripted_stdio.py"), options], environment: environment)
    }

    private static var hasty: MCPClient {
        var limits = MCPLimits()
        limits.stdinGrace = .milliseconds(100)
        limits.termGrace = .milliseconds(100)
        limits.probe = .milliseconds(500)
        return MCPServers.client(limits: limits)
    }

    private static func code(_ body: () async throws -> Void) async -> MCPError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? MCPError
        }
    }

    // MARK: life and death

    @Test func `F26 closing ends the server and all that it started`() async throws {
        var pids: [Int32?] = []
        try await MCPServers.with(Self.scripted()) { connection in
            pids.append(connection.info.pid)
            for session in [true, false] {
                let result = try await connection.call("spawn", ["session": .bool(session)])
                guard case .text(let text)? = result.content.first else { return }
                pids.append(Int32(text))
            }
            #expect(pids.allSatisfy { isAlive($0) })
        }
        #expect(pids.count == 3)
        #expect(!pids.contains { isAlive($0) })
    }

    @Test func `F26 a server that ignores the end of its input and SIGTERM is killed`() async throws {
        let connection = try await Self.hasty.connect(Self.scripted(#"{"stubborn":true}"#)) { _ in .decline }
        let pid = connection.info.pid
        #expect(isAlive(pid))
        async let first: Void = connection.close()
        async let second: Void = connection.close()
        _ = await (first, second)
        #expect(!isAlive(pid))
    }

    @Test func `F25 a server that never answers fails the connection and is gone`() async throws {
        let folder = Scratch()
        let file = folder.at("pid")
        var settings = Self.scripted(#"{"deaf":true,"stubborn":true,"pid_file":"\#(file)"}"#)
        settings.connectTimeout = .seconds(6)
        let error = await Self.code { _ = try await MCPServers.client().connect(settings) { _ in .decline } }
        #expect(error?.code == "timeout")
        #expect(error?.mayHaveRun == false)
        let pid = try #require(folder.read("pid").flatMap { Int32($0) })
        #expect(!isAlive(pid))
    }

    @Test func `F25 a command that cannot be started says so at once`() async throws {
        for (command, word) in [("no-such-server", "no command"), ("/no/such/server", "No such file")] {
            let error = await Self.code {
                _ = try await MCPServers.client().connect(MCPServers.stdio(command, [])) { _ in .decline }
            }
            #expect(error?.message.contains(command) == true)
            #expect(error?.message.contains(word) == true)
            #expect(error?.mayHaveRun != nil)
        }
    }

    @Test func `A server that dies while connecting gives its last words`() async throws {
        let settings = MCPServers.stdio("/bin/sh", ["-c", "echo no licence found >&2; exit 4"])
        let error = await Self.code { _ = try await MCPServers.client().connect(settings) { _ in .decline } }
        #expect(error?.code == "closed")
        #expect(error?.message.contains("exit code 4") == true)
        #expect(error?.message.contains("no licence found") == true)
        #expect(error?.log == ["no licence found"])
    }

    @Test func `Cancelling while connecting ends the server`() async throws {
        let folder = Scratch()
        let file = folder.at("pid")
        let settings = Self.scripted(#"{"deaf":true,"stubborn":true,"pid_file":"\#(file)"}"#)
        let task = Task { await Self.code { _ = try await MCPServers.client().connect(settings) { _ in .decline } } }
        #expect(await eventually { folder.read("pid").flatMap { Int32($0) } != nil })
        let pid = try #require(folder.read("pid").flatMap { Int32($0) })
        task.cancel()
        #expect(await task.value?.code == "cancelled")
        #expect(!isAlive(pid))
    }

    @Test(arguments: [
        ("die", "exit code 3"), ("kill", "signal 9"), ("half", "exit code 0"), ("close", "closed its output"),
    ])
    func `A server that goes away fails what runs and says why`(tool: String, words: String) async throws {
        let connection = try await Self.hasty.connect(Self.scripted()) { _ in .decline }
        async let hanging = Self.code { _ = try await connection.call("hang") }
        let error = await Self.code { _ = try await connection.call(tool) }
        #expect(error?.code == "closed")
        #expect(error?.endsConnection == true)
        #expect(error?.mayHaveRun == true)
        #expect(error?.message.contains(words) == true)
        if tool == "die" { #expect(error?.message.contains("out of cheese") == true) }
        #expect(await hanging?.code == "closed")
        let later = await Self.code { _ = try await connection.call("echo") }
        #expect(later?.code == "closed")
        #expect(later?.mayHaveRun == false)
        var last: MCPNotice?
        for await notice in connection.notices { last = notice }
        #expect(last == error.map { .closed($0) })
        await connection.close()
        #expect(!isAlive(connection.info.pid))
    }

    // MARK: requests

    @Test func `F27 F30 a request that is late fails alone, the server is told, and its late answer is dropped`()
        async throws
    {
        try await MCPServers.with(Self.scripted()) { connection in
            let error = await Self.code { _ = try await connection.call("late", timeout: .milliseconds(50)) }
            #expect(error?.code == "timeout")
            #expect(error?.endsConnection == false)
            #expect(error?.mayHaveRun == true)
            try await connection.expect("flush", gives: "1 late")
            try await connection.expect("echo", ["text": "still here"], gives: "still here")
            let received = try await connection.call("received").content
            #expect(received.first.map { "\($0)".contains("notifications/cancelled") } == true)
        }
    }

    @Test func `F30 requests that hang do not hold up others`() async throws {
        try await MCPServers.with(Self.scripted()) { connection in
            try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<20 {
                    group.addTask { await Self.code { _ = try await connection.call("hang") }?.code }
                }
                for number in 0..<50 {
                    let text = "\(number)"
                    try await connection.expect("echo", ["text": .string(text)], gives: text)
                }
                group.cancelAll()
                for try await code in group { #expect(code == "cancelled") }
            }
        }
    }

    @Test func `F31 the error of a tool is a result, and nothing is called twice`() async throws {
        try await MCPServers.with(Self.scripted()) { connection in
            let wrong = try await connection.call("wrong")
            #expect(wrong == MCPToolResult(content: [.text("it went wrong")], isError: true))
            let refused = await Self.code { _ = try await connection.call("refused") }
            #expect(refused?.code == "rpc")
            #expect(refused?.rpcCode == -32000)
            #expect(refused?.endsConnection == false)
            #expect(refused?.message.contains("not today") == true)
            for tool in ["wrong", "refused"] {
                try await connection.expect("count", ["tool": .string(tool)], gives: "1")
            }
        }
    }

    @Test func `A request that the server never read did not run`() async throws {
        let connection = try await Self.hasty.connect(Self.scripted(#"{"stop_reading":3}"#)) { _ in .decline }
        let big = JSONValue.object(["text": .string(String(repeating: "x", count: 1_000_000))])
        async let first = Self.code { _ = try await connection.call("echo", big, timeout: .seconds(2)) }
        // The pipe is full of the first call; the second one waits behind it.
        let second = await Self.code { _ = try await connection.call("echo", big, timeout: .milliseconds(300)) }
        #expect(second?.code == "timeout")
        let third = await Self.code { _ = try await connection.call("echo", big, timeout: .milliseconds(100)) }
        #expect(third?.mayHaveRun == false)
        #expect(await first?.code == "timeout")
        await connection.close()
        #expect(!isAlive(connection.info.pid))
    }

    @Test func `All kinds of content come through`() async throws {
        try await MCPServers.with(Self.scripted()) { connection in
            let result = try await connection.call("pieces")
            #expect(
                result.content == [
                    .text("t"), .image(base64: "AAE=", mimeType: "image/png"),
                    .audio(base64: "AAI=", mimeType: "audio/wav"),
                    .resource(uri: "test://r", mimeType: "text/plain", text: "r"),
                    .blob(uri: "test://b", mimeType: "", base64: "AAM="), .link(uri: "test://l", name: "l"),
                    .text("[content of the unknown type \"hologram\"]"),
                ])
            #expect(result.structured == ["a": 1])
            let contents = try await connection.read(resource: "test://a")
            #expect(
                contents == [
                    .resource(uri: "test://a", mimeType: "", text: "t"),
                    .blob(uri: "test://a", mimeType: "", base64: "AAE="),
                ])
        }
    }

    @Test func `Progress, changes and the log reach who listens`() async throws {
        let texts = TextList()
        try await MCPServers.with(Self.scripted()) { connection in
            _ = try await connection.call("progress", [:], timeout: .seconds(60)) { texts.add($0.text) }
            #expect(texts.all == ["step 1 (1 of 2)", "step 2 (2 of 2)"])
            _ = try await connection.call("log")
            _ = try await connection.call("change")
            var notices: [MCPNotice] = []
            for await notice in connection.notices {
                notices.append(notice)
                if notices.count == 4 { break }
            }
            // Changes come first: they are kept when lines of the log are dropped.
            #expect(
                notices == [
                    .toolsChanged, .resourcesChanged, .promptsChanged, .log(level: "warning", text: "x: line 0"),
                ])
            #expect(try await connection.tools().map(\.name).contains("new"))
        }
    }

    @Test(arguments: [1, 3]) func `Lists come page by page`(pages: Int) async throws {
        try await MCPServers.with(Self.scripted(#"{"pages":\#(pages)}"#)) { connection in
            let names = try await connection.tools().map(\.name)
            #expect(Set(names).count == names.count)
            #expect(names.contains("echo") && names.contains("wrong"))
        }
    }

    @Test func `Pages that go round in a circle are noticed`() async throws {
        try await MCPServers.with(Self.scripted(#"{"pages":0}"#)) { connection in
            let error = await Self.code { _ = try await connection.tools() }
            #expect(error?.code == "protocol")
            #expect(error?.endsConnection == false)
        }
    }

    // MARK: what servers write

    @Test func `Lines that are no messages are shown and borne, up to a bound`() async throws {
        let connection = try await Self.hasty.connect(Self.scripted(#"{"greeting":5}"#)) { _ in .decline }
        try await connection.expect("garbage", ["lines": 10], gives: "sorry")
        try await connection.expect("crlf", gives: "crlf")
        let error = await Self.code { _ = try await connection.call("garbage", ["lines": 100]) }
        try #require(error?.code == "protocol")
        #expect(error?.endsConnection == true)
        #expect(error?.message.hasSuffix("first: this is no JSON") == true)
        var lines: [String] = []
        for await case .log("stdout", let text) in connection.notices { lines.append(text) }
        #expect(lines.first == "not a message: hello there")
        #expect(lines.contains("not a message: this is no JSON"))
        await connection.close()
    }

    @Test func `A flood on standard error neither stops the server nor piles up`() async throws {
        try await MCPServers.with(Self.scripted()) { connection in
            try await connection.expect("flood", ["lines": 100_000], gives: "flooded")
            try await connection.expect("echo", ["text": "a"], gives: "a")
            var count = 0
            for await notice in connection.notices {
                count += 1
                if case .log("warning", let text) = notice, text.contains("were dropped") { break }
            }
            // Each place that becomes free while this reads is filled again.
            #expect(count <= 5_000)
        }
    }

    @Test func `F31 ten megabytes come through, and what is larger fails its own call alone`() async throws {
        try await MCPServers.with(Self.scripted()) { connection in
            let size = 10 * 1024 * 1024
            guard
                case .text(let text)? = try await connection.call("big", ["size": .integer(Int64(size))]).content.first
            else { throw CancellationError() }
            #expect(text.utf8.count == size)
            async let slow = connection.call("slow", ["seconds": 1])
            let error = await Self.code { _ = try await connection.call("big", ["size": 17_000_000]) }
            #expect(error?.code == "too_large")
            #expect(error?.endsConnection == false)
            #expect(try await slow.content == [.text("slow")])
            try await connection.expect("echo", ["text": "a"], gives: "a")
        }
    }

    @Test func `A result with an error of null beside it is a result`() async throws {
        try await MCPServers.with(Self.scripted(#"{"null_error":true}"#)) { connection in
            try await connection.expect("echo", ["text": "a"], gives: "a")
        }
    }

    @Test func `A list without end is refused`() async throws {
        try await MCPServers.with(Self.scripted(#"{"many":6000}"#)) { connection in
            let error = await Self.code { _ = try await connection.tools() }
            #expect(error?.code == "too_large")
            #expect(error?.endsConnection == false)
        }
    }

    @Test func `Ids as text and messages in arrays are understood`() async throws {
        try await MCPServers.with(Self.scripted(#"{"string_ids":true,"batch":true}"#)) { connection in
            try await connection.expect("echo", ["text": "a"], gives: "a")
        }
    }

    @Test func `The server gets a clean environment and what is configured`() async throws {
        setenv("GOLEM_TEST_SECRET", "hunter2", 1)
        defer { unsetenv("GOLEM_TEST_SECRET") }
        // Not whatever `python3` is: a wrapper script may set variables of its own.
        let settings = MCPServers.stdio(
            MCPServers.python("sdk1"), [MCPServers.script("scripted_stdio.py"), "{}"],
            environment: ["API_KEY": "given", "LANG": "de_DE.UTF-8"])
        try await MCPServers.with(settings) { connection in
            guard case .text(let text)? = try await connection.call("environment").content.first else { return }
            let names = Set(text.split(separator: " ").map { String($0.prefix { $0 != "=" }) })
            #expect(names.isSubset(of: ["API_KEY", "HOME", "LANG", "LC_CTYPE", "PATH", "TZ"]))
            #expect(text.contains("API_KEY=given") && text.contains("LANG=de_DE.UTF-8"))
            #expect(!text.contains("hunter2"))
        }
    }
}
