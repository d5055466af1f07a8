// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

/// The gateway of a whole engine, over real sockets.
@Suite(.timeLimit(.minutes(1))) struct GatewayServiceTests {
    private let echo = StubProvider { request, _ throws(ProviderError) in
        if request.userText == "fail" {
            throw ProviderError(code: "auth", message: "bad key", isRetryable: false)
        }
        if request.userText == "tool", request.toolResults.isEmpty { return .call("look") }
        return ModelResponse(text: "re: \(request.userText)")
    }

    private func run(
        _ provider: any Provider, token: String = "", configure: (inout EngineOptions) -> Void = { _ in },
        _ body: @Sendable (EngineHarness) async throws -> Void
    ) async throws {
        try await EngineHarness.run(
            provider: provider,
            configure: { options in
                options.gateway?.token = token
                _ = options.tools.register(RecordingTool("look"))
                configure(&options)
            }, body)
    }

    @Test func `The JSON of success has the members of the original in their order`() async throws {
        try await run(echo) { harness in
            let id = ["X-Request-ID: req-1"]
            let health = try await request(harness.port, "GET", "/health", headers: id)
            #expect(health.status == 200)
            #expect(health.body == #"{"status":"ok","request_id":"req-1"}"# + "\n")
            #expect(health.field("Content-Type") == "application/json")
            #expect(health.field("X-Request-ID") == "req-1")
            let version = try await request(harness.port, "GET", "/version", headers: id)
            #expect(version.body == #"{"version":"\#(GolemVersion.current)","request_id":"req-1"}"# + "\n")
            let chat = try await post(
                harness.port, #"{"MESSAGE":" hi / \"you\" ","session_id":" a/b ","unknown":[1]}"#, headers: id)
            #expect(chat.status == 200)
            #expect(
                chat.body == #"{"response":"re: hi / \"you\"","session_id":"a/b","request_id":"req-1"}"# + "\n")
            let standard = try await post(harness.port, #"{"message":"x","session_id":null,"sender_id":""}"#)
            #expect(standard.body.contains(#""session_id":"default""#))
            let event = await harness.events.first { event in
                if case .chatReceived(let received) = event.kind { received.sender == "api" } else { false }
            }
            #expect(event != nil)
            let ready = try await request(harness.port, "GET", "/ready")
            #expect(ready.status == 200)
            #expect(ready.body.hasPrefix(#"{"status":"ready","parts":{"#))
            #expect(ready.body.contains(#""store":{"#))
        }
    }

    @Test func `A question expires before whoever waits for the answer gives up`() async throws {
        let time = ManualTime()
        let provider = StubProvider { request, _ throws(ProviderError) in
            request.isFirstStep ? .call("look") : ModelResponse(text: request.toolResults.last ?? "")
        }
        try await EngineHarness.run(
            provider: provider, time: time,
            configure: { options in
                _ = options.tools.register(RecordingTool("look"))
                options.policy = PolicyRules(requireApproval: ["look"])
            }
        ) { harness in
            async let answer = post(harness.port, #"{"message":"go"}"#)
            _ = try #require(await harness.approval())
            let expired = await harness.events.firstWhileMoving(time) {
                if case .approvalExpired = $0.kind { true } else { false }
            }
            #expect(expired != nil)
            let response = try await answer
            #expect(response.status == 200)
            #expect(response.body.contains("nobody could be asked"))
        }
    }

    @Test func `A streamed answer is a list of events that ends with done or error`() async throws {
        try await run(echo) { harness in
            let answer = try await post(
                harness.port, #"{"message":"tool","stream":true}"#, headers: ["X-Request-ID: q"])
            #expect(answer.status == 200)
            #expect(answer.field("Content-Type") == "text/event-stream")
            #expect(answer.field("X-Request-ID") == "q")
            #expect(
                answer.unchunked == """
                    event: tool
                    data: {"id":"c1","name":"look","status":"started"}

                    event: tool
                    data: {"id":"c1","name":"look","status":"ok"}

                    event: delta
                    data: {"text":"re: tool"}

                    event: done
                    data: {"response":"re: tool","session_id":"default","request_id":"q"}


                    """)
            let failed = try await post(
                harness.port, #"{"message":"fail","stream":true}"#, headers: ["X-Request-ID: q"])
            #expect(
                failed.unchunked
                    == "event: error\ndata: {\"code\":\"internal_error\",\"message\":\"internal error\",\"request_id\":\"q\"}\n\n"
            )
            let failedPlain = try await post(harness.port, #"{"message":"fail"}"#, headers: ["X-Request-ID: q"])
            #expect(failedPlain.status == 500)
            #expect(
                failedPlain.body == #"{"code":"internal_error","message":"internal error","request_id":"q"}"# + "\n")
        }
    }

    /// A request, and what it is answered.
    struct Refused: Sendable, CustomTestStringConvertible {
        var method = "POST"
        var path = "/chat"
        var headers = ["Content-Type: application/json", "Authorization: Bearer tok-tok"]
        var body = #"{"message":"hi"}"#
        var status: Int
        var code: String
        var field: (String, String)?

        var testDescription: String { "\(method) \(path) \(headers) \(body.prefix(40)) \(status)" }

        static let json = "Content-Type: application/json"
        static let auth = "Authorization: Bearer tok-tok"
    }

    static let refused: [Refused] = [
        Refused(
            headers: [Refused.json], status: 401, code: "unauthorized",
            field: ("WWW-Authenticate", #"Bearer realm="golem""#)),
        Refused(
            headers: [Refused.json, "Authorization: Bearer wrong"], status: 401, code: "unauthorized",
            field: ("WWW-Authenticate", #"Bearer realm="golem", error="invalid_token""#)),
        Refused(method: "GET", path: "/nosuch", status: 404, code: "not_found"),
        Refused(method: "POST", path: "/chat/", status: 404, code: "not_found"),
        Refused(method: "GET", body: "", status: 405, code: "method_not_allowed", field: ("Allow", "POST")),
        Refused(
            method: "DELETE", path: "/health", status: 405, code: "method_not_allowed", field: ("Allow", "GET, HEAD")),
        Refused(method: "OPTIONS", body: "", status: 405, code: "method_not_allowed", field: ("Allow", "POST")),
        Refused(
            body: #"{"message":"\#(String(repeating: "x", count: 1 << 20))"}"#, status: 413, code: "body_too_large"),
        Refused(headers: [Refused.auth], status: 415, code: "unsupported_media_type"),
        Refused(headers: [Refused.auth, "Content-Type: text/plain"], status: 415, code: "unsupported_media_type"),
        Refused(
            headers: [Refused.auth, "Content-Type: application/x-www-form-urlencoded"], status: 415,
            code: "unsupported_media_type"),
        Refused(body: "{", status: 400, code: "bad_request"),
        Refused(body: "[]", status: 400, code: "bad_request"),
        Refused(body: #"{"message":"  \n "}"#, status: 400, code: "bad_request"),
        Refused(body: #"{"message":7}"#, status: 400, code: "bad_request"),
        Refused(body: #"{"message":"x","stream":"yes"}"#, status: 400, code: "bad_request"),
        Refused(
            body: #"{"message":"x","session_id":"\#(String(repeating: "s", count: 129))"}"#, status: 400,
            code: "bad_request"),
        Refused(body: #"{"message":"x","session_id":"a\u0000b"}"#, status: 400, code: "bad_request"),
        Refused(
            headers: [Refused.json, Refused.auth, "X-Request-ID: \(String(repeating: "i", count: 129))"], status: 400,
            code: "bad_request"),
        Refused(
            headers: [Refused.json, Refused.auth, "Idempotency-Key: a", "Idempotency-Key: b"], status: 400,
            code: "bad_request"),
        // F50
        Refused(
            headers: [Refused.json, Refused.auth, "Origin: http://evil.example"], status: 403, code: "forbidden"),
        Refused(headers: [Refused.json, Refused.auth, "Origin: null"], status: 403, code: "forbidden"),
        Refused(headers: [Refused.json, Refused.auth, "Host: evil.example"], status: 403, code: "forbidden"),
        Refused(method: "GET", path: "/health", headers: ["Host: evil.example"], status: 403, code: "forbidden"),
    ]

    @Test func `F50 what must not pass is refused in the shape of the contract, and reaches no model`() async throws {
        try await run(echo, token: "tok-tok") { harness in
            for refused in Self.refused {
                let answer = try await request(
                    harness.port, refused.method, refused.path, headers: refused.headers, body: refused.body)
                let comment = Comment(rawValue: refused.testDescription)
                #expect(answer.status == refused.status, comment)
                #expect(answer.field("Content-Type") == "application/json", comment)
                let body = try JSONValue(parsing: answer.body)
                #expect(body["code"]?.stringValue == refused.code, comment)
                #expect(body["message"]?.stringValue?.isEmpty == false, comment)
                #expect(body["request_id"]?.stringValue == answer.field("X-Request-ID"), comment)
                #expect(body.objectValue?.count == 3, comment)
                if let (name, value) = refused.field { #expect(answer.field(name) == value, comment) }
            }
            #expect(echo.requests.isEmpty)
            let good = try await post(harness.port, #"{"message":"hi"}"#, headers: [Refused.auth])
            #expect(good.status == 200)
            let log = harness.events.events.filter {
                if case .log(let record) = $0.kind { record.message == "gateway request refused" } else { false }
            }
            #expect(!log.isEmpty, "refused requests are logged")
        }
    }

    @Test(arguments: ["0.0.0.0", "::", "192.0.2.7"])
    func `F50 a public address without a token is refused at the start`(host: String) async throws {
        let error = await #expect(throws: EngineError.self) {
            try await EngineHarness.run(configure: { $0.gateway?.host = host }) { _ in }
        }
        #expect(error?.code == "public_bind_without_token")
        #expect(error?.message.contains("gateway.token") == true)
    }

    @Test func `The same key is answered once, also side by side, streamed, and in another session`() async throws {
        let provider = GatedProvider()
        try await run(provider) { harness in
            let key = ["Idempotency-Key: k1"]
            async let first = post(harness.port, #"{"message":"a"}"#, headers: key)
            #expect(await provider.waitForCalls(1))
            async let second = post(harness.port, #"{"message":"a"}"#, headers: key)
            async let third = post(harness.port, #"{"message":"a","stream":true}"#, headers: key)
            #expect(
                await harness.events.waitFor(2) { event in
                    if case .chatRejected(let rejected) = event.kind { rejected.code == "duplicate" } else { false }
                })
            provider.release()
            let held31 = try await first.body.contains(#""response":"re: a""#)
            #expect(held31)
            let held32 = try await second.body.contains(#""response":"re: a""#)
            #expect(held32)
            let held33 = try await third.unchunked?.contains("event: done\ndata: {\"response\":\"re: a\"") == true
            #expect(held33)
            let later = try await post(harness.port, #"{"message":"a","stream":true}"#, headers: key)
            #expect(later.unchunked?.hasPrefix("event: done\n") == true)
            #expect(provider.callCount == 1)
            // No other pair of session and key is taken for this one.
            for (session, key) in [("x:k1", "z"), ("x", "k1:z"), ("", "x:k1:z")] {
                async let answer = post(
                    harness.port, #"{"message":"\#(session)|\#(key)","session_id":"\#(session)"}"#,
                    headers: ["Idempotency-Key: \(key)"])
                #expect(await eventually { provider.waiting.count == 1 })
                provider.release()
                let held34 = try await answer.body.contains("re: \(session)|\(key)")
                #expect(held34)
            }
        }
    }

    @Test func `F01 a client that leaves does not lose the turn`() async throws {
        let provider = GatedProvider()
        try await run(provider) { harness in
            for isStreamed in [false, true] {
                let port = harness.port
                let count = provider.callCount
                let body = #"{"message":"m","stream":\#(isStreamed),"session_id":"\#(isStreamed)"}"#
                try await onThread {
                    let client = try RawClient(port: port)
                    try client.send(
                        "POST /chat HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\n"
                            + "Idempotency-Key: leave\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
                    while provider.callCount == count { _ = try client.receive(within: 5) }
                }
                provider.release()
                let again = try await post(harness.port, body, headers: ["Idempotency-Key: leave"])
                #expect(again.body.contains("re: m") || again.unchunked?.contains("re: m") == true)
                #expect(provider.callCount == count + 1)
            }
        }
    }

    @Test func `A full engine says so and when to come again`() async throws {
        let provider = GatedProvider()
        try await run(provider, configure: { $0.messageCapacity = 1 }) { harness in
            async let first = post(harness.port, #"{"message":"a"}"#)
            #expect(await provider.waitForCalls(1))
            let full = try await post(harness.port, #"{"message":"b","session_id":"b"}"#)
            #expect(full.status == 503)
            #expect(full.field("Retry-After") == "2")
            #expect(full.body.contains(#""code":"unavailable""#))
            provider.release()
            let held35 = try await first.status == 200
            #expect(held35)
        }
    }

    @Test func `A stop tells waiting clients that their message is kept, and answers it after the restart`()
        async throws
    {
        let workspace = try TemporaryWorkspace()
        let provider = GatedProvider()
        let key = ["Idempotency-Key: k"]
        try await EngineHarness.run(workspace: workspace, provider: provider) { harness in
            async let waiting = post(harness.port, #"{"message":"a"}"#, headers: key)
            #expect(await provider.waitForCalls(1))
            harness.engine.requestStop("now")
            let answer = try await waiting
            #expect(answer.status == 503)
            #expect(answer.field("Retry-After") == "5")
            #expect(answer.body.contains("kept"))
        }
        try await EngineHarness.run(workspace: workspace, provider: provider) { harness in
            #expect(await provider.waitForCalls(2), "the message was not taken up")
            async let again = post(harness.port, #"{"message":"a"}"#, headers: key)
            provider.release()
            let held36 = try await again.body.contains("re: a")
            #expect(held36)
            #expect(provider.callCount == 2)
        }
    }

    @Test func `A port in use is named with the way out`() async throws {
        try await run(echo) { harness in
            let port = harness.port
            let error = await #expect(throws: EngineError.self) {
                try await EngineHarness.run(configure: { $0.gateway?.port = port }) { _ in }
            }
            #expect(error?.code == "port_in_use")
            #expect(
                error?.message
                    == "the gateway cannot listen on 127.0.0.1:\(port): another program uses the port. Stop it, or set "
                    + "gateway.port (GOLEM_GATEWAY_PORT, --gateway-port).")
        }
    }
}
