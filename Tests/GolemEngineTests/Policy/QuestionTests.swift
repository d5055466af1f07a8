// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

/// How questions of MCP servers reach people, and what becomes of them.
@Suite(.timeLimit(.minutes(1))) struct QuestionTests {
    private static let form = MCPElicitation.Kind.form([
        QuestionField(
            name: "colour", kind: .choice([.init("red", title: "Red"), .init("blue", title: "Blue")]), isRequired: true),
        QuestionField(name: "size", kind: .number(isWhole: true, minimum: 1, maximum: 9), preset: ["4"]),
    ])

    /// A server whose tool `look` asks in the middle of its call and says what became of it.
    private static func server(
        _ kind: MCPElicitation.Kind = form, message: String = "Which colour?"
    ) -> ScriptedMCPServer {
        let server = ScriptedMCPServer()
        server.script.answer = { [weak server] _, _ throws(MCPError) in
            guard let connection = server?.connections.last else { return .text("gone") }
            switch await connection.ask(message, kind) {
            case .accept(let content): return .text("accepted \(content.text)")
            case .decline: return .text("declined")
            case .cancel: return .text("cancelled")
            }
        }
        return server
    }

    private static func run<Value: Sendable>(
        _ server: ScriptedMCPServer, time: any TimeSource = SystemTime(),
        configure: (inout EngineOptions) -> Void = { _ in }, change: (inout MCPServerSettings) -> Void = { _ in },
        _ body: @Sendable (EngineHarness) async throws -> Value
    ) async throws -> Value {
        let provider = StubProvider { request, _ throws(ProviderError) in
            request.isFirstStep ? .call("mcp_gis_look") : ModelResponse(text: request.toolResults.last ?? "")
        }
        return try await EngineHarness.run(
            provider: provider, time: time,
            configure: { options in
                options.mcp = server.options("gis", change: change)
                options.policy = PolicyRules(requireApproval: [])
                configure(&options)
            }
        ) { harness in
            #expect(await harness.offers("mcp_gis_look"))
            return try await body(harness)
        }
    }

    @Test func `A question reaches the state with its call, and its answer the server, checked and typed`()
        async throws
    {
        try await Self.run(Self.server()) { harness in
            async let answer = harness.chat("go")
            let asked = try #require(await harness.question())
            #expect(asked.server == "gis")
            #expect(asked.message == "Which colour?")
            #expect(asked.fields.map(\.name) == ["colour", "size"])
            #expect(asked.tool == "mcp_gis_look")
            #expect(asked.callID == "c1")
            let state = await harness.state()
            #expect(state.questions[asked.id]?.session == "gateway:s")
            #expect(state.chats["gateway:s"]?.phase == .asked(question: asked.id))
            let problem = state.problems(now: state.time).first { $0.subject == .question(asked.id) }
            #expect(problem?.severity == .ask)
            #expect(problem?.text.contains("gis asks: Which colour?") == true)
            #expect(await harness.command(.listQuestions).payload?.contains(#""name":"colour""#) == true)

            let wrong = await harness.command(.answer(asked, ["colour": ["green"]]))
            #expect(wrong.code == "misfit")
            #expect(!wrong.message.contains("green"))
            #expect(await harness.command(.answer(asked, ["colour": ["Red"]])).status == .done)
            #expect(try await answer?.text.contains(#"accepted {"colour":"red","size":4}"#) == true)
            let after = await harness.state()
            #expect(after.questions.isEmpty)
            #expect(after.closedQuestions.elements.last?.closing.outcome == "accepted")
            #expect(after.closedQuestions.elements.last?.closing.by == "ops1@test")
            let again = await harness.command(.answer(asked, ["colour": ["blue"]]))
            #expect(again.code == "not_open")
            #expect(again.message == "question \(asked.id) of gis was accepted by ops1@test")
        }
    }

    @Test func `What was answered stands in no event, log line or audit entry`() async throws {
        let secret = "zebra-4711"
        let server = Self.server(
            .form([QuestionField(name: "word", kind: .text(format: nil, minimum: 9, maximum: 20))]))
        let answered = OneShot<String>()
        server.script.answer = { [weak server] _, _ throws(MCPError) in
            guard let connection = server?.connections.last else { return .text("gone") }
            let kind = MCPElicitation.Kind.form([
                QuestionField(name: "word", kind: .text(format: nil, minimum: 9, maximum: 20))
            ])
            if case .accept(let content) = await connection.ask("Which word?", kind) { answered.fulfil(content.text) }
            return .text("thanks")
        }
        try await Self.run(server) { harness in
            async let answer = harness.chat("go")
            let asked = try #require(await harness.question())
            // One that is refused must leave no trace either.
            _ = await harness.command(.answer(asked, ["word": [secret + secret + secret]]))
            let reply = await harness.command(.answer(asked, ["word": [secret]]))
            #expect(reply.status == .done)
            #expect(reply.commandLine == "golem mcp answer \(asked.id) word=…")
            _ = try await answer
            #expect(answered.current?.contains(secret) == true)
            #expect(await harness.events.settle(harness.engine.bus))
            #expect(!harness.events.events.contains { "\($0)".contains(secret) })
            let entry = await harness.auditLine("question_answered")
            #expect(entry?["arguments_sha256"]?.stringValue?.count == 64)
            #expect(entry?["actor"] == "ops1@test")
            #expect(entry?["tool"] == "mcp.gis.look")
            let log = String(decoding: harness.workspace.bytes(of: "state/audit.jsonl"), as: UTF8.self)
            #expect(log.contains("question_asked"))
            #expect(!log.contains(secret))
        }
    }

    @Test(arguments: [(QuestionAnswer.decline, "declined"), (.cancel, "cancelled")])
    func `No is told to the server as what it was`(said: QuestionAnswer, outcome: String) async throws {
        try await Self.run(Self.server()) { harness in
            async let answer = harness.chat("go")
            let asked = try #require(await harness.question())
            #expect(
                await harness.command(.answerQuestion(id: asked.id, askedAt: asked.askedAt, answer: said)).status
                    == .done)
            #expect(try await answer?.text.contains(outcome) == true)
            #expect(await harness.state().closedQuestions.elements.last?.closing.outcome == outcome)
        }
    }

    @Test func `Another question with the same number is not answered`() async throws {
        try await Self.run(Self.server()) { harness in
            async let answer = harness.chat("go")
            let asked = try #require(await harness.question())
            var old = asked
            old.askedAt = asked.askedAt.adding(seconds: -60)
            #expect(await harness.command(.answer(old, ["colour": ["red"]])).code == "other_question")
            #expect(
                await harness.command(.answerQuestion(id: 99, askedAt: nil, answer: .cancel)).code
                    == "unknown_question")
            _ = await harness.command(.answer(asked, ["colour": ["red"]]))
            _ = try await answer
        }
    }

    @Test func `The time of a call stands still while a person thinks, for the server and for the turn`() async throws {
        let time = ManualTime()
        try await Self.run(Self.server(), time: time, change: { $0.callTimeout = .seconds(30) }) { harness in
            async let answer = harness.chat("go")
            let asked = try #require(await harness.question())
            // Longer than the call's time; within the question's.
            for _ in 0..<50 { await time.advance(by: .seconds(10)) }
            #expect(await harness.state().questions[asked.id] != nil)
            #expect(await harness.state().mcpServers["gis"]?.health == .healthy)
            _ = await harness.command(.answer(asked, ["colour": ["blue"]]))
            #expect(try await answer?.text.contains("accepted") == true)
        }
    }

    @Test func `A question that nobody answers expires, and one that nobody could see says so`() async throws {
        for isWatched in [false, true] {
            let time = ManualTime()
            try await Self.run(Self.server(), time: time) { harness in
                let link = isWatched ? harness.engine.link() : nil
                async let answer = harness.chat("go")
                let asked = try #require(await harness.question())
                #expect(asked.notified == (isWatched ? ["consoles: 1"] : []))
                #expect(asked.expiresAt.since(asked.askedAt) == 600_000_000)
                let expired = await harness.events.firstWhileMoving(time) {
                    if case .questionExpired = $0.kind { true } else { false }
                }
                if case .questionExpired(let closing)? = expired?.kind {
                    #expect(closing.outcome == (isWatched ? "expired" : "nobody_asked"))
                }
                #expect(expired?.level == .warn)
                #expect(try await answer?.text.contains("cancelled") == true)
                await link?.close()
            }
        }
    }

    @Test func `The emergency stop and disabling the server end what is open`() async throws {
        let stop = Command.Action.emergencyStop(isOn: true, reason: "leak")
        let disable = Command.Action.disableServer(server: "gis", lasting: .untilRestart, cancelsCalls: false)
        for (action, note) in [(stop, "all tools were stopped"), (disable, "the server was disabled by ops1@test")] {
            try await Self.run(Self.server()) { harness in
                async let answer = harness.chat("go")
                let asked = try #require(await harness.question())
                let reply = await harness.command(action)
                #expect(reply.status == .done)
                if action == stop { #expect(reply.message.contains("1 running calls were cancelled")) }
                let closed = await harness.events.first {
                    if case .questionAnswered = $0.kind { true } else { false }
                }
                guard case .questionAnswered(let closing)? = closed?.kind else {
                    Issue.record("\(asked.id) was not closed")
                    return
                }
                #expect(closing.outcome == "withdrawn")
                // The stop ends the call, too: either may be first.
                #expect(closing.note == note || (action == stop && closing.note.contains("call ended")))
                _ = try await answer
                #expect(await harness.state().questions.isEmpty)
                #expect(
                    await harness.command(.answer(asked, ["colour": ["red"]])).message.contains("withdrawn"))
            }
        }
    }

    @Test func `A question ends with the turn whose call waits for it`() async throws {
        try await Self.run(Self.server()) { harness in
            async let answer = harness.chat("go")
            let asked = try #require(await harness.question())
            _ = await harness.command(.cancelTurn(session: "gateway:s"))
            _ = try await answer
            #expect(await eventually { await harness.state().questions.isEmpty })
            let closing = await harness.state().closedQuestions.elements.last?.closing
            #expect(closing?.id == asked.id)
            #expect(closing?.outcome == "withdrawn")
        }
    }

    @Test func `A call that was rejected asks nothing`() async throws {
        let server = Self.server()
        try await Self.run(
            server, configure: { $0.policy = PolicyRules(requireApproval: ["mcp_gis_look"]) }
        ) { harness in
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            _ = await harness.command(.reject(id: id, note: "no"))
            _ = try await answer
            #expect(server.calls.isEmpty)
            #expect(!harness.events.events.contains { $0.kind.name == "question.asked" })
        }
    }

    @Test func `A server that asks unasked, or in the middle of several calls, asks for nobody in particular`()
        async throws
    {
        let server = ScriptedMCPServer()
        try await Self.run(server) { harness in
            let connection = try #require(server.connections.last)
            async let said = connection.ask("Are you there?", .form([]))
            let asked = try #require(await harness.question())
            #expect(asked.tool == nil)
            #expect(await harness.state().questions[asked.id]?.session == nil)
            _ = await harness.command(.answer(asked, [:]))
            #expect(await said == .accept([:]))
        }
    }

    @Test func `A server with handshake that works for one call asks for that one`() async throws {
        let server = ScriptedMCPServer()
        let go = Latch()
        server.script.answer = { _, _ throws(MCPError) in
            try await hold(until: go)
            return .text("looked")
        }
        try await Self.run(server) { harness in
            async let answer = harness.chat("go")
            #expect(await eventually { server.calls.count == 1 })
            let connection = try #require(server.connections.last)
            // From the task that reads the connection, which belongs to no call.
            let said = Task { await connection.ask("Sure?", .url("https://login.example/x", id: "1")) }
            let asked = try #require(await harness.question())
            #expect(asked.callID == "c1")
            #expect(asked.host == "login.example")
            #expect(await harness.command(.answer(asked, ["x": ["y"]])).code == "misfit")
            _ = await harness.command(.answer(asked, [:]))
            #expect(await said.value == .accept([:]))
            go.open()
            _ = try await answer
        }
    }

    @Test func `Too many questions at once are answered with cancel`() async throws {
        let server = ScriptedMCPServer()
        try await Self.run(server) { harness in
            let connection = try #require(server.connections.last)
            let first = (0..<QuestionDesk.openLimit).map { number in
                Task { await connection.ask("\(number)", .form([])) }
            }
            #expect(
                await eventually { await harness.state().questions.count == QuestionDesk.openLimit })
            #expect(await connection.ask("one more", .form([])) == .cancel)
            for task in first { task.cancel() }
            for task in first { #expect(await task.value == .cancel) }
            #expect(await harness.state().questions.isEmpty)
        }
    }

    @Test func `An approver is asked in the chat and answers there, beside the waiting turn`() async throws {
        let channel = StubChannel(name: "telegram")
        try await Self.run(
            Self.server(),
            configure: {
                $0.channels = [channel]
                $0.approvers = ["telegram:user"]
            }
        ) { harness in
            channel.write("go", chat: "7", id: "m1")
            let asked = try #require(await harness.question())
            #expect(asked.notified == ["chat telegram:7"])
            #expect(await eventually { channel.accepted.count == 1 })
            let text = try #require(channel.accepted.first?.text)
            #expect(text.contains("the MCP server gis asks, not Golem"))
            #expect(text.contains("- colour; one of: red (Red), blue (Blue)"))
            #expect(text.contains("/answer \(asked.id) colour=… size=…"))
            channel.write("/answer \(asked.id) colour=blue size=7", chat: "7", id: "m2")
            #expect(
                await eventually {
                    channel.accepted.contains { $0.text.contains(#"accepted {"colour":"blue","size":7}"#) }
                })
            #expect(await eventually { channel.accepted.contains { $0.text == "Question \(asked.id) answered." } })
        }
    }

    @Test func `Another chat of the same channel can neither answer nor decline`() async throws {
        let channel = StubChannel(name: "telegram")
        try await Self.run(
            Self.server(),
            configure: {
                $0.channels = [channel]
                $0.approvers = ["telegram:*"]
            }
        ) { harness in
            channel.write("go", chat: "7", id: "m1")
            let asked = try #require(await harness.question())
            channel.write("/answer \(asked.id) colour=blue", chat: "8", id: "m2")
            channel.write("/decline \(asked.id)", chat: "8", id: "m3")
            #expect(
                await eventually { channel.accepted.count(where: { $0.text.contains("comes from another chat") }) == 2 }
            )
            #expect(await harness.state().questions[asked.id] != nil)
        }
    }

    @Test func `Who is no approver cannot answer in a chat, and no other channel can`() async throws {
        let channels = [StubChannel(name: "telegram"), StubChannel(name: "slack")]
        try await Self.run(
            Self.server(),
            configure: {
                $0.channels = channels
                $0.approvers = ["slack:user"]
            }
        ) { harness in
            channels[0].write("go", chat: "7", id: "m1")
            let asked = try #require(await harness.question())
            #expect(asked.notified == [])
            channels[0].write("/decline \(asked.id)", chat: "7", id: "m2")
            #expect(await eventually { channels[0].accepted.contains { $0.text.contains("You may not decide this") } })
            channels[1].write("/decline \(asked.id)", chat: "1", id: "m3")
            #expect(
                await eventually { channels[1].accepted.contains { $0.text.contains("comes from another chat") } })
            #expect(await harness.state().questions[asked.id] != nil)
        }
    }

    // MARK: progress

    @Test func `Progress reaches the state of the chat and of the server, at most five times a second`() async throws {
        let server = ScriptedMCPServer()
        let go = Latch()
        server.script.answer = { _, _ throws(MCPError) in
            try await hold(until: go)
            return .text("looked")
        }
        let time = ManualTime()
        try await Self.run(server, time: time) { harness in
            async let answer = harness.chat("go")
            #expect(await eventually { server.calls.count == 1 })
            let connection = try #require(server.connections.last)
            func told() -> [String] {
                harness.events.events.compactMap {
                    if case .toolProgressed(let progressed) = $0.kind { progressed.progress.text } else { nil }
                }
            }
            for step in 1...50 { connection.tell(ToolProgress(done: Double(step), total: 50, message: "step")) }
            #expect(await eventually { told() == ["step (1 of 50)"] })
            let isNewest = await eventually {
                await time.advance(by: .milliseconds(50))
                return told() == ["step (1 of 50)", "step (50 of 50)"]
            }
            #expect(isNewest, "\(told())")
            let state = await harness.state()
            let running = state.chats["gateway:s"]?.runningTools["c1"]
            #expect(running?.progress?.text == "step (50 of 50)")
            #expect(state.mcpServers["gis"]?.running["c1"]?.progress?.done == 50)
            #expect(state.chats["gateway:s"]?.transcript.elements.last?.text == "step (50 of 50)")
            #expect(!state.recent.elements.contains { $0.kind.name == "tool.progress" })
            go.open()
            _ = try await answer
            connection.tell(ToolProgress(done: 51))
            await time.advance(by: .seconds(1))
            #expect(told().count == 2)
        }
    }
}

extension Command.Action {
    /// Accepts a question with what was typed.
    static func answer(_ question: QuestionAsked, _ texts: [String: [String]]) -> Command.Action {
        .answerQuestion(id: question.id, askedAt: question.askedAt, answer: .accept(texts))
    }
}

extension EngineHarness {
    /// Waits for a question and gives it.
    func question() async -> QuestionAsked? {
        let event = await events.first { if case .questionAsked = $0.kind { true } else { false } }
        if case .questionAsked(let question)? = event?.kind { return question }
        return nil
    }

    /// Waits for an audit line of a type.
    func auditLine(_ type: String) async -> JSONValue? {
        func find() -> JSONValue? {
            String(decoding: workspace.bytes(of: "state/audit.jsonl"), as: UTF8.self).split(separator: "\n")
                .compactMap { try? JSONValue(parsing: String($0)) }.last { $0["type"]?.stringValue == type }
        }
        _ = await eventually { find() != nil }
        return find()
    }
}
