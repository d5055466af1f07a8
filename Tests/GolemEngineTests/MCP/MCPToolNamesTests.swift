// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

/// A name is its tool's own, and no tool makes the model's request impossible.
@Suite(.timeLimit(.minutes(1))) struct MCPToolNamesTests {
    private static let chinese = ["查天气", "查地图", "删数据"]

    private static func tool(_ name: String, _ schema: JSONValue = ["type": "object"]) -> MCPTool {
        MCPTool(name: name, inputSchema: schema)
    }

    private func refusals(_ harness: EngineHarness, _ server: String) async -> [String: String] {
        let tools = await harness.state().mcpServers[server]?.tools ?? []
        return Dictionary(tools.compactMap { tool in tool.refusal.map { (tool.name, $0) } }) { first, _ in first }
    }

    @Test func `F32 names beyond ASCII stay apart, and are the same after a restart`() {
        let names = Self.chinese.map { MCPToolName.forModel(server: "geo", tool: $0) }
        #expect(Set(names).count == 3)
        for name in names {
            #expect(name.hasPrefix("mcp_geo_____") && name.utf8.count <= 64)
            #expect(name.utf8.allSatisfy { $0 < 0x80 })
        }
        #expect(
            MCPToolName.forModel(server: "测绘", tool: "a") != MCPToolName.forModel(server: "地图", tool: "a"))
    }

    @Test(arguments: [["a.b", "a_b", "a b", "c.d"], ["c.d", "a b", "a_b", "a.b"]])
    func `F32 of tools that would become alike only the one that needs no change has the plain name`(list: [String]) {
        var names = MCPToolNames(server: "s")
        names.assign(list)
        #expect(names.name(of: "a_b") == "mcp_s_a_b")
        #expect(names.name(of: "a.b") == MCPToolName.distinct(server: "s", tool: "a.b"))
        #expect(names.name(of: "a b") == MCPToolName.distinct(server: "s", tool: "a b"))
        #expect(names.name(of: "c.d") == "mcp_s_c_d")
        // Later lists change nothing of it, and nobody inherits a name.
        names.assign(["c_d"])
        #expect(names.name(of: "c.d") == "mcp_s_c_d")
        #expect(names.name(of: "c_d") == MCPToolName.distinct(server: "s", tool: "c_d"))
    }

    @Test func `F32 a server that makes up names all the time gets no more of them at some point`() {
        var names = MCPToolNames(server: "s")
        for round in 0..<20 { names.assign((0..<256).map { "t\(round)_\($0)" }) }
        #expect(names.all.count == MCPToolNames.limit)
    }

    @Test func `F44 hiding, disabling or dropping a tool gives its name to no other`() async throws {
        let server = ScriptedMCPServer { $0.tools = Self.chinese.map { Self.tool($0) } }
        try await EngineHarness.run(configure: { $0.mcp = server.options("geo") }) { harness in
            let names = Self.chinese.map { MCPToolName.forModel(server: "geo", tool: $0) }
            #expect(await harness.offers(names[2]))
            let hidden = await harness.command(
                .setToolHidden(server: "geo", tool: "查天气", isHidden: true, isKept: false))
            #expect(
                hidden.message == "查天气 of geo is hidden, until restart: the configuration does not hide it (see --keep)"
            )
            #expect(harness.engine.tools.snapshot.definitions.map(\.name) == Array(names.dropFirst()))
            #expect(harness.engine.tools.absence(of: names[0])?.contains("is hidden") == true)
            let shared = await harness.command(
                .setToolHidden(server: "geo", tool: "mcp_geo____", isHidden: true, isKept: false))
            #expect(shared.code == "unknown_tool")
            server.script.tools = [Self.tool("删数据")]
            server.connections[0].say(.toolsChanged)
            #expect(await eventually { harness.engine.tools.snapshot.definitions.map(\.name) == [names[2]] })
        }
    }

    @Test func `F32 a name stays with the server that had it first, and the other one's tool is refused visibly`()
        async throws
    {
        let server = ScriptedMCPServer()
        try await EngineHarness.run(configure: { options in
            options.mcp = server.options("a.b", "a_b")
            options.mcp.servers[0].isEnabled = false
        }) { harness in
            #expect(await harness.offers("mcp_a_b_look"))
            // The one that comes first by name comes later.
            _ = await harness.command(.enableServer(server: "a.b", isKept: false))
            #expect(await eventually { await !refusals(harness, "a.b").isEmpty })
            #expect(await refusals(harness, "a.b") == ["look": "the name mcp_a_b_look is taken by mcp:a_b"])
            #expect(await refusals(harness, "a_b").isEmpty)
            let state = await harness.state()
            #expect(
                state.mcpServers["a.b"]?.why(now: state.time)
                    == "tool look not offered: the name mcp_a_b_look is taken by mcp:a_b")
            #expect(
                state.problems(now: state.time).contains { $0.subject == .server("a.b") && $0.severity == .warning })
            let shown = await harness.command(
                .setToolHidden(server: "a.b", tool: "look", isHidden: false, isKept: false))
            #expect(shown.message.contains("still not offered: the name mcp_a_b_look is taken by mcp:a_b"))
            // The owner goes, and keeps its name.
            let gone = await harness.command(
                .disableServer(server: "a_b", lasting: .untilRestart, cancelsCalls: false))
            #expect(gone.message.contains("1 tools gone"))
            #expect(harness.engine.tools.tool(named: "mcp_a_b_look") == nil)
            #expect(harness.engine.tools.absence(of: "mcp_a_b_look")?.contains("a_b was disabled") == true)
            let other = await harness.command(
                .disableServer(server: "a.b", lasting: .untilRestart, cancelsCalls: false))
            #expect(other.message.contains("0 tools gone"))
        }
    }

    @Test func `F32 a tool that the server lists twice is offered once`() async throws {
        let server = ScriptedMCPServer { $0.tools = [Self.tool("look"), Self.tool("look")] }
        try await EngineHarness.run(configure: { $0.mcp = server.options("gis", hidden: ["look"]) }) { harness in
            #expect(await harness.server("gis", is: "healthy"))
            #expect(await refusals(harness, "gis") == ["look": "another of its tools has the same name"])
            #expect(harness.engine.tools.tool(named: "mcp_gis_look") == nil)
        }
    }

    // MARK: schemas

    private static let good: [(String, String)] = [
        (#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}"#, ""),
        ("{}", #"{"properties":{},"type":"object"}"#),
        (#"{"type":["object","null"],"properties":[]}"#, #"{"properties":{},"type":"object"}"#),
        (#"{"type":"object","properties":null,"required":null}"#, #"{"properties":{},"type":"object"}"#),
        (
            ##"{"$ref":"#/$defs/x","$defs":{"x":{"type":"object","properties":{"a":{}},"required":["a"]}}}"##,
            ##"{"$defs":{"x":{"properties":{"a":{}},"required":["a"],"type":"object"}},"properties":{"a":{}},"required":["a"],"type":"object"}"##
        ),
        (
            #"{"allOf":[{"properties":{"a":{}},"required":["a"]},{"properties":{"b":{}},"required":["b"]}]}"#,
            #"{"properties":{"a":{},"b":{}},"required":["a","b"],"type":"object"}"#
        ),
        (
            #"{"type":"object","properties":{"a":{"type":"string"},"b":7},"anyOf":[{"required":["a"]},{"required":["b"]}]}"#,
            #"{"properties":{"a":{"type":"string"},"b":{}},"type":"object"}"#
        ),
        (
            #"{"oneOf":[{"type":"string"},{"properties":{"a":{}}}],"not":{},"additionalProperties":"no"}"#,
            #"{"properties":{"a":{}},"type":"object"}"#
        ),
    ]

    @Test(arguments: good) func `F32 any object schema becomes one that all model APIs take`(
        given: String, wanted: String
    )
        throws
    {
        let schema = try MCPToolSchema(JSONValue(parsing: given))
        #expect(schema.value == (try JSONValue(parsing: wanted.isEmpty ? given : wanted)))
        // What was left out at the top is told in words.
        #expect(schema.note.isEmpty != (given.contains("anyOf") || given.contains("oneOf")))
    }

    @Test(arguments: [
        (#"{"type":"string"}"#, "of type \"string\", not object"),
        (#"{"type":"object","properties":["a"]}"#, "properties of its schema are no object"),
        (##"{"$ref":"#/$defs/none"}"##, "which is not in it"), (#"{"$ref":"http://x/y"}"#, "which is not in it"),
        (##"{"$ref":"#"}"##, "refers to itself"), (#"{"allOf":[{"type":"string"}]}"#, "not object"),
    ])
    func `F32 a schema that is none for an object is refused`(given: String, reason: String) throws {
        let error = #expect(throws: MCPToolSchema.Defect.self) { try MCPToolSchema(JSONValue(parsing: given)) }
        #expect(error?.reason.contains(reason) == true)
    }

    @Test func `F32 odd and oversized tools are refused visibly, one by one, and the others are offered`() async throws
    {
        let long = String(repeating: "x", count: 300)
        let huge: JSONValue = [
            "type": "object", "properties": ["a": ["description": .string(String(repeating: "d", count: 70_000))]],
        ]
        let server = ScriptedMCPServer {
            $0.tools = [
                Self.tool("list", ["type": "array"]), Self.tool(long), Self.tool("huge", huge), Self.tool("look"),
                MCPTool(
                    name: "wordy", description: String(repeating: "ä", count: 5_000), inputSchema: ["type": "object"]),
            ]
        }
        try await EngineHarness.run(configure: { $0.mcp = server.options("gis") }) { harness in
            #expect(await harness.server("gis", is: "healthy"))
            #expect(
                harness.engine.tools.snapshot.definitions.map(\.name) == ["mcp_gis_look", "mcp_gis_wordy"])
            let description = harness.engine.tools.tool(named: "mcp_gis_wordy")?.definition.description
            #expect((description?.utf8.count ?? 0) < 4_110)
            let refused = await refusals(harness, "gis")
            #expect(refused.count == 3)
            #expect(refused["list"]?.contains("not object") == true)
            #expect(refused["huge"]?.contains("more than 65536") == true)
            #expect(refused.values.contains { $0.contains("name has more than 256 bytes") })
            #expect(harness.engine.tools.absence(of: "mcp_gis_list")?.contains("not object") == true)
            let isLogged = await eventually {
                harness.events.events.contains {
                    if case .log(let record) = $0.kind { record.message == "mcp tool not offered" } else { false }
                }
            }
            #expect(isLogged)
        }
    }

    @Test func `F32 a model gets at most 128 tools, a server offers at most 256, and what is left out is said`()
        async throws
    {
        let server = ScriptedMCPServer { $0.tools = (0..<300).map { Self.tool("t\($0)") } }
        try await EngineHarness.run(configure: { $0.mcp = server.options("gis") }) { harness in
            #expect(await harness.server("gis", is: "healthy"))
            #expect(harness.engine.tools.snapshot.definitions.count == ToolCatalog.limit)
            let refused = await refusals(harness, "gis")
            #expect(refused["t127"] == nil && refused["t128"] == "a model gets at most 128 tools in all")
            #expect(refused["t256"] == "it and 43 more left out: at most 256 tools of a server are offered")
            #expect(
                await harness.state().mcpServers["gis"]?.why(now: .init(seconds: 1))?.contains(
                    "t128 and 128 more not offered") == true)
            #expect(harness.engine.tools.absence(of: "mcp_gis_t200")?.contains("at most 128") == true)
        }
    }
}
