// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite struct ConfigSandboxTests {
    private let fixture: ConfigFixture

    init() throws { fixture = try ConfigFixture() }

    @Test func `Without a word commands and servers do not see Golem's own files`() throws {
        let loaded = try fixture.load(#"{"mcp": {"servers": {"gis": {"transport": "stdio", "command": "gis"}}}}"#)
        let exec = BuiltInTools.Options(loaded).execSandbox
        #expect(exec.profile == .hide && !exec.isOptional && exec.limits == SandboxLimits())
        let server = MCPOptions(loaded).servers[0].settings.sandbox
        #expect(server.profile == .hide && server.isOptional)
        #expect(server.workspace == loaded.workspace)
        #expect(server.hidden.contains("\(loaded.workspace)/state"))
    }

    @Test func `Profile, network, folders and bounds come from the configuration`() throws {
        let loaded = try fixture.load(
            """
            {"tools": {"exec": {"sandbox": "auto", "sandbox_network": true, "sandbox_readable": ["/srv/data"],
                                "sandbox_writable": ["/srv/out"], "cpu_seconds": 9}},
             "mcp": {"servers": {"gis": {"transport": "stdio", "command": "gis", "sandbox": "landlock",
                                         "memory_mb": 512, "processes": 20}}}}
            """)
        let exec = BuiltInTools.Options(loaded).execSandbox
        #expect(exec.profile == .auto && exec.allowsNetwork)
        #expect(exec.readable == ["/srv/data"] && exec.writable == ["/srv/out"])
        // Defaults of a confined shell; the number of processes is not worth refusing to run.
        #expect(exec.limits.memoryMB == 4_096 && exec.limits.cpuSeconds == 9)
        #expect(exec.limits.processes == SandboxLimits.Bound(512, isRequired: false))
        let server = MCPOptions(loaded).servers[0].settings.sandbox
        #expect(server.profile == .landlock && !server.isOptional && !server.allowsNetwork)
        #expect(server.limits.memoryMB == 512 && server.limits.processes == SandboxLimits.Bound(20))
    }

    @Test func `What is wrong with a sandbox is said with key and way out`() throws {
        let text = try fixture.failure(
            """
            {"tools": {"exec": {"sandbox": "jail", "sandbox_readable": ["~/data"]}},
             "mcp": {"servers": {"gis": {"transport": "stdio", "command": "gis", "sandbox_writable": ["out"]}}}}
            """
        ).description
        #expect(text.contains("tools.exec.sandbox is \"jail\"; allowed: none, hide, landlock, bubblewrap or auto"))
        #expect(text.contains("mcp.servers.gis.sandbox_writable holds \"out\", which is no whole path"))
        let other = try fixture.failure(#"{"tools": {"exec": {"sandbox_readable": ["~/data"]}}}"#).description
        #expect(other.contains("tools.exec.sandbox_readable holds \"~/data\", which is no whole path"))
        let remote = try fixture.load(
            #"{"mcp": {"servers": {"docs": {"transport": "http", "url": "http://x", "sandbox": "auto"}}}}"#)
        #expect(remote.warnings.map(\.description).contains { $0.contains("mcp.servers.docs.sandbox has no effect") })
    }
}
