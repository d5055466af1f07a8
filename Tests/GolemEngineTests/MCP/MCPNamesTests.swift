// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct MCPNamesTests {
    @Test(arguments: [
        ("gis-remote", "clip", "mcp_gis-remote_clip"), ("my.server", "read file", "mcp_my_server_read_file"),
        ("a", "", "mcp_a_"),
    ])
    func `F32 a tool's name uses the alphabet of the model APIs`(server: String, tool: String, expected: String) {
        #expect(MCPToolName.forModel(server: server, tool: tool) == expected)
    }

    @Test func `F32 a name that is too long is cut, and stays different from others that begin so`() {
        let long = String(repeating: "x", count: 80)
        let first = MCPToolName.forModel(server: "s", tool: long + "1")
        let second = MCPToolName.forModel(server: "s", tool: long + "2")
        #expect(first.utf8.count == 64 && second.utf8.count == 64 && first != second)
        // Stable over restarts: sessions and policies hold such names.
        #expect(MCPToolName.forModel(server: "s", tool: long + "1") == first)
    }

    @Test func `F32 the model gets names that are allowed, and the whole input schema`() async throws {
        let schema: JSONValue = [
            "type": "object", "required": ["path"], "additionalProperties": false,
            "properties": ["path": ["type": "string", "enum": ["a", "b"]], "deep": ["$ref": "#/$defs/x"]],
            "$defs": ["x": ["type": "array", "items": ["type": "integer"]]],
        ]
        let server = ScriptedMCPServer {
            $0.tools = [MCPTool(name: "read.file", description: "Reads.", inputSchema: schema)]
        }
        let provider = StubProvider { request, number throws(ProviderError) in
            number == 1
                ? .call("mcp_files_read_file", #"{"path":"a"}"#)
                : ModelResponse(text: request.toolResults.joined())
        }
        try await EngineHarness.run(provider: provider, configure: { $0.mcp = server.options("files") }) { harness in
            #expect(await harness.offers("mcp_files_read_file"))
            let reply = try await harness.chat("go")
            #expect(reply?.text.contains("read.file done") == true)
            let offered = provider.requests.first?.tools.first { $0.name == "mcp_files_read_file" }
            #expect(offered?.parameters == schema)
            #expect(offered?.description == "Reads.")
            #expect(server.calls.map(\.tool) == ["read.file"])
            #expect(server.calls.first?.arguments == ["path": "a"])
        }
    }

    @Test func `Policy knows a tool by the model's name, the original's and a beginning`() async throws {
        for name in ["mcp_gis_look", "mcp.gis.look", "mcp.gis.*", "MCP_*"] {
            let rules = PolicyRules(requireApproval: [name])
            let decision = rules.decide(
                PolicyCall(tool: "mcp_gis_look", aliases: ["mcp.gis.look"]), at: Timestamp(seconds: 1))
            #expect(decision == .ask(reason: "policy mode strict requires approval"), "\(name)")
            #expect(rules.decide(PolicyCall(tool: "exec"), at: Timestamp(seconds: 1)) == .allow)
        }
    }

    @Test func `What is not text becomes a note with its type and size`() {
        let result = MCPResultText.result(
            MCPToolResult(
                content: [
                    .text("two layers"), .image(base64: "aGVsbG8=", mimeType: "image/png"),
                    .resource(uri: "file:///a", mimeType: "text/plain", text: "body"),
                    .blob(uri: "file:///b", mimeType: "", base64: String(repeating: "A", count: 8_000)),
                    .link(uri: "file:///c", name: "c"),
                ]))
        #expect(
            result.content == """
                two layers
                [image image/png, 5 bytes, not shown]
                [resource file:///a text/plain]
                body
                [resource file:///b of unknown type, 6 kB, not shown]
                [resource c: file:///c]
                """)
        #expect(result.isUntrusted && result.outcome == .ok)
        let structured = MCPResultText.result(MCPToolResult(content: [], structured: ["n": 1]))
        #expect(structured.content == #"{"n":1}"#)
        #expect(MCPResultText.result(MCPToolResult(content: [])).content == "(no output)")
    }

    @Test func `Resources and prompts are tools of the model`() async throws {
        let server = ScriptedMCPServer {
            $0.info.hasResources = true
            $0.info.hasPrompts = true
            $0.resources = [MCPResource(uri: "db://layers", name: "layers", mimeType: "application/json")]
            $0.contents = [.resource(uri: "db://layers", mimeType: "application/json", text: "[1]")]
            $0.prompts = [MCPPrompt(name: "review", description: "Reviews.", arguments: ["file"])]
        }
        let calls = [
            ("mcp_db_list_resources", "{}"), ("mcp_db_read_resource", #"{"uri":"db://layers"}"#),
            ("mcp_db_list_prompts", "{}"), ("mcp_db_get_prompt", #"{"name":"review","arguments":{"file":"x"}}"#),
        ]
        let provider = StubProvider { request, number throws(ProviderError) in
            number == 1
                ? ModelResponse(
                    text: "",
                    toolCalls: calls.enumerated().map {
                        ModelToolCall(id: "c\($0.offset)", name: $0.element.0, arguments: $0.element.1)
                    })
                : ModelResponse(text: request.toolResults.joined(separator: "\n"))
        }
        try await EngineHarness.run(provider: provider, configure: { $0.mcp = server.options("db") }) { harness in
            #expect(await harness.offers("mcp_db_get_prompt"))
            let text = try await harness.chat("go")?.text ?? ""
            #expect(text.contains("db://layers (application/json): layers"))
            #expect(text.contains("[resource db://layers application/json]\n[1]"))
            #expect(text.contains("review (file) - Reviews."))
            #expect(text.contains("user: review file=x"))
        }
    }
}

extension EngineHarness {
    /// Waits until the model would be offered a tool.
    func offers(_ tool: String) async -> Bool { await eventually { engine.tools.tool(named: tool) != nil } }

    /// Waits until a server's health has that word.
    func server(_ name: String, is word: String) async -> Bool {
        await eventually { await state().mcpServers[name]?.health.word == word }
    }
}
