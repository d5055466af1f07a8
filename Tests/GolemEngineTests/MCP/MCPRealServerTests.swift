// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

/// The client against servers that others wrote.
@Suite(.serialized) struct MCPRealServerTests {
    @Test(arguments: [("sdk1", "2025-11-25"), ("sdk2", "2026-07-28")])
    func `A server of the official SDK as a child process`(sdk: String, revision: String) async throws {
        try await Self.exercise(MCPServers.sdk(sdk), revision)
    }

    @Test(arguments: [
        ("sdk1", "http", "2025-11-25"), ("sdk1", "http json", "2025-11-25"),
        ("sdk1", "http stateless", "2025-11-25"),
        ("sdk1", "http stateless json", "2025-11-25"), ("sdk1", "sse", "2025-11-25"),
        ("sdk2", "http", "2026-07-28"),
        ("sdk2", "http json", "2026-07-28"), ("sdk2", "http stateless", "2026-07-28"),
        ("sdk2", "sse", "2025-11-25"),
    ])
    func `A server of the official SDK at a URL`(sdk: String, kind: String, revision: String)
        async throws
    {
        let words = kind.split(separator: " ").map(String.init)
        let process = try await PythonServer.start(
            "mcp/sdk_server.py", words, python: MCPServers.python(sdk))
        let transport: MCPServerSettings.Transport =
            kind == "sse"
            ? .httpSSE(url: "\(process.url)/sse", headers: [:])
            : .http(url: "\(process.url)/mcp", headers: [:])
        let settings = MCPServerSettings(name: "sdk", transport: transport)
        try await Self.exercise(
            settings, revision, asks: !words.contains("stateless") && kind != "http json")
    }

    private static func exercise(_ settings: MCPServerSettings, _ revision: String, asks: Bool = true)
        async throws
    {
        let texts = TextList()
        try await MCPServers.with(settings, elicit: { _ in .accept(["colour": "red"]) }) { connection in
            #expect(connection.info.name == "sdk")
            #expect(connection.info.revision == revision)
            #expect(connection.info.instructions == "Tools to test with.")
            let tools = try await connection.tools()
            #expect(tools.first { $0.name == "echo" }?.title == "Echo")
            #expect(tools.first { $0.name == "add" }?.inputSchema["properties"]?["a"] != nil)
            let echo = try await connection.call("echo", ["text": "grüß dich\n\"quoted\""])
            #expect(echo.content == [.text("grüß dich\n\"quoted\"")])
            #expect(try await connection.call("add", ["a": 2, "b": 3]).structured == ["result": 5])
            let failed = try await connection.call("fail")
            #expect(failed.isError)
            // The second SDK keeps the text of an exception to itself.
            #expect("\(failed.content)".contains("Error executing tool fail"))
            #expect(try await connection.call("echo", ["wrong": 1]).isError)
            try await connection.ping()
            try await exerciseRest(connection)
            if asks { try await connection.expect("ask", gives: "red it is") }
            if asks {
                _ = try await connection.call("steps", ["count": 3], timeout: .seconds(60)) {
                    texts.add($0.text)
                }
                #expect(texts.all.last == "step 3 (3 of 3)")
            }
            let late = await #expect(throws: MCPError.self) {
                try await connection.call("wait", ["seconds": 30], timeout: .milliseconds(100))
            }
            #expect(late?.code == "timeout")
            #expect(try await connection.call("big", ["size": 1_000_000]).content.count == 1)
        }
    }

    private static func exerciseRest(_ connection: any MCPConnection) async throws {
        #expect(try await connection.resources().map(\.uri) == ["golem://greeting"])
        let greeting = try await connection.read(resource: "golem://greeting")
        #expect(
            greeting == [.resource(uri: "golem://greeting", mimeType: "text/plain", text: "good day")])
        let prompts = try await connection.prompts()
        #expect(
            prompts == [MCPPrompt(name: "greet", description: "Greets somebody.", arguments: ["name"])])
        let prompt = try await connection.prompt("greet", ["name": "Ada"])
        #expect(prompt.map(\.role) == ["user"])
        #expect(prompt.map(\.1) == [.text("Say hello to Ada.")])
    }

    @Test(arguments: ["sdk1", "sdk2"])
    func `A server of the official SDK says that its tools changed`(sdk: String)
        async throws
    {
        try await MCPServers.with(MCPServers.sdk(sdk)) { connection in
            #expect(try await !connection.tools().map(\.name).contains("grown"))
            if sdk == "sdk2" {
                // Its subscription begins in the background; a server that knows none yet tells nobody.
                try await connection.ping()
            }
            _ = try await connection.call("grow")
            for await notice in connection.notices where notice == .toolsChanged { break }
            #expect(try await connection.tools().map(\.name).contains("grown"))
        }
    }

    @Test(arguments: ["sdk1", "sdk2"]) func `The time server converts times`(sdk: String) async throws {
        let settings = MCPServers.stdio(
            MCPServers.program(sdk, "mcp-server-time"), ["--local-timezone", "Europe/Zurich"])
        try await MCPServers.with(settings) { connection in
            #expect(
                try await connection.tools().map(\.name).sorted() == ["convert_time", "get_current_time"])
            let result = try await connection.call(
                "convert_time",
                ["source_timezone": "Europe/Zurich", "time": "12:00", "target_timezone": "Asia/Shanghai"])
            #expect(!result.isError)
            #expect("\(result.content)".contains("Asia/Shanghai"))
        }
    }

    @Test(arguments: ["sdk1", "sdk2"]) func `The git server shows a repository`(sdk: String)
        async throws
    {
        let folder = Scratch()
        folder.write("a.txt", "a\n")
        let script =
            "git init -q . && git add . && git -c user.name=t -c user.email=t@t commit -qm 'first one'"
        var spec = SubprocessSpec(
            executable: "/bin/sh", arguments: ["-c", script],
            environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path])
        spec.directory = .path(folder.path)
        #expect(try await Subprocess.run(spec).termination == .exited(0))
        let settings = MCPServers.stdio(
            MCPServers.program(sdk, "mcp-server-git"), ["--repository", folder.path],
            environment: ["HOME": folder.path])
        try await MCPServers.with(settings) { connection in
            #expect(try await connection.tools().contains { $0.name == "git_log" })
            let result = try await connection.call(
                "git_log", ["repo_path": .string(folder.path), "max_count": 1])
            #expect("\(result.content)".contains("first one"), "\(result)")
        }
    }

    @Test func `The SQLite server keeps a table`() async throws {
        let folder = Scratch()
        let settings = MCPServers.stdio(
            MCPServers.program("sdk1", "mcp-server-sqlite"), ["--db-path", folder.at("db")])
        try await MCPServers.with(settings) { connection in
            _ = try await connection.call("create_table", ["query": "CREATE TABLE t (a INTEGER)"])
            _ = try await connection.call("write_query", ["query": "INSERT INTO t VALUES (42)"])
            let result = try await connection.call("read_query", ["query": "SELECT a FROM t"])
            #expect("\(result.content)".contains("42"))
            #expect(try await connection.call("read_query", ["query": "DROP TABLE t"]).content.count == 1)
            #expect(try await connection.prompts().map(\.name) == ["mcp-demo"])
        }
    }
}
