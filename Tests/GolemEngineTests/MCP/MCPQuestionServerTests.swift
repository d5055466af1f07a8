// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

/// Questions of servers that others wrote, asked by a real engine and answered by an operator.
@Suite(.serialized, .timeLimit(.minutes(2))) struct MCPQuestionServerTests {
    /// Runs an engine with one real server whose tool is called in the first step.
    private func run(
        _ settings: MCPServerSettings, _ tool: String,
        _ body: @escaping @Sendable (EngineHarness) async throws -> Void
    ) async throws {
        let name = "mcp_sdk_\(tool)"
        let provider = StubProvider { request, _ throws(ProviderError) in
            request.isFirstStep ? .call(name) : ModelResponse(text: request.toolResults.last ?? "")
        }
        var named = settings
        named.name = "sdk"
        let server = MCPOptions.Server(settings: named)
        try await EngineHarness.run(
            provider: provider,
            configure: { options in
                options.mcp.connector = MCPServers.client()
                options.mcp.servers = [server]
            }
        ) { harness in
            #expect(await harness.offers(name))
            try await body(harness)
        }
    }

    private func server(_ sdk: String, _ kind: String) async throws -> (MCPServerSettings, PythonServer?) {
        if kind == "stdio" { return (MCPServers.sdk(sdk), nil) }
        let process = try await PythonServer.start("mcp/sdk_server.py", ["http"], python: MCPServers.python(sdk))
        return (
            MCPServerSettings(name: "sdk", transport: .http(url: "\(process.url)/mcp", headers: [:])), process
        )
    }

    @Test(arguments: [("sdk1", "stdio"), ("sdk1", "http"), ("sdk2", "stdio"), ("sdk2", "http")])
    func `A form of the official SDK is filled in, and its call goes on`(sdk: String, kind: String) async throws {
        let (settings, process) = try await server(sdk, kind)
        try await run(settings, "survey") { harness in
            async let answer = harness.chat("go")
            let asked = try #require(await harness.question())
            #expect(asked.server == "sdk")
            #expect(asked.message == "Who are you?")
            #expect(asked.callID == "c1")
            let fields = Dictionary(uniqueKeysWithValues: asked.fields.map { ($0.name, $0) })
            #expect(asked.fields.prefix(2).map(\.name) == ["name", "age"], "required ones first")
            #expect(fields["name"]?.title == "Your name")
            #expect(fields["name"]?.kind == .text(format: nil, minimum: 2, maximum: nil))
            #expect(fields["age"]?.kind == .number(isWhole: true, minimum: 0, maximum: 150))
            #expect(fields["size"]?.kind == .choice([.init("s"), .init("m"), .init("l")]))
            #expect(fields["size"]?.preset == ["m"])
            #expect(fields["letters"]?.kind == .flag)
            #expect(fields["score"]?.kind == .number(isWhole: false, minimum: nil, maximum: nil))
            #expect(await harness.command(.answer(asked, ["name": ["A"], "age": ["36"]])).code == "misfit")
            let done = await harness.command(
                .answer(asked, ["name": ["Ada"], "age": ["36"], "letters": ["yes"], "score": ["2.5"]]))
            #expect(done.status == .done, "\(done.message)")
            #expect(try await answer?.text.contains("Ada 36 m True 2.5") == true)
        }
        _ = process
    }

    @Test(arguments: ["stdio", "http"])
    func `A page of the official SDK is opened by a person`(kind: String) async throws {
        let (settings, process) = try await server("sdk1", kind)
        for (tool, gives) in [("page", "accept"), ("gated", "through")] {
            try await run(settings, tool) { harness in
                async let answer = harness.chat("go")
                let asked = try #require(await harness.question())
                #expect(asked.host == "login.example")
                #expect(asked.fields.isEmpty)
                _ = await harness.command(.answer(asked, [:]))
                #expect(try await answer?.text.contains(gives) == true)
            }
        }
        _ = process
    }

    @Test(arguments: ["sdk1", "sdk2"])
    func `A question of the official SDK is withdrawn with its turn`(sdk: String) async throws {
        try await run(MCPServers.sdk(sdk), "ask") { harness in
            async let answer = harness.chat("go")
            _ = try #require(await harness.question())
            _ = await harness.command(.cancelTurn(session: "gateway:s"))
            _ = try await answer
            #expect(await eventually { await harness.state().questions.isEmpty })
            #expect(await harness.state().closedQuestions.elements.last?.closing.outcome == "withdrawn")
        }
    }

    @Test(arguments: [("sdk1", "stdio"), ("sdk1", "http"), ("sdk2", "stdio"), ("sdk2", "http")])
    func `Templates of resources are listed, and read by a URI that they give`(
        sdk: String, kind: String
    ) async throws {
        let (settings, process) = try await server(sdk, kind)
        try await MCPServers.with(settings) { connection in
            let templates = try await connection.resourceTemplates()
            #expect(templates.map(\.uriTemplate) == ["golem://note/{name}"])
            #expect(templates.first?.mimeType == "text/plain")
            let read = try await connection.read(resource: "golem://note/ada")
            #expect(read == [.resource(uri: "golem://note/ada", mimeType: "text/plain", text: "note ada")])
        }
        try await run(settings, "list_resources") { harness in
            let listed = try await harness.chat("go")?.text ?? ""
            #expect(listed.contains("template golem://note/{name} (text/plain): note - A note by its name."))
            #expect(listed.contains("golem://greeting (text/plain): greeting"))
        }
        _ = process
    }
}
