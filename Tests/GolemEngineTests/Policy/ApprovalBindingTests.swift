// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

/// What an approval and a grant are bound to: the chat, the tool, and the arguments that were shown.
@Suite(.timeLimit(.minutes(1))) struct ApprovalBindingTests {
    @Test func `A chat decides on its own calls only, not on those of another chat of its channel`() async throws {
        let tool = RecordingTool("danger")
        let channel = StubChannel(name: "telegram")
        try await PolicyModeTests.run(
            tool,
            configure: {
                $0.channels = [channel]
                $0.approvers = ["telegram:*"]
            }
        ) { harness in
            channel.write("go", chat: "7", id: "m1")
            let id = try #require(await harness.approval())
            channel.write("/approve \(id) session", chat: "8", id: "m2")
            #expect(await eventually { channel.accepted.last?.text.contains("comes from another chat") == true })
            channel.write("/reject \(id)", chat: "8", id: "m3")
            #expect(await eventually { channel.accepted.count(where: { $0.text.contains("another chat") }) == 2 })
            #expect(tool.calls.isEmpty)
            channel.write("/approve \(id)", chat: "7", id: "m4")
            #expect(await eventually { tool.calls.count == 1 })
        }
    }

    @Test func `A new session begins without the grants of the old one`() async throws {
        let workspace = try TemporaryWorkspace()
        let tool = RecordingTool("danger")
        try await PolicyModeTests.run(tool, workspace: workspace) { harness in
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            _ = await harness.command(.approve(id: id, scope: .session))
            _ = try await answer
            _ = try await harness.chat("/new")
            #expect(await harness.engine.approvals.standingGrants.isEmpty)
            #expect(await harness.state().policy.grants.isEmpty)
            let position = harness.engine.bus.position
            async let again = harness.chat("go")
            let next = try #require(await harness.approval(after: position))
            _ = await harness.command(.reject(id: next, note: ""))
            _ = try await again
            #expect(tool.calls.count == 1)
        }
        let revoked = PolicyModeTests.audit(workspace).first { $0["type"] == "grant_revoked" }
        #expect(revoked?["actor"] == "gateway:tester")
    }

    @Test func `A grant belongs to a server's tool, and no other server inherits its name`() async throws {
        let provider = StubProvider { request, _ throws(ProviderError) in
            request.isFirstStep
                ? .call("mcp_a_b_look", "{}", id: "c\(request.messages.count)")
                : ModelResponse(text: request.toolResults.last ?? "")
        }
        let workspace = try TemporaryWorkspace()
        let server = ScriptedMCPServer()
        let owner = try await EngineHarness.run(
            workspace: workspace, provider: provider,
            configure: {
                $0.mcp = server.options("a.b", "a_b")
                $0.policy = PolicyRules(requireApproval: ["mcp.*"])
            }
        ) { harness -> String in
            #expect(await harness.offers("mcp_a_b_look"))
            let owner = try #require(harness.engine.tools.tool(named: "mcp_a_b_look")?.serverName)
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            _ = await harness.command(.approve(id: id, scope: .session))
            _ = try await answer
            #expect(await harness.engine.approvals.standingGrants.map(\.tool) == ["mcp.\(owner).look"])
            #expect(server.calls.count == 1)
            _ = await harness.command(.disableServer(server: owner, lasting: .untilRestart, cancelsCalls: false))
            #expect(await eventually { harness.engine.tools.tool(named: "mcp_a_b_look") == nil })
            _ = try await harness.chat("go")
            #expect(server.calls.count == 1)
            return owner
        }
        let lines = PolicyModeTests.audit(workspace)
        #expect(lines.filter { $0["type"] == "approval_pending" }.map { $0["tool"] } == [.string("mcp.\(owner).look")])
    }

    @Test func `What is approved is what runs: one text for policy, question, list, store and digest`() async throws {
        let workspace = try TemporaryWorkspace()
        let written = #"{  "n": 18446744073709551617, "command":"ls\u003b rm x"# + "\u{200B}\" }"
        let provider = StubProvider { request, _ throws(ProviderError) in
            request.isFirstStep
                ? .call("danger", written, id: "c1") : ModelResponse(text: request.toolResults.last ?? "")
        }
        let tool = RecordingTool("danger")
        try await PolicyModeTests.run(tool, workspace: workspace, provider: provider) { harness in
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            let shown = #"{"command":"ls; rm x\u200b","n":1.8446744073709552e+19}"#
            #expect(await harness.state().approvals[id]?.request.arguments == shown)
            let list = try JSONValue(parsing: await harness.command(.listApprovals).payload ?? "")
            #expect(list.arrayValue?.first?["arguments"]?["command"] == "ls; rm x\u{200B}")
            #expect(list.arrayValue?.first?["session"] == "gateway:s")
            #expect(list.arrayValue?.first?["sender"] == "tester")
            _ = await harness.command(.approve(id: id, scope: .once))
            _ = try await answer
            #expect(tool.calls == [try JSONValue(parsing: shown)])
        }
        let digest = try SHA256.hex(tool.calls[0].bytes)
        let lines = PolicyModeTests.audit(workspace).filter { $0["arguments_sha256"] != nil }
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0["arguments_sha256"]?.stringValue == digest })
    }

    @Test func `A call whose arguments have a member twice is refused`() async throws {
        let provider = StubProvider { request, _ throws(ProviderError) in
            request.isFirstStep
                ? .call("danger", #"{"command":"ls","command":"rm x"}"#, id: "c1")
                : ModelResponse(text: request.toolResults.last ?? "")
        }
        let tool = RecordingTool("danger")
        try await PolicyModeTests.run(
            tool, provider: provider, configure: { $0.policy = PolicyRules(mode: "relaxed") }
        ) { harness in
            let text = try await harness.chat("go")?.text
            #expect(text?.contains("the member command stands there twice") == true)
            #expect(tool.calls.isEmpty)
        }
    }

    @Test func `A number is not decided before its question was published, nor from a view without it`() async throws {
        let tool = RecordingTool("danger")
        try await PolicyModeTests.run(tool) { harness in
            let before = harness.engine.bus.position
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            let stale = await harness.engine.commands.handle(
                Command(
                    id: "stale", actor: Command.Actor(kind: "console", user: "u", host: "h"), seenSeq: before,
                    action: .approve(id: id, scope: .once)))
            #expect(stale.code == "stale_view")
            #expect(tool.calls.isEmpty)
            let fresh = await harness.engine.commands.handle(
                Command(
                    id: "fresh", actor: Command.Actor(kind: "console", user: "u", host: "h"),
                    seenSeq: harness.engine.bus.position, action: .approve(id: id, scope: .once)))
            #expect(fresh.status == .done)
            _ = try await answer
        }
        let workspace = try TemporaryWorkspace()
        let store = try SQLiteStore(path: workspace.path + "/golem.db")
        let time = ManualTime()
        // A disk that takes no line: the question stays unpublished for as long as the audit is asked.
        let audit = AuditLog(path: "/dev/full", time: time)
        let desk = ApprovalDesk(
            store: store, bus: EventBus(time: time), time: time, audit: audit, notifier: ApprovalDesk.Notifier())
        let context = ToolContext(requestID: "r", session: "s:1", channel: "s", chatID: "1", sender: "u")
        await #expect(throws: ApprovalDesk.Failure.self) {
            _ = try await desk.request(
                turn: 1, call: ModelToolCall(id: "c", name: "exec", arguments: "{}"),
                subject: ApprovalDesk.Subject(name: "exec"), arguments: try CallArguments("{}"), context: context,
                reason: "strict", feed: nil)
        }
        #expect(await desk.pending.isEmpty)
        audit.stop()
        store.close()
    }

    @Test func `A second call that waits goes on with the grant of the first`() async throws {
        let tool = RecordingTool("danger")
        let provider = StubProvider { request, _ throws(ProviderError) in
            request.isFirstStep
                ? ModelResponse(
                    text: "", toolCalls: (1...2).map { ModelToolCall(id: "c\($0)", name: "danger", arguments: "{}") })
                : ModelResponse(text: request.toolResults.suffix(2).joined(separator: "|"))
        }
        try await PolicyModeTests.run(tool, provider: provider) { harness in
            async let answer = harness.chat("go")
            #expect(await eventually { await harness.engine.approvals.pending.count == 2 })
            let first = try #require(await harness.engine.approvals.pending.first?.id)
            _ = await harness.command(.approve(id: first, scope: .session))
            let text = try await answer?.text
            #expect(text == "done|done")
            #expect(await harness.state().approvals.isEmpty)
        }
    }

    @Test func `Who may not decide is not told how to, and an approval during a stop says that nothing runs`()
        async throws
    {
        let tool = RecordingTool("danger")
        let isWatched = Latch()
        let provider = StubProvider { request, _ throws(ProviderError) in
            await isWatched.wait()
            return request.isFirstStep ? .call("danger") : ModelResponse(text: request.toolResults.last ?? "")
        }
        try await PolicyModeTests.run(tool, provider: provider) { harness in
            guard case .accepted(_, let feed) = try await harness.offer("go") else {
                Issue.record("not accepted")
                return
            }
            let reader = feed.reader()
            isWatched.open()
            let id = try #require(await harness.approval())
            let texts = await reader.next().compactMap { update -> String? in
                if case .question(_, _, _, let text, _) = update { text } else { nil }
            }
            #expect(texts.first?.contains("An operator decides it") == true)
            #expect(texts.first?.contains("/approve") == false)
            _ = await harness.command(.emergencyStop(isOn: true, reason: ""))
            let reply = await harness.command(.approve(id: id, scope: .once))
            #expect(reply.message.contains("the emergency stop is on"))
            _ = await reader.outcome()
            #expect(tool.calls.isEmpty)
        }
    }

    @Test func `An id that was used for one command is no id for another`() async throws {
        try await EngineHarness.run { harness in
            #expect(await harness.command(.emergencyStop(isOn: true, reason: "x"), id: "one").status == .done)
            let other = await harness.command(.emergencyStop(isOn: false, reason: ""), id: "one")
            #expect(other.code == "id_taken")
            #expect(harness.engine.policy.emergencyStop.isOn)
            #expect(await harness.command(.emergencyStop(isOn: true, reason: "x"), id: "one").status == .done)
        }
    }
}
