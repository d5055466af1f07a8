// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

/// Servers at URLs, and what can go wrong with them.
@Suite(.serialized) struct MCPHTTPTests {
    struct Server {
        let process: PythonServer
        var url: String { "\(process.url)/mcp" }

        init(_ options: String) async throws {
            process = try await PythonServer.start("mcp/scripted_http.py", [options])
        }

        func settings(_ path: String = "/mcp", headers: [String: String] = [:]) -> MCPServerSettings {
            MCPServerSettings(name: "test", transport: .http(url: process.url + path, headers: headers))
        }

        /// How often which tool ran.
        func calls() async throws -> JSONValue {
            let response = try await MCPServers.http.send(HTTPClientRequest(url: "\(process.url)/calls"))
            return try JSONValue(bytes: try await response.collect(limit: 65_536).bytes)
        }
    }

    static func code(_ body: () async throws -> Void) async -> MCPError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? MCPError
        }
    }

    private static let kinds = [
        #"{"revision":"2025-03-26","sessions":true}"#,
        #"{"revision":"2025-06-18","answers":"sse","stream":true}"#,
        #"{"revision":"2025-11-25","sessions":true,"answers":"sse","stream":true}"#,
        #"{"revision":"2026-07-28"}"#, #"{"revision":"2026-07-28","answers":"sse"}"#,
    ]

    @Test(arguments: kinds) func `Every kind of server is understood`(options: String) async throws {
        let server = try await Server(options)
        let texts = TextList()
        try await MCPServers.with(server.settings()) { connection in
            #expect(connection.info.transport == "http")
            #expect(options.contains(connection.info.revision))
            #expect(try await connection.tools().map(\.name).contains("echo"))
            #expect(
                try await connection.call("echo", ["text": "grüß dich"]).content == [.text("grüß dich")])
            _ = try await connection.call("progress", [:], timeout: .seconds(60)) { texts.add($0.text) }
            #expect(texts.all == ["step 1 (1 of 2)", "step 2 (2 of 2)"])
            #expect(try await connection.call("wrong").isError)
            #expect(try await connection.read(resource: "test://ä b").count == 2)
            #expect(try await connection.prompt("p", ["a": "b"]).count == 1)
            try await connection.ping()
        }
        #expect(try await server.calls()["deleted"] == (options.contains("sessions") ? 1 : 0))
    }

    @Test func `What a server says unasked arrives`() async throws {
        for options in [kindWithStream, #"{"revision":"2026-07-28"}"#] {
            let server = try await Server(options)
            try await MCPServers.with(server.settings()) { connection in
                // The subscription is made in the background.
                #expect(
                    await eventually {
                        (try? await connection.call("received").content.first).map { "\($0)" }?
                            .contains("subscriptions/listen") ?? false || options.contains("stream")
                    })
                _ = try await connection.call("change")
                var notices: [MCPNotice] = []
                for await notice in connection.notices {
                    notices.append(notice)
                    if notices.count == 3 { break }
                }
                #expect(notices == [.toolsChanged, .resourcesChanged, .promptsChanged])
            }
        }
    }

    private var kindWithStream: String { #"{"revision":"2025-11-25","sessions":true,"stream":true}"# }

    @Test func `F29 a session that the server forgot is reported, and nothing is repeated`()
        async throws
    {
        let server = try await Server(#"{"sessions":true}"#)
        let client = MCPServers.client()
        let connection = try await client.connect(server.settings()) { _ in .decline }
        // Its own stream is refused, and must not be asked for in a session that is gone already.
        #expect(await eventually { ((try? await server.calls())?["gets"]?.integerValue ?? 0) >= 1 })
        _ = try await connection.call("expire")
        let error = await Self.code { _ = try await connection.call("echo") }
        #expect(error?.code == "session_lost")
        #expect(error?.endsConnection == true)
        #expect(error?.mayHaveRun == false)
        #expect(await Self.code { _ = try await connection.call("echo") }?.code == "session_lost")
        var last: MCPNotice?
        for await notice in connection.notices { last = notice }
        #expect(last == error.map { .closed($0) })
        await connection.close()
        #expect(try await server.calls()["echo"] == nil)
        // The next connection begins a session of its own.
        try await MCPServers.with(server.settings(), client: client) { connection in
            try await connection.expect("echo", ["text": "again"], gives: "again")
        }
    }

    @Test(arguments: [false, true])
    func `F29 when a session is lost, what runs in it may have run, and only the refused call surely did not`(
        byItsStream: Bool
    ) async throws {
        let server = try await Server(#"{"sessions":true,"stream":true}"#)
        let connection = try await MCPServers.client().connect(server.settings()) { _ in .decline }
        async let running = Self.code { _ = try await connection.call("hang") }
        #expect(await eventually { (try? await server.calls()["hang"]) == 1 })
        _ = try await connection.call("expire", ["stream": .bool(byItsStream)])
        if !byItsStream {
            let refused = await Self.code { _ = try await connection.call("echo") }
            #expect(refused?.code == "session_lost" && refused?.mayHaveRun == false)
        }
        let lost = await running
        #expect(lost?.code == "session_lost" && lost?.mayHaveRun == true)
        await connection.close()
    }

    @Test func `F29 an answer that cannot be gone on with because the session is lost may have run`() async throws {
        let server = try await Server(#"{"sessions":true,"answers":"sse"}"#)
        let connection = try await MCPServers.client().connect(server.settings()) { _ in .decline }
        let error = await Self.code { _ = try await connection.call("break_expired") }
        #expect(error?.code == "session_lost" && error?.mayHaveRun == true)
        await connection.close()
    }

    @Test func `F31 a lost session runs no other call twice`() async throws {
        let server = try await Server(#"{"sessions":true}"#)
        let provider = StubProvider { request, _ throws(ProviderError) in
            guard request.isFirstStep else { return ModelResponse(text: request.toolResults.last ?? "") }
            return .call(request.userText)
        }
        try await EngineHarness.run(
            provider: provider,
            configure: { options in
                options.mcp.connector = MCPServers.client()
                options.mcp.servers = [MCPOptions.Server(settings: server.settings())]
            }
        ) { harness in
            #expect(await harness.offers("mcp_test_hang"))
            let running = Task { try await harness.chat("mcp_test_hang", session: "b") }
            #expect(await eventually { (try? await server.calls()["hang"]) == 1 })
            _ = try await harness.chat("mcp_test_expire", session: "a")
            let refused = try await harness.chat("mcp_test_received", session: "a")
            #expect(refused?.text.contains("tools/call") == true)
            let text = try await running.value?.text ?? ""
            #expect(text.contains("whether it took effect is unknown, and it was not run again"))
            let calls = try await server.calls()
            #expect(calls["hang"] == 1 && calls["received"] == 1)
        }
    }

    @Test(arguments: [
        (-32_602, "the parameter session is not a number", "rpc"), (-32_600, "No valid session ID", "session_lost"),
    ])
    func `A refusal that merely speaks of a session does not end it`(code: Int, text: String, expected: String)
        async throws
    {
        let server = try await Server(#"{"sessions":true}"#)
        let connection = try await MCPServers.client().connect(server.settings()) { _ in .decline }
        let arguments: JSONValue = ["code": .integer(Int64(code)), "text": .string(text)]
        let error = await Self.code { _ = try await connection.call("refuse", arguments) }
        #expect(error?.code == expected)
        await connection.close()
    }

    @Test func `A server that is too busy for its own stream is asked for it again`() async throws {
        let server = try await Server(#"{"stream":true,"busy_stream":1}"#)
        try await MCPServers.with(server.settings()) { connection in
            _ = try await connection.call("change")
            for await notice in connection.notices {
                #expect(notice == .toolsChanged)
                break
            }
        }
    }

    @Test func `A server is not asked again without a pause, whatever it wants`() {
        var place = MCPEventPlace()
        place.retry = .zero
        #expect(place.pause(after: 0) == .seconds(1))
        #expect(place.pause(after: 3) == .seconds(8))
        place.retry = .seconds(3_600)
        #expect(place.pause(after: 0) == .seconds(60))
    }

    @Test func `F27 the pause before an answer is gone on with does not outlast the call`() async throws {
        let server = try await Server(#"{"answers":"sse"}"#)
        let time = ManualTime()
        let client = MCPClient(version: "1", http: MCPServers.http, time: time)
        let connection = try await client.connect(server.settings()) { _ in .decline }
        let isOver = Latch()
        let call = Task { () -> MCPError? in
            defer { isOver.open() }
            return await Self.code {
                _ = try await connection.call("break", ["retry": 50_000], timeout: .seconds(5))
            }
        }
        // The timer of the deadlines, and the pause.
        #expect(await eventually { (try? await server.calls()["break"]) == 1 && time.sleeperCount >= 2 })
        #expect(
            await eventually {
                if !isOver.isOpen { await time.advance(by: .seconds(1)) }
                return isOver.isOpen
            })
        #expect(await call.value?.code == "timeout")
        #expect(time.monotonicMicroseconds() < 50_000_000)
        await connection.close()
    }

    @Test
    func `F31 an answer that breaks off is not asked for again, unless the server can go on with it`()
        async throws
    {
        let server = try await Server(#"{"answers":"sse"}"#)
        try await MCPServers.with(server.settings()) { connection in
            let error = await Self.code { _ = try await connection.call("cut") }
            #expect(error?.code == "closed")
            #expect(error?.mayHaveRun == true)
            #expect(error?.endsConnection == false)
            try await connection.expect("break", gives: "resumed")
            try await connection.expect("echo", ["text": "a"], gives: "a")
        }
        let calls = try await server.calls()
        #expect(calls["cut"] == 1)
        #expect(calls["break"] == 1)
    }

    @Test(arguments: [
        (429, "connect_failed", false), (500, "connect_failed", true), (502, "connect_failed", true),
        (503, "connect_failed", false), (403, "unauthorized", false), (404, "protocol", false),
        (413, "protocol", false),
    ])
    func `F31 a refused call is called once and fails alone`(
        status: Int, code: String, mayHaveRun: Bool
    ) async throws {
        let server = try await Server("{}")
        try await MCPServers.with(server.settings()) { connection in
            let error = await Self.code {
                _ = try await connection.call("status", ["status": .integer(Int64(status))])
            }
            #expect(error?.code == code)
            #expect(error?.httpStatus == status)
            #expect(error?.mayHaveRun == mayHaveRun)
            #expect(error?.endsConnection == false)
            try await connection.expect("echo", ["text": "a"], gives: "a")
        }
        #expect(try await server.calls()["status"] == 1)
    }

    @Test func `F27 F30 a late request fails alone, and the server is told`() async throws {
        for options in ["{}", #"{"answers":"sse"}"#, #"{"revision":"2026-07-28"}"#] {
            let server = try await Server(options)
            try await MCPServers.with(server.settings()) { connection in
                let error = await Self.code {
                    _ = try await connection.call("hang", timeout: .milliseconds(100))
                }
                #expect(error?.code == "timeout")
                #expect(error?.endsConnection == false)
                try await connection.expect("echo", ["text": "a"], gives: "a")
                // Without handshake, the end of the stream is the cancellation.
                guard !options.contains("2026") else { return }
                #expect(
                    await eventually {
                        (try? await connection.call("received").content.first).map { "\($0)" }?
                            .contains("notifications/cancelled") ?? false
                    })
            }
        }
    }

    @Test func `An answered stream that stays open holds up nobody`() async throws {
        let server = try await Server(#"{"answers":"sse"}"#)
        try await MCPServers.with(server.settings()) { connection in
            try await connection.expect("open", gives: "open")
        }
    }

    @Test func `An answer on the server's own stream counts`() async throws {
        let server = try await Server(kindWithStream)
        try await MCPServers.with(server.settings()) { connection in
            try await connection.expect("elsewhere", gives: "elsewhere")
        }
    }

    @Test(arguments: [
        #"{"revision":"2025-11-25","sessions":true,"stream":true,"silent":"with id"}"#,
        #"{"revision":"2025-11-25","sessions":true,"stream":true,"silent":true}"#,
        #"{"revision":"2026-07-28","silent":true}"#,
    ])
    func `F31 a stream that has gone silent is opened anew, from the last event where there was one`(
        options: String
    ) async throws {
        let server = try await Server(options)
        var limits = MCPLimits()
        limits.streamSilence = .milliseconds(300)
        try await MCPServers.with(server.settings(), client: MCPServers.client(limits: limits)) { connection in
            func count(_ name: String) async -> Int64 {
                (try? await server.calls())?[name]?.integerValue ?? 0
            }
            let isOpenedAnew = await eventually {
                let (gets, listens) = (await count("gets"), await count("listens"))
                return gets >= 2 || listens >= 2
            }
            #expect(isOpenedAnew)
            if options.contains("with id") {
                // A slow first answer may be given up before its id was there.
                #expect(await eventually { await count("resumes") >= 1 })
            } else {
                #expect(await count("resumes") == 0)
            }
            // Without a place to go on from, what changed meanwhile is not known.
            if !options.contains("with id") {
                for await notice in connection.notices where notice == .toolsChanged { break }
            }
            try await connection.expect("echo", ["text": "a"], gives: "a")
        }
    }

    @Test func `F27 an answer's stream that stalls is ended by the call's deadline`() async throws {
        let server = try await Server(#"{"answers":"sse","silent":true}"#)
        try await MCPServers.with(server.settings()) { connection in
            let error = await Self.code { _ = try await connection.call("hang", timeout: .milliseconds(300)) }
            #expect(error?.code == "timeout")
            // One that began, and then says nothing more.
            let begun = await Self.code {
                _ = try await connection.call(
                    "steps", ["count": 1, "pause": .number(0.05), "endless": true], timeout: .milliseconds(400))
            }
            #expect(begun?.code == "timeout")
            try await connection.expect("echo", ["text": "a"], gives: "a")
        }
    }

    @Test func `A page instead of an answer, and a large one, fail that call`() async throws {
        let server = try await Server("{}")
        var limits = MCPLimits()
        limits.message = 1_000_000
        try await MCPServers.with(server.settings(), client: MCPServers.client(limits: limits)) {
            connection in
            #expect(await Self.code { _ = try await connection.call("page") }?.code == "protocol")
            #expect(
                await Self.code { _ = try await connection.call("big", ["size": 2_000_000]) }?.code
                    == "too_large")
            let large = try await connection.call("big", ["size": 900_000])
            #expect(large.content.count == 1)
        }
    }

    // MARK: authorization and redirects

    @Test func `Without its token the server says what to set; with it, it works`() async throws {
        let server = try await Server(#"{"token":"s3cret"}"#)
        let error = await Self.code {
            _ = try await MCPServers.client().connect(server.settings()) { _ in .decline }
        }
        #expect(error?.code == "unauthorized")
        #expect(error?.message.contains("Authorization") == true)
        try await MCPServers.with(server.settings(headers: ["Authorization": "Bearer s3cret"])) {
            connection in
            try await connection.expect("echo", ["text": "a"], gives: "a")
        }
    }

    @Test func `A redirect within the server is followed, one to elsewhere is not`() async throws {
        let server = try await Server(#"{"token":"s3cret"}"#)
        let headers = ["Authorization": "Bearer s3cret"]
        try await MCPServers.with(server.settings("/old", headers: headers)) { connection in
            try await connection.expect("echo", ["text": "a"], gives: "a")
        }
        let other = try await Server("{}")
        let leading = try await Server(#"{"redirect":"\#(other.url)"}"#)
        let error = await Self.code {
            _ = try await MCPServers.client().connect(leading.settings("/old", headers: headers)) { _ in
                .decline
            }
        }
        #expect(error?.code == "connect_failed")
        #expect(error?.message.contains("127.0.0.1:\(other.process.port)") == true)
    }

    @Test func `F25 where nobody listens the connection fails at once`() async throws {
        let settings = MCPServerSettings(
            name: "t", transport: .http(url: "http://127.0.0.1:1/mcp", headers: [:]))
        let error = await Self.code {
            _ = try await MCPServers.client().connect(settings) { _ in .decline }
        }
        #expect(error?.code == "connect_failed")
        #expect(error?.mayHaveRun == false)
    }

    // MARK: revision 2026-07-28

    @Test func `Arguments are mirrored into headers, also when the server changes its mind`()
        async throws
    {
        let server = try await Server(#"{"revision":"2026-07-28"}"#)
        try await MCPServers.with(server.settings()) { connection in
            // Not listed yet: the client must find out by itself.
            #expect(
                try await connection.call("mirrored", ["region": "Zürich "]).content == [.text("Zürich ")])
            let names = try await connection.tools().map(\.name)
            #expect(names.contains("mirrored"))
            #expect(!names.contains("crooked"))
            _ = try await connection.call("remirror", ["header": "Zone"])
            try await connection.expect("mirrored", ["region": "b"], gives: "b")
            try await connection.expect("count", ["tool": "mirrored"], gives: "2")
        }
    }

    @Test func `A server that wants more gets it, with its state`() async throws {
        let server = try await Server(#"{"revision":"2026-07-28"}"#)
        let questions = TextList()
        try await MCPServers.with(
            server.settings(),
            elicit: { question in
                questions.add(question.message)
                return .accept(["colour": "red"])
            }
        ) { connection in
            let form: JSONValue = [
                "method": "elicitation/create",
                "params": [
                    "mode": "form", "message": "Which?",
                    "requestedSchema": ["type": "object", "properties": [:]],
                ],
            ]
            let accepted = try await connection.call("reverse", form)
            #expect(
                accepted.content == [
                    .text(#"[{"q": {"action": "accept", "content": {"colour": "red"}}}, "state-1"]"#)
                ])
            #expect(questions.all == ["Which?"])
            let url: JSONValue = [
                "method": "elicitation/create", "params": ["mode": "url", "message": "m", "url": "u:v"],
            ]
            #expect(
                try await connection.call("reverse", url).content == [
                    .text(#"[{"q": {"action": "cancel"}}, "state-1"]"#)
                ])
            let sampling = await Self.code {
                _ = try await connection.call("reverse", ["method": "sampling/createMessage"])
            }
            #expect(sampling?.code == "unsupported")
            #expect(sampling?.message.contains("sampling/createMessage") == true)
            #expect(await Self.code { _ = try await connection.call("insatiable") }?.code == "protocol")
        }
    }
}
