// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEngine
import GolemEvents
import GolemTestSupport
import Testing

/// A secret that turns up everywhere must not leave the engine anywhere.
///
/// The one place that keeps it is what a person wrote: the inbox and the history, which the model must see as it was
/// written, also after a restart. Whatever reads them for people goes through the redactor.
@Suite(.timeLimit(.minutes(1))) struct SecretCanaryTests {
    private static let secret = "sk-canary-9f8e\"7d6c/5b4a"
    /// Enough of it to be a leak, for places that cut text.
    private static let half = "sk-canary-9f"

    /// Answers in pieces that cut the secret in two.
    private struct LeakyProvider: Provider {
        let name = "leaky"

        func respond(
            to request: ModelRequest, onDelta: @escaping @Sendable (ModelDelta) -> Void
        ) async throws(ProviderError) -> ModelResponse {
            let secret = SecretCanaryTests.secret
            if request.userText.contains("fail") {
                throw ProviderError(
                    code: "auth", message: "bad key \(secret) at https://x/\(secret)", isRetryable: false)
            }
            if request.toolResults.isEmpty, request.userText.contains("tool") {
                let arguments = JSONValue.object(["token": .string(secret)]).text
                return ModelResponse(
                    text: "", toolCalls: [ModelToolCall(id: "c1", name: "leak", arguments: arguments)])
            }
            let text = "The key is \(secret), keep it."
            var rest = text[...]
            while !rest.isEmpty {
                onDelta(.thinking(String(rest.prefix(3))))
                onDelta(.text(String(rest.prefix(3))))
                rest = rest.dropFirst(3)
            }
            return ModelResponse(text: text)
        }
    }

    @Test func `F16 a secret leaves by no sink`() async throws {
        let secret = Self.secret
        let tool = RecordingTool("leak") { _ in
            // The cut of the event's preview goes through the secret.
            .ok(String(repeating: "x", count: 988) + secret, isUntrusted: true)
        }
        let channel = StubChannel { _, _ throws(DeliveryError) in
            throw DeliveryError(message: "404 at https://api/bot\(secret)/send", isPermanent: true)
        }
        let workspace = try TemporaryWorkspace()
        try workspace.write("The key is \(secret).", to: "memory/MEMORY.md")
        var bytes: [UInt8] = []
        let seen = try await EngineHarness.run(
            workspace: workspace, provider: LeakyProvider(),
            configure: { options in
                options.secrets = [secret]
                _ = options.tools.register(tool)
                options.channels = [channel]
                options.policy = PolicyRules(mode: "strict", requireApproval: [])
            }
        ) { harness -> [UInt8] in
            var seen: [UInt8] = []
            for body in [
                JSONValue.object(["message": .string("tool \(secret)")]),
                .object(["message": .string("tool again \(secret)"), "stream": true, "session_id": "two"]),
                .object(["message": .string("fail \(secret)"), "session_id": "three"]),
                .object(["message": "/memory", "session_id": "four"]),
            ] {
                let answer = try await post(harness.port, body.text)
                #expect(answer.status == (body["session_id"] == "three" ? 500 : 200))
                seen += Array((answer.head + answer.body).utf8)
            }
            channel.write("tool \(secret)", chat: "9", id: "m1")
            _ = await harness.events.first { if case .outboundDead = $0.kind { true } else { false } }
            harness.engine.bus.publish(
                .log(LogRecorded(level: .info, message: secret, fields: [LogField("url", "x/\(secret)")])))
            _ = await harness.events.settle(harness.engine.bus)
            for event in harness.events.events { seen += try JSONEncoder().encode(event) }
            let transcript = await harness.command(.readTranscript(session: "gateway:default", limit: 100))
            seen += try JSONEncoder().encode(transcript)
            seen += Array((transcript.payload ?? "").utf8)
            #expect(transcript.payload?.contains("[redacted]") == true)
            seen += try JSONEncoder().encode(await harness.state())
            seen += try await attachBytes(workspace.path, session: "gateway:default")
            return seen
        }
        bytes += seen
        // The archive is written at the latest when the engine stops.
        let database = try SQLiteConnection(path: workspace.path + "/state/golem.db", readOnly: true)
        var rows = 0
        for query in [
            "SELECT body FROM events", "SELECT text FROM outbox", "SELECT error FROM outbox",
            "SELECT outcome FROM inbox",
        ] {
            try database.query(query) { row in
                rows += 1
                bytes += Array(row.text(0).utf8) + [0]
            }
        }
        #expect(rows > 20)
        for form in [secret, Self.half] {
            #expect(!contains(bytes, form), "\(form) left the engine: \(context(bytes, form))")
        }
        var kept = 0
        try database.query("SELECT count(*) FROM inbox WHERE text LIKE '%sk-canary%'") { kept = Int($0.integer(0)) }
        #expect(kept == 4, "what people wrote is kept as they wrote it")
        try database.query("SELECT body FROM messages WHERE body LIKE '%toolResult%'") { row in
            #expect(!row.text(0).contains(Self.half), "a tool's text is stored without secrets")
        }
    }

    /// All bytes that the engine's socket sends to a console that asks for a transcript.
    private func attachBytes(_ workspace: String, session: String) async throws -> [UInt8] {
        let connection = try await UnixSocketConnection.connect(path: workspace + "/state/golem.sock")
        defer { connection.close() }
        let hello = LinkMessage.Hello(
            version: LinkMessage.version, build: "t", features: [], wantsEvents: true, isReadOnly: false)
        let command = Command(
            id: "k", actor: Command.Actor(kind: "console", user: "u", host: "h"),
            action: .readTranscript(session: session, limit: 50))
        for message in [LinkMessage.hello(hello), .command(command)] {
            try await connection.write(Array(try JSONEncoder().encode(message)) + [10])
        }
        var bytes: [UInt8] = []
        while !contains(bytes, #""type":"reply""#) || !contains(bytes, #""type":"snapshot""#) {
            let more = try await connection.read(max: 65_536)
            if more.isEmpty { break }
            bytes += more
        }
        #expect(contains(bytes, #""type":"reply""#))
        return bytes
    }

    private func contains(_ bytes: [UInt8], _ text: String) -> Bool { bytes.firstRange(of: Array(text.utf8)) != nil }

    private func context(_ bytes: [UInt8], _ text: String) -> String {
        guard let range = bytes.firstRange(of: Array(text.utf8)) else { return "" }
        let start = max(0, range.lowerBound - 200)
        return String(decoding: bytes[start..<min(bytes.count, range.upperBound + 20)], as: UTF8.self)
    }
}
