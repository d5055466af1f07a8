// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Synchronization
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct MCPActionTests {
    @Test func `F44 disabling takes effect on the next call of a running turn, and the answer is the state read back`()
        async throws
    {
        let server = ScriptedMCPServer()
        let go = Latch()
        let provider = StubProvider { request, number throws(ProviderError) in
            switch number {
            case 1: return .call("mcp_gis_look", id: "c1")
            case 2:
                await go.wait()
                return .call("mcp_gis_look", id: "c2")
            default: return ModelResponse(text: request.toolResults.last ?? "")
            }
        }
        try await EngineHarness.run(provider: provider, configure: { $0.mcp = server.options("gis") }) { harness in
            #expect(await harness.offers("mcp_gis_look"))
            let turn = Task { try await harness.chat("go") }
            #expect(await eventually { provider.requests.count == 2 })
            let reply = await harness.command(
                .disableServer(server: "gis", lasting: .untilRestart, cancelsCalls: false))
            #expect(reply.status == .done)
            #expect(reply.message == "gis is disabled: 1 tools gone; until restart")
            #expect(reply.commandLine == "golem mcp disable gis")
            go.open()
            let text = try await turn.value?.text ?? ""
            #expect(text.contains("the MCP server gis was disabled by ops1@test"))
            #expect(server.calls.count == 1)
            #expect(provider.requests.last?.tools.isEmpty == true)
            #expect(await eventually { server.connections[0].isClosed })
            let state = await harness.state()
            #expect(state.mcpServers["gis"]?.health == .disabled(by: "ops1@test", until: nil))
            #expect(state.problems(now: state.time).filter { $0.subject == .server("gis") }.isEmpty)
            let back = await harness.command(.enableServer(server: "gis", isKept: false))
            #expect(back.message == "gis is healthy, 1 tools")
            #expect(harness.engine.tools.tool(named: "mcp_gis_look") != nil)
        }
    }

    @Test(arguments: [false, true])
    func `F44 calls under way finish or are ended, as the operator says`(cancels: Bool) async throws {
        let latch = Latch()
        let server = ScriptedMCPServer {
            $0.answer = { _, _ throws(MCPError) in
                try await hold(until: latch)
                return .text("finished")
            }
        }
        let provider = StubProvider { request, _ throws(ProviderError) in
            request.isFirstStep ? .call("mcp_gis_look") : ModelResponse(text: request.toolResults.last ?? "")
        }
        try await EngineHarness.run(provider: provider, configure: { $0.mcp = server.options("gis") }) { harness in
            #expect(await harness.offers("mcp_gis_look"))
            let turn = Task { try await harness.chat("go") }
            #expect(await eventually { server.calls.count == 1 })
            let reply = await harness.command(
                .disableServer(server: "gis", lasting: .untilRestart, cancelsCalls: cancels))
            #expect(reply.message.contains(cancels ? "1 calls under way are ended" : "1 calls under way finish"))
            if !cancels {
                #expect(!server.connections[0].isClosed)
                latch.open()
            }
            let text = try await turn.value?.text ?? ""
            #expect(text.contains("finished") == !cancels)
            #expect(await eventually { server.connections[0].isClosed })
            latch.open()
        }
    }

    @Test func `A server that is disabled for a time comes back by itself`() async throws {
        let server = ScriptedMCPServer()
        let time = ManualTime()
        try await EngineHarness.run(time: time, configure: { $0.mcp = server.options("gis") }) { harness in
            #expect(await harness.server("gis", is: "healthy"))
            let reply = await harness.command(
                .disableServer(server: "gis", lasting: .minutes(10), cancelsCalls: false))
            #expect(reply.message.hasSuffix("for 10m00s, or until restart"))
            #expect(await eventually { server.connections[0].isClosed })
            #expect(await harness.server("gis", is: "DISABLED"))
            await time.advance(by: .seconds(300))
            #expect(server.connections.count == 1)
            let isBack = await eventually {
                await time.advance(by: .seconds(60))
                return await harness.state().mcpServers["gis"]?.health == .healthy
            }
            #expect(isBack && server.connections.count == 2)
        }
    }

    @Test func `What is to be kept is written to the configuration first, and refused when that fails`() async throws {
        let written = WrittenKeys()
        let server = ScriptedMCPServer()
        try await EngineHarness.run(configure: { options in
            options.mcp = server.options("gis")
            options.mcp.write = { server, key, value throws(MCPOptions.WriteError) in
                try written.write(server, key, value)
            }
        }) { harness in
            #expect(await harness.server("gis", is: "healthy"))
            let kept = await harness.command(.disableServer(server: "gis", lasting: .kept, cancelsCalls: false))
            #expect(kept.status == .done && kept.commandLine == "golem mcp disable gis --keep")
            #expect(written.lines == ["gis.enabled=false"])
            #expect(await harness.state().mcpServers["gis"]?.report.isKept == true)
            _ = await harness.command(.enableServer(server: "gis", isKept: true))
            #expect(written.lines.last == "gis.enabled=true")
            let hidden = await harness.command(
                .setToolHidden(server: "gis", tool: "mcp.gis.look", isHidden: true, isKept: true))
            #expect(hidden.message == "look of gis is hidden, also after a restart")
            #expect(written.lines.last == #"gis.hidden_tools=["look"]"#)
            #expect(harness.engine.tools.tool(named: "mcp_gis_look") == nil)
            written.failure = "the file is read-only"
            let refused = await harness.command(.disableServer(server: "gis", lasting: .kept, cancelsCalls: false))
            #expect(refused.status == .refused && refused.code == "not_written")
            #expect(await harness.state().mcpServers["gis"]?.health == .healthy)
        }
    }

    @Test func `A tool is hidden and shown again by any of its names, in every session's next call`() async throws {
        let server = ScriptedMCPServer()
        try await EngineHarness.run(configure: { $0.mcp = server.options("gis", hidden: ["mcp_gis_look"]) }) {
            harness in
            #expect(await harness.server("gis", is: "healthy"))
            #expect(harness.engine.tools.tool(named: "mcp_gis_look") == nil)
            #expect(harness.engine.tools.absence(of: "mcp_gis_look")?.contains("hidden") == true)
            let shown = await harness.command(
                .setToolHidden(server: "gis", tool: "look", isHidden: false, isKept: false))
            #expect(
                shown.message
                    == "look of gis is offered again, until restart: the configuration hides it (see --keep)")
            #expect(harness.engine.tools.tool(named: "mcp_gis_look") != nil)
            let unknown = await harness.command(
                .setToolHidden(server: "gis", tool: "nosuch", isHidden: true, isKept: false))
            #expect(unknown.code == "unknown_tool")
        }
    }

    @Test func `Reconnecting makes a new connection at once, whatever the wait was`() async throws {
        let server = ScriptedMCPServer { $0.connectError = MCPError("connect_failed", "no") }
        let time = ManualTime()
        try await EngineHarness.run(time: time, configure: { $0.mcp = server.options("gis") }) { harness in
            #expect(await harness.server("gis", is: "DOWN"))
            let failed = await harness.command(.reconnectServer(server: "gis"))
            #expect(failed.status == .refused && failed.code == "not_connected")
            #expect(failed.message.hasPrefix("gis is DOWN: no"))
            server.script.connectError = nil
            let reply = await harness.command(.reconnectServer(server: "gis"))
            #expect(reply.message == "gis is healthy, 1 tools")
            let again = await harness.command(.reconnectServer(server: "gis"))
            #expect(again.message == "gis is healthy, 1 tools")
            #expect(server.connections.count == 2 && server.connections[0].isClosed)
            #expect(await harness.state().mcpServers["gis"]?.report.restarts == 0)
        }
    }

    @Test func `A wish about a server that is not there says which ones there are`() async throws {
        let server = ScriptedMCPServer()
        try await EngineHarness.run(configure: { $0.mcp = server.options("gis") }) { harness in
            let reply = await harness.command(.reconnectServer(server: "osm"))
            #expect(reply.status == .refused && reply.code == "unknown_server")
            #expect(reply.message == "there is no MCP server osm; there are: gis")
        }
    }
}

/// What was written to a configuration.
private final class WrittenKeys: Sendable {
    private let state = Mutex<(lines: [String], failure: String?)>(([], nil))

    var lines: [String] { state.withLock { $0.lines } }

    var failure: String? {
        get { state.withLock { $0.failure } }
        set { state.withLock { $0.failure = newValue } }
    }

    func write(_ server: String, _ key: String, _ value: String) throws(MCPOptions.WriteError) -> String? {
        if let failure { throw MCPOptions.WriteError(failure) }
        state.withLock { $0.lines.append("\(server).\(key)=\(value)") }
        return nil
    }
}
