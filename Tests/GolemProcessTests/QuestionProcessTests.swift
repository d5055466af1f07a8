// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemTestSupport
import Testing

/// Questions of MCP servers as an operator at a shell answers them, with a real server and a real engine.
@Suite struct QuestionProcessTests {
    @Test(arguments: ["sdk1", "sdk2"])
    func `A question is shown and answered by commands, and its chat gets the result`(sdk: String) async throws {
        let home = try GolemHome()
        let script = "\(PythonServer.packageRoot)/Tests/Servers/mcp/sdk_server.py"
        let python = "\(PythonServer.packageRoot)/.build/python/\(sdk)/bin/python"
        let model = try await PythonServer.start("model_server.py", [])
        let config = try home.write(
            """
            {"mcp": {"servers": {"sdk": {"transport": "stdio", "command": "\(python)", "args": ["\(script)", "stdio"]}}}}
            """, to: "config.json")
        let server = try await home.startServer("--config", config, variables: GolemHome.variables(model: model))
        #expect(try await home.run("mcp", "questions").output == "No MCP server asks anything.\n")
        #expect(try await home.run("mcp", "answer", "7", "--decline").end == .code(77))
        #expect(try await home.run("mcp", "answer", "x").end == .code(64))
        #expect(try await home.run("mcp", "answer", "7", "a=b", "--cancel").end == .code(64))
        #expect(await eventually { (try? await home.run("mcp", "list").output.contains("healthy")) ?? false })

        let secret = "heliotrope"
        async let reply = HTTPClient().chat(port: server.port, session: "q", message: "call mcp_sdk_ask {}")
        var shown = ""
        #expect(
            await eventually {
                shown = (try? await home.run("mcp", "questions").output) ?? ""
                return shown.contains("asks, not Golem")
            })
        #expect(shown.hasPrefix("1  sdk asks, not Golem  for mcp_sdk_ask  expires 20"))
        #expect(shown.contains("Which colour?"))
        #expect(shown.contains("colour*"))
        let approvals = try await home.run("approval", "list").output
        #expect(approvals.contains("an MCP server asks (golem mcp answer 1 …):"))
        let wrong = try await home.run("mcp", "answer", "1", "shade=\(secret)")
        #expect(wrong.end == .code(77))
        #expect(wrong.errors.contains("there is no field shade; there are: colour (misfit)"))
        let done = try await home.run("mcp", "answer", "1", "colour=\(secret)")
        #expect(done.output.hasPrefix("question 1 answered by operator@"), "\(done.errors)")
        let (status, body) = try #require(await reply)
        #expect(status == 200)
        #expect(body.text.contains("\(secret) it is"))
        let again = try await home.run("mcp", "answer", "1", "--cancel")
        #expect(again.errors.contains("question 1 of sdk was accepted by operator@"))
        // The tool's own result may hold it; what Golem writes of the question and the command does not.
        for line in home.text(of: "w/state/audit.jsonl").split(separator: "\n") { #expect(!line.contains(secret)) }
        let tail = try await home.run("audit", "tail").output
        #expect(tail.contains("question_asked  mcp.sdk.ask  question 1: form colour"))
        #expect(tail.contains("outcome=golem mcp answer 1 colour=…"))
    }
}
