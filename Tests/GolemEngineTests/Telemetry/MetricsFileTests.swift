// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct MetricsFileTests {
    private static let file = "state/runtime_metrics.json"

    /// Calls the tool that the user names, once.
    private let provider = StubProvider { request, _ throws(ProviderError) in
        let name = request.userText
        return request.isFirstStep && ["good", "bad", "late"].contains(name)
            ? .call(name) : ModelResponse(text: "done")
    }

    private func tools(_ time: ManualTime) -> @Sendable (inout EngineOptions) -> Void {
        { options in
            _ = options.tools.register(
                RecordingTool("good") { _ in
                    await time.advance(by: .milliseconds(40))
                    return .ok("fine")
                })
            _ = options.tools.register(
                RecordingTool("bad") { _ in
                    await time.advance(by: .milliseconds(250))
                    return .error("broken")
                })
            _ = options.tools.register(RecordingTool("late") { _ in ToolResult(outcome: .timeout, content: "late") })
        }
    }

    private func stored(_ workspace: TemporaryWorkspace) throws -> JSONValue {
        try JSONValue(parsing: String(decoding: workspace.bytes(of: Self.file), as: UTF8.self))
    }

    @Test func `The file has every field of the original, and goes on after a restart`() async throws {
        let workspace = try TemporaryWorkspace()
        try workspace.write("- [08:00:00] the garden has roses\n", to: "memory/2026-02-15.md")
        let time = ManualTime()
        for round in 1...3 {
            let flaky = StubChannel { _, number throws(DeliveryError) in
                if number == 1 { throw DeliveryError(message: "503", isPermanent: true) }
            }
            try await EngineHarness.run(
                workspace: workspace, provider: provider, time: time,
                configure: { options in
                    tools(time)(&options)
                    options.channels = [flaky]
                }
            ) { harness in
                for text in ["good", "good", "bad", "late", "good", "roses in the garden"] {
                    _ = try await harness.chat(text)
                }
                flaky.write("hi", chat: "1", id: "\(round)")
                // What earlier rounds gave up is announced at the start.
                _ = await harness.events.first { event in
                    if case .outboundDead(let dead) = event.kind { dead.messageID == round } else { false }
                }
            }
            let metrics = try stored(workspace)
            let count = Int64(round)
            let tool = metrics["tool"]
            #expect(tool?["total"] == .integer(5 * count))
            #expect(tool?["errors"] == .integer(2 * count))
            #expect(tool?["timeouts"] == .integer(count))
            #expect(tool?["total_latency_ms"] == .integer(370 * count))
            #expect(tool?["max_latency_ms"] == 250)
            #expect(tool?["last_latency_ms"] == 40, "that of the last call, whatever the tool's name")
            #expect((248...252).contains(tool?["p95_proxy_latency_ms"]?.integerValue ?? 0))
            #expect(metrics["channel"]?["send_attempts"] == .integer(count))
            #expect(metrics["channel"]?["send_failures"] == .integer(count))
            let memory = metrics["memory"]
            for name in [
                "recalls", "total_items", "last_items", "empty_recalls", "long_term_hits", "diary_recent_hits",
                "diary_keyword_hits",
            ] { #expect(memory?[name]?.integerValue != nil, "\(name) is missing") }
            #expect((memory?["recalls"]?.integerValue ?? 0) >= count)
            #expect(metrics["updated_at"]?.stringValue == time.wallNow().rfc3339)
            let good = metrics["tools"]?["good"]
            #expect(good?["count"] == .integer(3 * count))
            #expect(good?["since_start"]?["count"] == 3, "since the start of this process")
            #expect(good?["last_1m"]?["count"] == 3)
            #expect(good?["last_15m"]?["p50_ms"] != nil && good?["last_15m"]?["p99_ms"] != nil)
            #expect(metrics["tools"]?["bad"]?["errors"] == .integer(count))
            #expect(metrics["tools"]?["late"]?["timeouts"] == .integer(count))
            #expect(workspace.mode(of: Self.file) == 0o600)
            // The next round is out of the windows of this one.
            await time.advance(by: .seconds(7_200))
        }
        #expect(!workspace.names(in: "state").contains { $0.contains("tmp") || $0.contains("damaged") })
    }

    @Test func `Windows follow the injected clock`() async throws {
        let time = ManualTime()
        try await EngineHarness.run(provider: provider, time: time, configure: tools(time)) { harness in
            _ = try await harness.chat("good")
            _ = await harness.state()
            func windows() -> [UInt64] {
                let tool = harness.engine.metrics.current().tools["good"]
                return [tool?.last1m.count, tool?.last15m.count, tool?.sinceStart.count].compactMap { $0 }
            }
            #expect(windows() == [1, 1, 1])
            await time.advance(by: .seconds(90))
            #expect(windows() == [0, 1, 1])
            await time.advance(by: .seconds(1_000))
            #expect(windows() == [0, 0, 1])
            #expect(harness.engine.metrics.current().tools["good"]?.last1m.p99Ms == nil)
            #expect(abs((harness.engine.metrics.current().tools["good"]?.sinceStart.p50Ms ?? 0) - 40) <= 0.4)
        }
    }

    @Test(arguments: ["{\"tool\":{\"total\":3", "", "[]", "{\"tool\":{\"total\":-1}}"])
    func `A damaged file is kept aside and told, and counting begins anew`(content: String) async throws {
        let workspace = try TemporaryWorkspace()
        try workspace.write(content, to: Self.file)
        let time = ManualTime()
        try await EngineHarness.run(workspace: workspace, provider: provider, time: time, configure: tools(time)) {
            harness in
            _ = try await harness.chat("good")
            let told = await harness.events.first { event in
                if case .log(let record) = event.kind {
                    record.message.hasPrefix("metrics file damaged")
                } else {
                    false
                }
            }
            #expect(told != nil)
        }
        #expect(workspace.bytes(of: Self.file + ".damaged") == Array(content.utf8))
        #expect(try stored(workspace)["tool"]?["total"] == 1)
    }

    @Test func `A file of the original is gone on with`() async throws {
        let workspace = try TemporaryWorkspace()
        try workspace.write(
            """
            {"updated_at":"2026-02-15T09:00:00Z","tool":{"total":4,"errors":1,"timeouts":0,"total_latency_ms":420,
            "max_latency_ms":250,"last_latency_ms":30,"p95_proxy_latency_ms":250},"channel":{"send_attempts":3,
            "send_failures":1},"memory":{"recalls":2,"total_items":5,"last_items":2,"empty_recalls":0,
            "long_term_hits":1,"diary_recent_hits":3,"diary_keyword_hits":1}}
            """, to: Self.file)
        let time = ManualTime()
        try await EngineHarness.run(workspace: workspace, provider: provider, time: time, configure: tools(time)) {
            _ = try await $0.chat("good")
        }
        let metrics = try stored(workspace)
        #expect(metrics["tool"]?["total"] == 5)
        #expect(metrics["tool"]?["errors"] == 1)
        #expect(metrics["tool"]?["total_latency_ms"] == 460)
        #expect(metrics["tool"]?["max_latency_ms"] == 250)
        #expect(metrics["memory"]?["diary_recent_hits"] == 3)
        #expect(metrics["channel"]?["send_attempts"] == 3)
    }

    @Test func `A file that cannot be written stops nothing and is told once`() async throws {
        let workspace = try TemporaryWorkspace()
        let time = ManualTime()
        try await EngineHarness.run(workspace: workspace, provider: provider, time: time, configure: tools(time)) {
            harness in
            // A folder in the place of the file cannot be replaced.
            unlink(workspace.path + "/" + Self.file)
            mkdir(workspace.path + "/" + Self.file, 0o700)
            for _ in 0..<3 {
                _ = try await harness.chat("good")
                await time.advance(by: .seconds(6))
            }
            #expect(await eventually { await harness.state().services["metrics"]?.health.reason != nil })
            rmdir(workspace.path + "/" + Self.file)
            #expect(
                await eventually {
                    _ = try? await harness.chat("good")
                    await time.advance(by: .seconds(6))
                    return await harness.state().services["metrics"]?.health == .healthy
                })
            #expect(await harness.events.settle(harness.engine.bus))
            let told = harness.events.events.count { event in
                if case .serviceHealth(let change) = event.kind { change.service == "metrics" } else { false }
            }
            #expect(told == 2)
        }
    }

    @Test func `The status of a running engine has its state and its metrics; what it leaves is read from files`()
        async throws
    {
        let workspace = try TemporaryWorkspace()
        let time = ManualTime()
        try await EngineHarness.run(workspace: workspace, provider: provider, time: time, configure: tools(time)) {
            harness in
            _ = try await harness.chat("bad")
            _ = await harness.state()
            let payload = try #require(await harness.command(.readStatus).payload)
            let status = try JSONValue(parsing: payload)
            #expect(status["engine"]?["running"] == true)
            #expect(status["engine"]?["pid"] == .integer(Int64(getpid())))
            #expect(status["engine"]?["turns_finished"] == 1)
            #expect(status["runtime_metrics"]?["tool"]?["errors"] == 1)
            #expect(status["runtime_metrics"]?["tools"]?["bad"]?["last_1m"]?["errors"] == 1)
        }
        #expect(StatusReport.stored(workspace: workspace.path)?["tool"]?["errors"] == 1)
        #expect(StatusReport.stored(workspace: "/nonexistent") == nil)
    }

    @Test func `F16 no telemetry holds a secret`() async throws {
        let secret = "sk-canary-tele/\"metry"
        let workspace = try TemporaryWorkspace()
        let leak = RecordingTool("leak") { _ in .error("denied for \(secret)") }
        let provider = StubProvider { request, _ throws(ProviderError) in
            if request.userText.hasPrefix("fail") {
                throw ProviderError(code: "auth", message: "key \(secret)", isRetryable: false)
            }
            return request.isFirstStep
                ? .call("leak", JSONValue.object(["k": .string(secret)]).text) : ModelResponse(text: "is \(secret)")
        }
        var seen: [UInt8] = []
        for isJSON in [false, true] {
            seen += try await EngineHarness.run(
                workspace: workspace, provider: provider,
                configure: { options in
                    options.secrets = [secret]
                    var log = LogOptions()
                    log.file = workspace.path + "/log-\(isJSON)"
                    log.isJSON = isJSON
                    log.level = .debug
                    options.log = log
                    options.policy = PolicyRules(mode: "strict", requireApproval: [])
                    _ = options.tools.register(leak)
                    options.warnings = [("w", "the key \(secret) is weak")]
                }
            ) { harness -> [UInt8] in
                _ = try await harness.chat("tell me \(secret)")
                _ = try await harness.chat("fail \(secret)")
                _ = await harness.command(.sendMessage(session: "gateway:s", text: "use \(secret)"))
                _ = await harness.command(.reject(id: 99, note: secret))
                _ = await harness.state()
                return Array((await harness.command(.readStatus).payload ?? "").utf8)
            }
        }
        for name in ["log-false", "log-true", Self.file] {
            let bytes = workspace.bytes(of: name)
            #expect(!bytes.isEmpty)
            seen += bytes
        }
        let text = String(decoding: seen, as: UTF8.self)
        #expect(!text.contains("sk-canary"))
        #expect(text.contains("[redacted]"))
    }
}
