// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEngine
import GolemTestSupport
import Testing

/// A real engine with six MCP servers of which two are broken in different ways.
///
/// `hung` never answers the handshake, `exits` ends at once with a message; each of them starts a child.
@Suite struct SixServersTests {
    private static let good = ["remote", "sdk", "sqlite", "time"]

    private let home: GolemHome
    private let model: PythonServer
    private let remote: PythonServer
    private let config: String

    init() async throws {
        home = try GolemHome()
        let python = "\(PythonServer.packageRoot)/.build/python"
        let servers = "\(PythonServer.packageRoot)/Tests/Servers/mcp"
        model = try await PythonServer.start("model_server.py")
        remote = try await PythonServer.start("mcp/sdk_server.py", ["http"], python: "\(python)/sdk1/bin/python")
        let mark: JSONValue = ["GOLEM_TEST_MARK": .string(home.path)]
        func stdio(_ command: String, _ words: [String], _ more: [String: JSONValue] = [:]) -> JSONValue {
            let base: [String: JSONValue] = [
                "transport": "stdio", "command": .string(command), "args": .array(words.map { .string($0) }),
                "env": mark,
            ]
            return .object(base.merging(more) { $1 })
        }
        let hung = "sleep 7777 & exec python3 \(servers)/scripted_stdio.py '{\"deaf\": true, \"stubborn\": true}'"
        config = try home.write(
            JSONValue.object([
                "mcp": [
                    "servers": [
                        "exits": stdio(
                            "/bin/sh", ["-c", "sleep 7777 & echo 'the licence file is missing' >&2; exit 3"]),
                        "hung": stdio("/bin/sh", ["-c", hung], ["connect_timeout": "10m"]),
                        "remote": ["transport": "http", "url": .string("\(remote.url)/mcp")],
                        "sdk": stdio("\(python)/sdk2/bin/python", ["\(servers)/sdk_server.py", "stdio"]),
                        "sqlite": stdio("\(python)/sdk1/bin/mcp-server-sqlite", ["--db-path", "\(home.path)/db"]),
                        "time": stdio("\(python)/sdk1/bin/mcp-server-time", ["--local-timezone", "Europe/Zurich"]),
                    ]
                ]
            ]).text, to: "config.json")
    }

    private func start() async throws -> GolemHome.Server {
        try await home.startServer("--config", config, variables: GolemHome.variables(model: model))
    }

    /// All servers by name, as `golem mcp list --json` gives them.
    private func list() async throws -> [String: JSONValue] {
        let answer = try await home.run("mcp", "list", "--json", "--config", config)
        let servers = try JSONValue(parsing: Data(answer.output.utf8)).arrayValue ?? []
        return Dictionary(servers.map { ($0["name"]?.stringValue ?? "", $0) }) { $1 }
    }

    private func waitForGoodServers() async throws {
        let areThere = try await eventually(within: .seconds(60)) {
            let servers = try await list()
            return Self.good.allSatisfy { servers[$0]?["state"] == "healthy" } && servers["exits"]?["state"] == "down"
        }
        let now = try await list()
        #expect(areThere, "\(now)")
    }

    private func ask(_ server: GolemHome.Server, _ message: String) async throws -> String {
        let answer = try #require(await HTTPClient().chat(port: server.port, session: "k1", message: message))
        #expect(answer.status == 200)
        return answer.body["response"]?.stringValue ?? "\(answer.body)"
    }

    /// Every process that got the servers' environment: they, their children, and what those left behind.
    private func processes() -> [String] {
        let mark = Array("GOLEM_TEST_MARK=\(home.path)".utf8)
        return ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).filter { name in
            guard Int32(name) != nil, let bytes = FileManager.default.contents(atPath: "/proc/\(name)/environ") else {
                return false
            }
            return bytes.split(separator: 0).contains { $0.elementsEqual(mark) }
        }
    }

    @Test func `F25 F30 F32 two broken servers delay neither the start nor a chat, and four others work`() async throws
    {
        let server = try await start()
        // Nobody waited: none of the servers can have been started within the time that this needs.
        #expect(try await ask(server, "are you there") == "You said: are you there")
        #expect(try await list()["hung"]?["state"] == "starting")
        try await waitForGoodServers()
        let answer = try await ask(
            server,
            """
            call mcp_time_convert_time {"source_timezone":"Europe/Zurich","time":"12:00","target_timezone":"Asia/Shanghai"}
            call mcp_sqlite_list_tables {}
            call mcp_sdk_add {"a": 40, "b": 2}
            call mcp_remote_echo {"text": "grüß dich"}
            call mcp_hung_anything {}
            """)
        for part in ["mcp_time_convert_time: ", "Asia/Shanghai", "mcp_sqlite_list_tables: ", "42", "grüß dich"] {
            #expect(answer.contains(part), "\(part) in \(answer)")
        }
        #expect(answer.contains("mcp_hung_anything: Error: there is no tool named mcp_hung_anything"))
        #expect(!answer.contains("mcp_sqlite_list_tables: Error"))
        // The hung one is where it was: no turn has waited for it.
        let servers = try await list()
        #expect(servers.count == 6)
        #expect(servers["hung"]?["state"] == "starting")
        #expect(servers["hung"]?["reason"]?.stringValue?.contains("no answer yet") == true)
        #expect(servers["hung"]?["tools"] == [])
        #expect(
            servers["exits"]?["reason"]?.stringValue?.hasPrefix(
                "the server ended with exit code 3; its last words: the licence file is missing") == true,
            "\(servers["exits"] ?? .null)")
        let tmux = try TmuxServer(home, columns: 120, rows: 40, ["attach"])
        await tmux.waitFor(text: "LIVE")
        try tmux.press("6")
        await tmux.waitFor("both broken servers in the list") { screen in
            let rows = screen.split(separator: "\n")
            return rows.contains { $0.contains("exits") && $0.contains("DOWN x") }
                && rows.contains { $0.contains("hung") && $0.contains("starting") }
                && rows.count { $0.contains("healthy") } >= 4
        }
        // The whole reason beside the list, and on the line of the worst problem.
        await tmux.waitFor("why exits is down") {
            $0.contains("why       the server ended with")
                && $0.contains("! mcp exits: down, the server ended with exit code 3; its last words: the licence file")
        }
        try tmux.press("j")
        await tmux.waitFor(text: "why       connecting for ")
    }

    @Test
    func
        `F33 F44 a server that is disabled by key is gone at the next call of a running session, and stands in the audit`()
        async throws
    {
        let server = try await start()
        try await waitForGoodServers()
        let call = #"call mcp_sdk_add {"a": 40, "b": 2}"#
        #expect(try await ask(server, call).contains("42"))
        let tmux = try TmuxServer(home, columns: 120, rows: 40, ["attach"])
        await tmux.waitFor(text: "LIVE")
        try tmux.press("6")
        await tmux.waitFor(text: "sqlite")
        try tmux.press("j", "j", "j")
        await tmux.waitFor(text: "sdk  stdio")
        try tmux.press("D")
        await tmux.waitFor("the question") {
            $0.contains("Disable MCP server sdk?") && !$0.contains("keys typed before")
        }
        try tmux.press("y")
        // The answer carries the state read back from the server.
        await tmux.waitFor(text: "done: sdk is disabled: ")
        let refused = try await ask(server, call)
        #expect(refused.contains("Error: the MCP server sdk was disabled by operator"), "\(refused)")
        await tmux.waitFor("the state") {
            $0.split(separator: "\n").contains { $0.contains("sdk") && $0.contains("DISABLED") }
        }
        #expect(try await list()["sdk"]?["state"] == "disabled")
        let control = try await HTTPClient().send(HTTPClientRequest(url: model.url + "/control"))
        let seen = try JSONValue(parsing: Data(try await control.collect(limit: 1 << 24).bytes))["seen"]?.arrayValue
        let offered = try #require(seen?.last?["body"]?["tools"]?.arrayValue).compactMap {
            $0["function"]?["name"]?.stringValue
        }
        #expect(offered.contains("mcp_sqlite_list_tables"))
        #expect(!offered.contains { $0.hasPrefix("mcp_sdk_") })
        let isAudited = await eventually {
            home.text(of: "w/state/audit.jsonl").split(separator: "\n").contains {
                $0.contains(#""operator_command""#) && $0.contains("mcp disable sdk") && $0.contains("done: done")
            }
        }
        #expect(isAudited)
        // Its process has ended, the others run on.
        #expect(try await eventually { try await list()["sdk"]?["pid"] == .null })
        #expect(try await ask(server, "call mcp_sqlite_list_tables {}").contains("mcp_sqlite_list_tables: "))
    }

    @Test func `F26 nothing of six servers outlives an engine that was killed, and a dead server leaves no child`()
        async throws
    {
        let server = try await start()
        try await waitForGoodServers()
        // time, sqlite, sdk, hung and the child of hung; the child of exits was ended with it.
        #expect(await eventually { processes().count == 5 }, "\(processes())")
        server.process.send(SIGKILL)
        #expect(await server.process.end(within: .seconds(15)) != nil)
        #expect(await eventually { processes().isEmpty }, "\(processes())")
    }

    @Test func `F30 a server that hangs in the handshake is down with a reason once its time is over`() async throws {
        let text = home.text(of: "config.json").replacing(#""10m""#, with: #""1s""#)
        _ = try home.write(text, to: "config.json")
        _ = try await start()
        let isDown = try await eventually {
            let hung = try await list()["hung"]
            return hung?["state"] == "down" && hung?["reason"] == "no connection within 1 s"
        }
        let hung = try await list()["hung"]
        #expect(isDown, "\(hung ?? .null)")
    }
}
