// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemTestSupport
import Testing

/// What becomes of MCP servers when the engine goes.
@Suite struct MCPServerLifeTests {
    /// Starts an engine with a server that ignores the end of its input and SIGTERM; gives the server's process, too.
    private func start(_ home: GolemHome) async throws -> (server: GolemHome.Server, pid: Int32) {
        let script = "\(PythonServer.packageRoot)/Tests/Servers/mcp/scripted_stdio.py"
        let options = #"{\"stubborn\": true, \"pid_file\": \"\#(home.path)/pid\"}"#
        let config = try home.write(
            """
            {"mcp": {"servers": {"s": {"transport": "stdio", "command": "python3", "args": ["\(script)", "\(options)"]}}}}
            """, to: "config.json")
        let server = try await home.startServer("--config", config)
        #expect(await eventually { Int32(home.text(of: "pid")) != nil })
        let pid = try #require(Int32(home.text(of: "pid")))
        #expect(kill(pid, 0) == 0)
        return (server, pid)
    }

    @Test(arguments: [SIGKILL, SIGTERM]) func `F26 no server outlives its engine, however the engine ends`(
        signal: Int32
    )
        async throws
    {
        let home = try GolemHome()
        let (server, pid) = try await start(home)
        server.process.send(signal)
        #expect(await server.process.end(within: .seconds(15)) != nil)
        #expect(await eventually { kill(pid, 0) != 0 })
    }
}
