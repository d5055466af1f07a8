// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

/// Explain, what-if and the audit say what the engine did or would do.
@Suite(.timeLimit(.minutes(1))) struct PolicyTruthTests {
    private let now = Timestamp(seconds: 1_000)

    private func explained(_ tool: String, _ rules: String, _ names: PolicyNames) throws -> [String: JSONValue] {
        let (parsed, problems) = PolicyRule.parse(try JSONValue(parsing: rules), at: "rules")
        #expect(problems.isEmpty)
        return try PolicyExplainer.explain(
            tool, arguments: "", channel: "", sender: "", rules: PolicyRules(requireApproval: ["*"], rules: parsed),
            names: names, now: now)
    }

    @Test(arguments: ["mcp.a.b.look", "mcp_a_b_look", "MCP.A.B.LOOK"])
    func `A tool is explained alike under each of its names, by the engine and without one`(name: String) async throws {
        let rules = #"[{"tool":"mcp.a.b.*","action":"allow"}]"#
        let offline = try explained(name, rules, PolicyNames(servers: ["x", "a.b"]))
        #expect(offline["decision"] == "allow")
        #expect(offline["tool"]?.stringValue?.lowercased() == "mcp_a_b_look")
        let server = ScriptedMCPServer()
        try await EngineHarness.run(configure: { $0.mcp = server.options("a.b") }) { harness in
            #expect(await harness.offers("mcp_a_b_look"))
            let live = try explained(name, rules, PolicyNames(harness.engine.tools.snapshot))
            #expect(live["decision"] == "allow")
            #expect(live["known"] == true)
            let reply = await harness.command(.explainPolicy(tool: "exce", arguments: "", channel: "", sender: ""))
            #expect(reply.status == .done)
            #expect(reply.message.hasPrefix("no such tool is known: exce; "))
        }
    }

    @Test func `The built-in tools that are known without an engine are those that an engine has`() throws {
        let workspace = try TemporaryWorkspace()
        let tools = try BuiltInTools(
            BuiltInTools.Options(workspace: workspace.path, home: workspace.path + "/home"), client: HTTPClient(),
            time: SystemTime())
        #expect(tools.registry.tools.map(\.definition.name).sorted() == PolicyNames.builtIn)
    }

    @Test func `Calls that policy refused are replayed with their arguments, and counted as refused`() async throws {
        let workspace = try TemporaryWorkspace()
        let tool = RecordingTool("danger")
        let start = SystemTime().wallNow()
        try await PolicyModeTests.run(
            tool, workspace: workspace,
            configure: { $0.policy.rules = PolicyRule.parse([["tool": "danger", "action": "deny"]], at: "").rules }
        ) { harness in
            let text = try await harness.chat("go")?.text
            #expect(text?.contains("denied") == true)
        }
        let past = try PastCall.read(database: workspace.path + "/state/golem.db", since: start)
        #expect(past.map(\.wasDenied) == [true])
        #expect(past.first?.arguments == ["n": 1])
        let rules = try PolicyReplay.rules("[]", current: GolemConfig.Policy())
        let replay = PolicyReplay(past, rules: rules, names: PolicyNames(servers: []))
        #expect(replay.calls == 1 && replay.wereDenied == 1 && replay.noLongerDenied == 1 && replay.newlyAsked == 0)
    }

    @Test func `A question that is asked anew after a restart is one call, and its end is in the audit`() async throws {
        let workspace = try TemporaryWorkspace()
        let tool = RecordingTool("danger")
        let start = SystemTime().wallNow()
        try await PolicyModeTests.run(tool, workspace: workspace) { harness in
            _ = try await harness.offer("go", delivered: false)
            _ = try #require(await harness.approval())
        }
        try await PolicyModeTests.run(tool, workspace: workspace) { harness in
            let id = try #require(await harness.approval())
            _ = await harness.command(.approve(id: id, scope: .once))
            #expect(await eventually { tool.calls.count == 1 })
            #expect(await eventually { await harness.state().finishedTurns == 1 })
        }
        let past = try PastCall.read(database: workspace.path + "/state/golem.db", since: start)
        #expect(past.map(\.wasAsked) == [true])
        let lines = PolicyModeTests.audit(workspace)
        let pending = lines.filter { $0["type"] == "approval_pending" }
        #expect(pending.count == 2)
        #expect(pending.allSatisfy { $0["outcome"] == "nobody could be asked" })
        let cancelled = lines.filter { $0["type"] == "approval_decided" && $0["result"] == "cancelled" }
        #expect(cancelled.first?["approval"] == pending.first?["approval"])
    }

    @Test func `A call that was approved and then cut off by a cancel has its end in the audit`() async throws {
        let workspace = try TemporaryWorkspace()
        let began = Latch()
        let tool = RecordingTool("danger") { _ in
            began.open()
            await Latch().wait()
            return .ok("never")
        }
        try await PolicyModeTests.run(tool, workspace: workspace) { harness in
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            _ = await harness.command(.approve(id: id, scope: .once))
            await began.wait()
            _ = await harness.command(.cancelTurn(session: "gateway:s"))
            _ = try await answer
        }
        let types = PolicyModeTests.audit(workspace).compactMap { $0["type"]?.stringValue }
        #expect(types.count(where: { $0 == "approval_granted" }) == 1)
        #expect(types.count(where: { $0 == "tool_execution" }) == 1)
    }

    @Test func `A policy to be tried is taken as it stands in a configuration, and nothing in it is overlooked`() throws
    {
        let current = GolemConfig.Policy()
        let rules = try PolicyReplay.rules(
            #"{"policy":{"mode":"relaxed","require_approval":["x"],"rules":[{"action":"deny"}]}}"#, current: current)
        #expect(rules.mode == "relaxed" && rules.rules.count == 1 && rules.requireApproval.map(\.description) == ["x"])
        for (text, reason) in [
            (#"{"ruls":[]}"#, "did you mean rules?"), (#"{"policy":{},"gateway":{}}"#, "gateway is no part"),
            (#"{"require_approval":"exec"}"#, "must be a list"), (#"{"mode":"odd"}"#, "allowed"),
            ("7", "must be a list"),
        ] {
            let problem = #expect(throws: PolicyRule.Problem.self) { try PolicyReplay.rules(text, current: current) }
            #expect(problem?.message.contains(reason) == true, "\(text)")
        }
        #expect(throws: StoreError.self) { try PastCall.read(database: "/nonexistent/golem.db", since: now) }
    }

    @Test func `A name that no tool has is a warning of the configuration`() throws {
        let fixture = try ConfigFixture()
        let loaded = try fixture.load(
            #"""
            {"policy": {"require_approval": ["exec", "exce", "mcp.gis.*"],
             "rules": [{"tool": "web_fetsh", "action": "deny"}, {"tool": "mcp_git_*", "action": "allow"}]}}
            """#)
        let texts = loaded.warnings.map(\.description)
        #expect(
            texts.contains { $0.contains("policy.require_approval[1] names exce") && $0.contains("did you mean exec?") }
        )
        #expect(texts.contains { $0.contains("web_fetsh") })
        #expect(texts.contains { $0.contains("mcp.git.*") })
        #expect(texts.count == 3)
    }
}
