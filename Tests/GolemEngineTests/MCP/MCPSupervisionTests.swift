// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct MCPSupervisionTests {
    /// Calls one tool in the first step and then says what it gave.
    private static func caller(_ tool: String = "mcp_gis_look") -> StubProvider {
        StubProvider { request, _ throws(ProviderError) in
            request.isFirstStep ? .call(tool) : ModelResponse(text: request.toolResults.last ?? "")
        }
    }

    @Test func `F25 servers that never answer or fail delay neither the start nor a turn`() async throws {
        let silent = ScriptedMCPServer { $0.connectHangs = true }
        let provider = StubProvider { request, _ throws(ProviderError) in ModelResponse(text: "hello") }
        let time = ManualTime()
        try await EngineHarness.run(
            provider: provider, time: time, configure: { $0.mcp = silent.options("a", "b", "gis") }
        ) { harness in
            // The clock stands still: whatever waited for a server would wait for ever.
            let reply = try await harness.chat("hi")
            #expect(reply?.text == "hello")
            #expect(await harness.server("gis", is: "starting"))
            #expect(await eventually { silent.attempts("gis") == 1 })
            #expect(provider.requests.first?.tools.isEmpty == true)
        }
    }

    @Test func `F25 a server that cannot be reached is down with the reason and tried again for ever`() async throws {
        let server = ScriptedMCPServer { $0.connectError = MCPError("connect_failed", "npx was not found") }
        let time = ManualTime()
        try await EngineHarness.run(time: time, configure: { $0.mcp = server.options("gis") }) { harness in
            #expect(await harness.server("gis", is: "DOWN"))
            for attempt in 2...9 {
                _ = await eventually {
                    await time.advance(by: .seconds(61))
                    return server.attempts("gis") >= attempt
                }
            }
            #expect(server.attempts("gis") >= 9)
            let state = await harness.state()
            let problem = state.problems(now: state.time).first { $0.subject == .server("gis") }
            #expect(problem?.severity == .critical)
            #expect(problem?.text.contains("npx was not found") == true)
            server.script.connectError = nil
            let isBack = await eventually {
                await time.advance(by: .seconds(61))
                return await harness.state().mcpServers["gis"]?.health == .healthy
            }
            #expect(isBack)
            #expect(harness.engine.tools.tool(named: "mcp_gis_look") != nil)
        }
    }

    @Test func `F27 a timeout fails its call alone: all tools stay, and the next call works`() async throws {
        let server = ScriptedMCPServer {
            $0.tools = (1...33).map { MCPTool(name: "t\($0)", inputSchema: ["type": "object"]) }
            $0.answer = { tool, _ throws(MCPError) in
                if tool == "t1" { throw MCPError("timeout", "no answer") }
                return .text("\(tool) done")
            }
        }
        let provider = StubProvider { request, _ throws(ProviderError) in
            guard request.isFirstStep else { return ModelResponse(text: request.toolResults.last ?? "") }
            return .call(request.userText)
        }
        try await EngineHarness.run(provider: provider, configure: { $0.mcp = server.options("gis") }) { harness in
            #expect(await harness.offers("mcp_gis_t33"))
            let late = try await harness.chat("mcp_gis_t1")
            #expect(late?.text.contains("gave no answer within 1m00s") == true)
            #expect(harness.engine.tools.snapshot.definitions.count == 33)
            let next = try await harness.chat("mcp_gis_t2")
            #expect(next?.text.contains("t2 done") == true)
            let state = await harness.state().mcpServers["gis"]
            #expect(state?.timeouts == 1)
            #expect(state?.health == .healthy)
            #expect(state?.lastFailure?.tool == "mcp_gis_t1")
            #expect(server.connections.count == 1)
        }
    }

    @Test func `F27 a server that answers no probe is connected anew, and calls fail at once until it answers`()
        async throws
    {
        let server = ScriptedMCPServer {
            $0.pingError = MCPError("timeout", "no answer")
            $0.answer = { _, _ throws(MCPError) in throw MCPError("timeout", "no answer") }
        }
        let time = ManualTime()
        try await EngineHarness.run(
            provider: Self.caller(), time: time, configure: { $0.mcp = server.options("gis") }
        ) { harness in
            #expect(await harness.offers("mcp_gis_look"))
            _ = try await harness.chat("go")
            #expect(await harness.server("gis", is: "DEGRADED"))
            let calls = server.calls.count
            let refused = try await harness.chat("again")
            #expect(refused?.text.contains("does not answer at the moment") == true)
            #expect(server.calls.count == calls)
            server.script.pingError = nil
            let isBack = await eventually {
                await time.advance(by: .seconds(30))
                return await harness.state().mcpServers["gis"]?.health == .healthy
            }
            #expect(isBack)
        }
    }

    @Test func `F28 a probe goes through the live client, and tells the truth while it is down`() async throws {
        let server = ScriptedMCPServer()
        let time = ManualTime()
        try await EngineHarness.run(time: time, configure: { $0.mcp = server.options("gis") }) { harness in
            #expect(await harness.server("gis", is: "healthy"))
            let good = await harness.command(.testServer(server: "gis"))
            #expect(good.status == .done && good.message.contains("gis answered"))
            #expect(server.connections.first?.pings == 1)
            // A second process would be able to connect: the engine is not, and says so.
            server.script.connectError = MCPError("connect_failed", "no more")
            server.connections[0].die()
            #expect(await harness.server("gis", is: "DOWN"))
            let bad = await harness.command(.testServer(server: "gis"))
            #expect(bad.status == .refused && bad.code == "not_proven")
            #expect(bad.message.contains("DOWN: no more"))
        }
    }

    @Test func `F28 proven is the age of the last real exchange`() async throws {
        let server = ScriptedMCPServer()
        let time = ManualTime()
        try await EngineHarness.run(
            provider: Self.caller(), time: time, configure: { $0.mcp = server.options("gis") }
        ) { harness in
            #expect(await harness.server("gis", is: "healthy"))
            let first = await harness.state().mcpServers["gis"]?.provenAt
            server.script.pingError = MCPError("timeout", "no answer")
            await time.advance(by: .seconds(25))
            #expect(await harness.state().mcpServers["gis"]?.provenAt == first)
            _ = try await harness.chat("go")
            let second = await harness.state().mcpServers["gis"]?.provenAt
            #expect((second ?? Timestamp(seconds: 0)) > (first ?? Timestamp(seconds: 0)))
            // In small steps: after three probes without an answer the connection would be made anew.
            let isDegraded = await eventually {
                await time.advance(by: .milliseconds(250))
                return await harness.state().mcpServers["gis"]?.health.word == "DEGRADED"
            }
            #expect(isDegraded)
            #expect(await harness.state().mcpServers["gis"]?.provenAt == second)
        }
    }

    @Test func `F29 a lost session is made again by itself, and what surely did not run is tried again`() async throws {
        let server = ScriptedMCPServer()
        server.script.answer = { [weak server] _, _ throws(MCPError) in
            guard let server, server.connections.count(where: { $0.server == "gis" }) > 1 else {
                throw MCPError("session_lost", "the session expired", mayHaveRun: false, endsConnection: true)
            }
            return .text("fresh")
        }
        try await EngineHarness.run(
            provider: Self.caller(), configure: { $0.mcp = server.options("gis", "other") }
        ) { harness in
            #expect(await harness.offers("mcp_gis_look"))
            #expect(await harness.offers("mcp_other_look"))
            let reply = try await harness.chat("go")
            #expect(reply?.text.contains("fresh") == true)
            let gis = server.connections.filter { $0.server == "gis" }
            #expect(gis.count == 2 && gis[0].isClosed && !gis[1].isClosed)
            #expect(await harness.server("gis", is: "healthy"))
            let state = await harness.state()
            #expect(state.mcpServers["gis"]?.report.restarts == 1)
            #expect(state.mcpServers["other"]?.report.restarts == 0)
        }
    }

    @Test(arguments: [(false, 1), (true, 2)])
    func `F31 a call that may have run is repeated only when its tool may be`(isIdempotent: Bool, runs: Int)
        async throws
    {
        let server = ScriptedMCPServer {
            $0.tools = [MCPTool(name: "look", inputSchema: ["type": "object"], isIdempotent: isIdempotent)]
        }
        server.script.answer = { [weak server] _, _ throws(MCPError) in
            guard let server, server.connections.count > 1 else {
                throw MCPError("closed", "the pipe broke", mayHaveRun: true, endsConnection: true)
            }
            return .text("fresh")
        }
        try await EngineHarness.run(provider: Self.caller(), configure: { $0.mcp = server.options("gis") }) { harness in
            #expect(await harness.offers("mcp_gis_look"))
            let text = try await harness.chat("go")?.text ?? ""
            #expect(
                text.contains(isIdempotent ? "fresh" : "whether it took effect is unknown, and it was not run again"))
            #expect(server.calls.count == runs)
        }
    }

    @Test func `F31 a tool's own error is a result: the connection stays, and nothing runs twice`() async throws {
        let server = ScriptedMCPServer {
            $0.answer = { _, _ throws(MCPError) in .text("no such layer", isError: true) }
        }
        try await EngineHarness.run(provider: Self.caller(), configure: { $0.mcp = server.options("gis") }) { harness in
            #expect(await harness.offers("mcp_gis_look"))
            let reply = try await harness.chat("go")
            #expect(reply?.text.contains("no such layer") == true)
            #expect(server.calls.count == 1 && server.connections.count == 1)
            let state = await harness.state().mcpServers["gis"]
            #expect(state?.errors == 1 && state?.health == .healthy && state?.report.restarts == 0)
        }
    }

    @Test func `F30 calls in flight are listed with their age and end at their deadline`() async throws {
        let latch = Latch()
        let server = ScriptedMCPServer {
            $0.answer = { _, _ throws(MCPError) in
                try await hold(until: latch)
                return .text("late")
            }
        }
        let time = ManualTime()
        try await EngineHarness.run(
            provider: Self.caller(), time: time,
            configure: { $0.mcp = server.options("gis") { $0.callTimeout = .seconds(30) } }
        ) { harness in
            #expect(await harness.offers("mcp_gis_look"))
            let turn = Task { try await harness.chat("go") }
            #expect(await eventually { server.calls.count == 1 })
            let running = await harness.state().mcpServers["gis"]?.running.values.first
            #expect(running?.tool == "mcp_gis_look" && running?.session == "gateway:s")
            let isOver = await eventually {
                await time.advance(by: .seconds(10))
                return await harness.state().mcpServers["gis"]?.timeouts == 1
            }
            #expect(isOver)
            let reply = try await turn.value
            #expect(reply?.text.contains("gave no answer within 30.0s") == true)
            #expect(await harness.state().mcpServers["gis"]?.running.isEmpty == true)
            latch.open()
        }
    }

    @Test func `More calls than places wait, and more than the queue holds are refused with a clear error`()
        async throws
    {
        let gate = MCPCallGate(places: 1)
        let time = ManualTime()
        #expect(await gate.enter(within: .seconds(9), time: time) == .entered)
        let waiting = (0..<gate.queueLimit).map { _ in
            Task { await gate.enter(within: .seconds(9), time: time) }
        }
        #expect(await eventually { gate.waiting == gate.queueLimit })
        #expect(await gate.enter(within: .seconds(9), time: time) == .full)
        waiting[0].cancel()
        #expect(await waiting[0].value == .cancelled)
        gate.leave()
        #expect(await eventually { gate.waiting == gate.queueLimit - 2 })
        #expect(
            await eventually {
                await time.advance(by: .seconds(1))
                return gate.waiting == 0
            })
        var ends: [MCPCallGate.Admission] = []
        for task in waiting.dropFirst() { ends.append(await task.value) }
        #expect(ends.count { $0 == .entered } == 1 && ends.count { $0 == .late } == gate.queueLimit - 2)
        gate.leave()
        // No place was lost on the way.
        #expect(await gate.enter(within: .seconds(1), time: time) == .entered)
    }

    @Test func `The list of tools follows the server in every live session`() async throws {
        let server = ScriptedMCPServer()
        let provider = StubProvider { request, _ throws(ProviderError) in
            ModelResponse(text: request.tools.map(\.name).joined(separator: ","))
        }
        try await EngineHarness.run(provider: provider, configure: { $0.mcp = server.options("gis") }) { harness in
            #expect(await harness.offers("mcp_gis_look"))
            let before = try await harness.chat("tools?")?.text
            #expect(before == "mcp_gis_look")
            server.script.tools = ["look", "clip"].map { MCPTool(name: $0, inputSchema: ["type": "object"]) }
            server.connections[0].say(.toolsChanged)
            #expect(await harness.offers("mcp_gis_clip"))
            let after = try await harness.chat("tools?")?.text
            #expect(after == "mcp_gis_look,mcp_gis_clip")
        }
    }

    @Test func `Standard error is kept, bounded, and not published line by line`() async throws {
        let server = ScriptedMCPServer()
        try await EngineHarness.run(configure: { $0.mcp = server.options("gis") }) { harness in
            #expect(await harness.server("gis", is: "healthy"))
            for line in 1...500 { server.connections[0].say(.log(level: "stderr", text: "line \(line)")) }
            #expect(
                await eventually { await harness.state().mcpServers["gis"]?.stderr.elements.last?.text == "line 500" })
            let events = harness.events.events.filter { if case .mcpStderr = $0.kind { true } else { false } }
            #expect(events.count < 10)
            #expect(await harness.state().mcpServers["gis"]?.stderr.elements.count ?? 0 <= 150)
        }
    }

    @Test func `All connections are closed when the engine stops, and a disabled server runs nothing`() async throws {
        let server = ScriptedMCPServer()
        let off = ScriptedMCPServer()
        try await EngineHarness.run(configure: { options in
            options.mcp = server.options("gis", "osm")
        }) { harness in
            #expect(await harness.server("gis", is: "healthy"))
            #expect(await harness.server("osm", is: "healthy"))
        }
        #expect(server.connections.count == 2 && server.connections.allSatisfy(\.isClosed))
        try await EngineHarness.run(configure: { $0.mcp = off.options("gis", isEnabled: false) }) { harness in
            #expect(await harness.server("gis", is: "DISABLED"))
            #expect(off.attempts("gis") == 0)
            let state = await harness.state()
            #expect(!state.problems(now: state.time).contains { $0.subject == .server("gis") })
        }
    }

    @Test func `The wait between attempts doubles up to a cap and is never the same for all`() {
        var backoff = MCPBackoff()
        let waits = (0..<9).map { _ in backoff.next(1) }
        #expect(waits.prefix(4) == [.seconds(1), .seconds(2), .seconds(4), .seconds(8)])
        #expect(waits.last == .seconds(60))
        #expect(backoff.next(0) == .seconds(30))
        backoff.reset()
        #expect(backoff.next(1) == .seconds(1))
    }

    @Test func `F26 a process is counted with its children and their memory`() throws {
        let usage = try #require(ProcessUsage.tree(of: getpid()))
        #expect(usage.processes >= 1 && usage.residentBytes > 1_000_000)
        #expect(ProcessUsage.tree(of: 0x7fff_fff0) == nil)
    }
}
