// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite struct ConfigServersTests {
    private let fixture: ConfigFixture

    init() throws { fixture = try ConfigFixture() }

    @Test func `Servers get their transport, limits and hidden tools from the configuration`() throws {
        let loaded = try fixture.load(
            """
            {"mcp": {"servers": {
              "gis": {"transport": "stdio", "command": "gis-mcp", "args": ["--port", "0"], "env": {"K": "v"},
                      "connect_timeout": "5s", "call_timeout": 120, "concurrency": 2, "hidden_tools": ["clip"]},
              "docs": {"transport": "streamable_http", "url": "https://docs.example/mcp",
                       "headers": {"Authorization": "Bearer t0ken-for-docs"}},
              "old": {"transport": "http_sse", "url": "http://127.0.0.1:9/sse", "enabled": false},
              "half": {"enabled": false}
            }}}
            """)
        #expect(loaded.warnings.isEmpty)
        let options = MCPOptions(loaded)
        #expect(options.servers.map(\.settings.name) == ["docs", "gis", "half", "old"])
        let gis = options.servers[1]
        #expect(
            gis.settings.transport == .stdio(command: "gis-mcp", arguments: ["--port", "0"], environment: ["K": "v"]))
        #expect(gis.settings.connectTimeout == .seconds(5) && gis.settings.callTimeout == .seconds(120))
        #expect(gis.settings.concurrentCalls == 2 && gis.hiddenTools == ["clip"] && gis.isEnabled)
        let docs = options.servers[0].settings
        #expect(
            docs.transport
                == .http(
                    url: "https://docs.example/mcp", headers: ["Authorization": "Bearer t0ken-for-docs"]))
        #expect(docs.connectTimeout == .seconds(20) && docs.callTimeout == .seconds(60) && docs.concurrentCalls == 8)
        #expect(options.servers[2].isEnabled == false && options.servers[3].isEnabled == false)
        #expect(loaded.config.secretValues.contains("t0ken-for-docs"))
    }

    @Test func `What is wrong with a server is said with key and place`() throws {
        let error = try fixture.failure(
            """
            {"mcp": {"servers": {
              "a": {"transport": "http"}, "b": {"transport": "http", "url": "ftp://x"},
              "c": {"transport": "stdio", "command": "x", "call_timeout": "soon"},
              "d": {"transport": "stdio", "command": "x", "concurrency": 0, "connect_timeout": -1}
            }}}
            """)
        let text = error.description
        #expect(text.contains("mcp.servers.a.url is empty; an http server needs its address"))
        #expect(text.contains("mcp.servers.b.url does not begin with http:// or https://"))
        #expect(text.contains("mcp.servers.c.call_timeout is \"soon\"; allowed: a duration of more than zero"))
        #expect(text.contains("mcp.servers.d.concurrency is 0; allowed: a whole number from 1 to 256"))
        #expect(text.contains("mcp.servers.d.connect_timeout is -1"))
    }

    @Test func `An operator's wish is written to the file, and a variable that overrides it is named`() throws {
        try fixture.write(#"{"mcp": {"servers": {"my.gis": {"transport": "stdio", "command": "x"}}}}"#)
        let options = MCPOptions(try fixture.load())
        #expect(try options.write?("my.gis", "enabled", "false") == nil)
        #expect(try options.write?("my.gis", "hidden_tools", #"["clip"]"#) == nil)
        let server = try fixture.load().config.mcpServers["my.gis"]
        #expect(server?.isEnabled == false && server?.hiddenTools == ["clip"] && server?.command == "x")
        try fixture.write(#"{"mcp": {"servers": {"gis": {"transport": "stdio", "command": "x"}}}}"#)
        let overridden = MCPOptions(try fixture.load(nil, ["GOLEM_MCP_SERVERS_GIS_ENABLED": "true"]))
        #expect(
            try overridden.write?("gis", "enabled", "false")
                == "GOLEM_MCP_SERVERS_GIS_ENABLED is set and counts instead of the file")
    }
}
