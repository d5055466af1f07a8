// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

extension SampleEvents {
    /// The busy hour, and five MCP servers in every state that there is.
    package static func withServers() -> SampleEvents {
        var sample = SampleEvents.busyHour()
        sample.addServers()
        return sample
    }

    private mutating func addServers() {
        add(
            .toolSandbox(
                ToolSandboxReported(
                    tool: "exec", summary: "bubblewrap 0.8.0 + seccomp, no network, 4096 MB, 512 processes")),
            secondsAgo: 600)
        connect(
            "gis-remote", "stdio", pid: 40_117, memory: 9_100_000_000, tools: ["clip", "merge", "reproject", "info"])
        connect("docs", "http_sse", tools: ["search", "fetch"])
        connect("osm", "http", tools: ["nodes", "ways", "look"])
        connect("calendar", "stdio", pid: 40_233, memory: 48_000_000, tools: ["today", "book"], hidden: ["book"])
        var off = MCPStateChanged(server: "browser", transport: "stdio", health: .disabled(by: "ops1@gw-7", until: nil))
        off.concurrency = 8
        add(.mcpState(off), secondsAgo: 590)
        for number in 0..<8 { call("docs", "search", number, .ok, seconds: 0.4) }
        call("gis-remote", "clip", 20, .ok, seconds: 4.1)
        call("gis-remote", "merge", 21, .error, seconds: 30)
        add(
            .mcpStderr(
                MCPStderr(
                    server: "gis-remote",
                    lines: ["raster 48000x51200 needs 9.8 GB", "terminate called after throwing std::bad_alloc"])),
            secondsAgo: 42)
        var down = state("gis-remote")
        down.pid = nil
        down.restarts = 3
        down.health = .down(
            reason: "process exited 137 (killed, likely out of memory)", retryAt: Self.now.adding(seconds: 34))
        add(.mcpState(down), secondsAgo: 40)
        var weak = state("osm")
        weak.restarts = 2
        weak.health = .degraded(reason: "it does not answer (1 of 3 probes)")
        add(.mcpState(weak), secondsAgo: 20)
        add(
            .toolStarted(ToolStarted(callID: "m1", tool: "mcp_docs_fetch", arguments: "{}")), secondsAgo: 9,
            request: "05aa10", session: "telegram:88123")
    }

    private func state(_ server: String) -> MCPStateChanged {
        state.mcpServers[server]?.report
            ?? MCPStateChanged(server: server, transport: "stdio", health: .healthy)
    }

    private mutating func connect(
        _ server: String, _ transport: String, pid: Int32? = nil, memory: Int64? = nil, tools: [String],
        hidden: Set<String> = []
    ) {
        var change = MCPStateChanged(server: server, transport: transport, health: .healthy)
        change.revision = "2025-06-18"
        change.version = "\(server)-server 1.4.0"
        change.pid = pid
        change.sandbox =
            transport == "stdio"
            ? server == "calendar" ? "bubblewrap 0.8.0 + seccomp, no network, 512 MB" : "hide (namespace+landlock)" : ""
        change.processes = pid == nil ? 0 : 2
        change.memoryBytes = memory
        change.provenAt = Self.now.adding(seconds: -600)
        change.concurrency = 8
        add(.mcpState(change), secondsAgo: 600)
        add(
            .mcpToolsChanged(
                MCPToolsChanged(
                    server: server,
                    tools: tools.map { tool in
                        MCPToolsChanged.Tool(
                            name: tool, modelName: "mcp_\(server)_\(tool)", summary: "The tool \(tool) of \(server).",
                            isReadOnly: tool != "book", isHidden: hidden.contains(tool),
                            refusal: tool == "look" ? "the name mcp_osm_look is taken by a built-in tool" : nil)
                    }, reason: "connected")), secondsAgo: 600)
    }

    private mutating func call(
        _ server: String, _ tool: String, _ number: Int, _ outcome: ToolOutcome, seconds: Double
    ) {
        let id = "mcp-\(number)"
        let name = "mcp_\(server)_\(tool)"
        let began = 500 - Double(number) * 12
        add(
            .toolStarted(ToolStarted(callID: id, tool: name, arguments: "{}")), secondsAgo: began,
            request: "e81c4\(number)",
            session: "telegram:88123")
        add(
            .toolFinished(
                ToolFinished(
                    callID: id, tool: name, outcome: outcome, durationMicroseconds: Int64(seconds * 1_000_000),
                    result: outcome == .ok ? "done" : "the process ended")), secondsAgo: began - seconds,
            request: "e81c4\(number)", session: "telegram:88123")
    }
}
