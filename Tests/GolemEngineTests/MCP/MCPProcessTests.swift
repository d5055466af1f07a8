// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

/// The supervisor with the real client and a real child process.
@Suite(.timeLimit(.minutes(1))) struct MCPProcessTests {
    private static let script =
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/Servers/mcp/scripted_stdio.py"

    private static func isThere(_ pid: Int32) -> Bool { kill(pid, 0) == 0 }

    @Test func `F26 a server that dies is reaped and started again, shown with its memory, and ends with the engine`()
        async throws
    {
        var mcp = MCPOptions()
        let time = SystemTime()
        mcp.connector = MCPClient(version: "test", http: HTTPClient(), time: time)
        mcp.servers = [
            MCPOptions.Server(
                settings: MCPServerSettings(
                    name: "gis",
                    transport: .stdio(command: "/usr/bin/env", arguments: ["python3", Self.script], environment: [:])))
        ]
        let options = mcp
        let second = try await EngineHarness.run(configure: { $0.mcp = options }) { harness in
            #expect(await harness.server("gis", is: "healthy"))
            let first = try #require(await harness.state().mcpServers["gis"]?.report.pid)
            let hasFigures = await eventually {
                let report = await harness.state().mcpServers["gis"]?.report
                return (report?.memoryBytes ?? 0) > 1_000_000 && (report?.processes ?? 0) >= 1
            }
            #expect(hasFigures)
            kill(first, SIGKILL)
            let isBack = await eventually {
                let server = await harness.state().mcpServers["gis"]
                return server?.health == .healthy && server?.report.pid != first && server?.report.pid != nil
            }
            #expect(isBack)
            #expect(!Self.isThere(first), "the dead child was not reaped")
            let report = await harness.state().mcpServers["gis"]?.report
            #expect(report?.restarts == 1)
            return try #require(report?.pid)
        }
        #expect(await eventually { !Self.isThere(second) }, "the child outlived the engine")
    }

    @Test func `F25 F26 a program that is missing, and one that says nothing, cost nobody anything`() async throws {
        var mcp = MCPOptions()
        mcp.connector = MCPClient(version: "test", http: HTTPClient(), time: SystemTime())
        for (name, words) in [("nope", ["/no/such/program"]), ("mute", ["/bin/sleep", "1000"])] {
            var settings = MCPServerSettings(
                name: name,
                transport: .stdio(command: words[0], arguments: Array(words.dropFirst()), environment: [:]))
            settings.connectTimeout = .milliseconds(300)
            mcp.servers.append(MCPOptions.Server(settings: settings))
        }
        let options = mcp
        let provider = StubProvider { _, _ throws(ProviderError) in ModelResponse(text: "hello") }
        try await EngineHarness.run(provider: provider, configure: { $0.mcp = options }) { harness in
            let reply = try await harness.chat("hi")
            #expect(reply?.text == "hello")
            #expect(await harness.server("nope", is: "DOWN"))
            #expect(await harness.server("mute", is: "DOWN"))
        }
    }
}
