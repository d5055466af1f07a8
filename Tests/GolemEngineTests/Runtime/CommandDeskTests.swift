// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct CommandDeskTests {
    private let echo = StubProvider { request, _ throws(ProviderError) in ModelResponse(text: "re: \(request.userText)")
    }

    @Test
    func `A transcript has every stored message, also those from before a new history, and says what it cannot read`()
        async throws
    {
        let workspace = try TemporaryWorkspace()
        try await EngineHarness.run(workspace: workspace, provider: echo) { harness in
            _ = try await harness.chat("one")
            _ = try await harness.chat("two")
        }
        do {
            let database = try SQLiteConnection(path: workspace.path + "/state/golem.db")
            try database.query("UPDATE messages SET body = '{\"later\":{}}' WHERE id = 2")
            try database.query("INSERT INTO sessions(key, history_start, updated_at) VALUES('gateway:s', 3, 0)")
        }
        try await EngineHarness.run(workspace: workspace, provider: echo) { harness in
            let reply = await harness.command(.readTranscript(session: "gateway:s", limit: 100))
            let transcript = try #require(WireJSON.value(StoredTranscript.self, reply.payload ?? ""))
            #expect(transcript.session == "gateway:s" && !transcript.isCut)
            #expect(transcript.entries.map(\.role) == [.user, .unreadable, .user, .assistant])
            #expect(transcript.entries.map(\.turn) == [1, 1, 2, 2])
            #expect(transcript.entries[3].text == "re: two")
            let short = await harness.command(.readTranscript(session: "gateway:s", limit: 1))
            let last = try #require(WireJSON.value(StoredTranscript.self, short.payload ?? ""))
            #expect(last.isCut && last.entries.map(\.text) == ["re: two"])
        }
    }

    @Test func `The transcript of a session that nobody knows is refused, that of a new chat is empty`() async throws {
        let provider = GatedProvider()
        try await EngineHarness.run(provider: provider) { harness in
            let unknown = await harness.command(.readTranscript(session: "gateway:nobody", limit: 9))
            #expect(unknown.status == .refused && unknown.code == "unknown_session" && unknown.payload == nil)
            #expect(unknown.message.contains("gateway:nobody"))
            _ = try await harness.offer("go")
            #expect(await provider.waitForCalls(1))
            let new = await harness.command(.readTranscript(session: "gateway:s", limit: 9))
            #expect(WireJSON.value(StoredTranscript.self, new.payload ?? "")?.entries.isEmpty == true)
            provider.release()
        }
    }

    @Test func `An operator's message leaves the chat its person's name`() async throws {
        try await EngineHarness.run(provider: echo) { harness in
            _ = try await harness.chat("hi")
            #expect(await harness.command(.sendMessage(session: "gateway:s", text: "help is near")).status == .done)
            #expect(await eventually { await harness.state().chats["gateway:s"]?.turns == 2 })
            let chat = await harness.state().chats["gateway:s"]
            #expect(chat?.sender == "tester")
            #expect(chat?.transcript.elements.contains { $0.name == "ops1@test" && $0.text == "help is near" } == true)
        }
    }

    @Test func `Muting a problem is checked, shared, audited, and undone`() async throws {
        let time = ManualTime()
        try await EngineHarness.run(provider: echo, time: time) { harness in
            let subject = "service channel:x"
            let mute = Command.Action.mute(subject: subject, minutes: 60, reason: "it's known")
            #expect(await harness.command(mute).code == "not_open")
            harness.engine.bus.publish(
                .serviceHealth(ServiceHealthChanged(service: "channel:x", health: .degraded(reason: "slow"))))
            #expect(await harness.command(.mute(subject: subject, minutes: 60, reason: " ")).code == "no_reason")
            #expect(await harness.command(.mute(subject: subject, minutes: 0, reason: "x")).code == "bad_time")
            #expect(await harness.command(.unmute(subject: subject)).code == "not_muted")
            #expect(await harness.command(mute).status == .done)
            func isMuted() async -> Bool {
                let state = await harness.state()
                return state.problems(now: time.wallNow()).first { $0.subject.name == subject }?.mute != nil
            }
            #expect(await isMuted())
            #expect(await harness.command(.unmute(subject: subject)).status == .done)
            #expect(await !isMuted())
            #expect(await harness.command(mute).status == .done)
            await time.advance(by: .seconds(3_601))
            #expect(await !isMuted(), "the clock ends it")
            #expect(await harness.events.settle(harness.engine.bus))
            let audit = harness.events.events.compactMap { event -> String? in
                guard case .log(let record) = event.kind, record.message == "operator command" else { return nil }
                return record.fields.first { $0.key == "command" }?.value
            }
            #expect(audit.contains("golem mute service channel:x --for 60m --reason 'it'\\''s known'"))
        }
    }

    @Test func `The demo's answers repeat no tool result, which would show the marks around untrusted text`() throws {
        let scenario = try Scenario(json: Data(DemoScript.scenario.utf8))
        #expect(scenario.replies.count > 10)
        for reply in scenario.replies { #expect(reply.text?.contains("{tool_result}") != true) }
        let call = ModelMessage.assistant(
            text: "", toolCalls: [ModelToolCall(id: "c", name: "remove_scratch", arguments: "{}")])
        func answer(_ result: String) -> String? {
            let messages = [
                .user("please clean the scratch folder"), call,
                ModelMessage.toolResult(callID: "c", name: "remove_scratch", content: result, isError: false),
            ]
            return scenario.reply(to: messages)?.reply.text
        }
        #expect(answer("<<untrusted tool x>>\n12 files removed\n<<end x>>")?.contains("are gone") == true)
        #expect(answer("rejected by ops1")?.contains("nobody let me") == true)
    }
}
