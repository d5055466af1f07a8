// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEngine
import GolemEvents
import Synchronization

/// What a tool call costs: from the model's answer that asks for it to the next question to the model.
///
/// A whole engine runs in this process, with its store, audit log, observers and supervised MCP servers; only the model
/// is replaced, by one that asks for tools in turn. Each call to a server is followed by a bare round trip to another
/// process of the same server, so that both see the same machine. `stdio_writing` is a tool that does not say that it
/// only reads: its call is noted in the store before and after, in three commits, so that a crash cannot make it run twice.
enum ToolCallBenchmark {
    static func run(_ options: BenchOptions) async -> Int32 {
        let time = SystemTime()
        let folder = "/tmp/golem-bench-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        // A server to be measured instead of the compiled one, which needs a tool `echo`: --server "python3 file.py".
        let command = options.text("server", "").split(separator: " ").map(String.init)
        var lanes: [ToolCallModel.Lane] = [ToolCallModel.Lane(name: "built_in", tool: "noop")]
        var servers: [MCPServerSettings] = []
        let stdio = command.isEmpty ? [own, "echo"] : command
        servers.append(
            MCPServerSettings(
                name: "stdio",
                transport: .stdio(command: stdio[0], arguments: Array(stdio.dropFirst()), environment: [:])))
        guard let bare = BareClient(command: stdio), bare.initialize() else { return fail("no bare server") }
        lanes.append(ToolCallModel.Lane(name: "stdio", tool: "mcp_stdio_echo", bare: bare))
        if command.isEmpty { lanes.append(ToolCallModel.Lane(name: "stdio_writing", tool: "mcp_stdio_write")) }
        let port = options.number("http-port", 0)
        if port > 0 {
            servers.append(
                MCPServerSettings(name: "http", transport: .http(url: "http://127.0.0.1:\(port)/", headers: [:])))
            guard let bare = BareClient(port: port), bare.initialize() else { return fail("no bare HTTP server") }
            lanes.append(ToolCallModel.Lane(name: "http", tool: "mcp_http_echo", bare: bare))
        }
        // For a profile of one kind of call: --lane http.
        let only = options.text("lane", "")
        if !only.isEmpty { lanes.removeAll { $0.name != only } }
        let model = ToolCallModel(lanes, time: time)
        var engineOptions = EngineOptions(workspace: folder, startedAt: time.wallNow(), time: time)
        engineOptions.models = model
        engineOptions.limits.iterations = 1_000_000
        engineOptions.limits.repeatedCalls = 1_000_000
        engineOptions.limits.tokens = 1_000_000_000
        engineOptions.mcp.servers = servers.map { MCPOptions.Server(settings: $0) }
        engineOptions.mcp.connector = MCPClient(
            version: "bench", http: HTTPClient(loop: engineOptions.loop), time: time)
        _ = engineOptions.tools.register(NoTool())
        do {
            let engine = try Engine(options: engineOptions)
            let isGood = await withTaskGroup(of: Bool.self) { group in
                group.addTask { (try? await engine.run()) != nil }
                let isGood = await measure(engine, model, turns: options.number("calls", 2_000) / 20)
                engine.requestStop("done")
                await group.waitForAll()
                return isGood
            }
            guard isGood else { return fail("the servers' tools did not come, or a turn failed") }
            print(model.report.text)
            return 0
        } catch {
            return fail(error.message)
        }
    }

    /// Runs turns of twenty calls in each lane; false when one went wrong.
    private static func measure(_ engine: Engine, _ model: ToolCallModel, turns: Int) async -> Bool {
        let time = SystemTime()
        let deadline = time.monotonicMicroseconds() + 10_000_000
        while model.tools.contains(where: { engine.tools.tool(named: $0) == nil }) {
            guard time.monotonicMicroseconds() < deadline else { return false }
            try? await time.sleep(for: .milliseconds(5))
        }
        // The first turns warm up and do not count.
        for turn in -5..<turns {
            if turn == 0 { model.begin() }
            let message = InboundMessage(
                channel: "bench", chatID: String(turn), platformID: String(turn), sender: "bench", text: "hello",
                requestID: "bench-\(turn)", isDelivered: false, receivedAt: time.wallNow())
            guard case .accepted(_, let feed)? = try? await engine.agent.accept(message),
                let outcome = await feed.reader(onlyEnd: true).outcome(), outcome.errorCode == nil
            else { return false }
        }
        return model.failures == 0
    }

    private static func fail(_ reason: String) -> Int32 {
        print("tool-calls: \(reason)")
        return 1
    }

    /// A built-in tool that does nothing.
    private struct NoTool: Tool {
        let definition = ToolDefinition(
            name: "noop", description: "Does nothing.", parameters: ["type": "object", "properties": [:]])
        let hasSideEffects = false

        func call(_ arguments: JSONValue, context: ToolContext) async -> ToolResult { .ok("done") }
    }
}
