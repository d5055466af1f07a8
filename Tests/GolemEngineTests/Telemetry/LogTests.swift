// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct LogTests {
    private let echo = StubProvider { request, _ throws(ProviderError) in
        request.userText == "tool" && request.isFirstStep
            ? .call("slow") : ModelResponse(text: "re: \(request.userText)", usage: ModelUsage(input: 7, output: 3))
    }

    private func event(_ kind: EventKind) -> Event {
        Event(seq: 1, time: Timestamp(seconds: 1_771_125_129), requestID: "r1", session: "telegram:-42", kind: kind)
    }

    /// The parsed lines of a JSON log.
    private func lines(_ workspace: TemporaryWorkspace, _ name: String = "log") throws -> [JSONValue] {
        try String(decoding: workspace.bytes(of: name), as: UTF8.self).split(separator: "\n")
            .map { try JSONValue(parsing: String($0)) }
    }

    private func logging(
        _ workspace: TemporaryWorkspace, isJSON: Bool? = nil, level: LogLevel = .info, file: String = "log"
    ) -> @Sendable (inout EngineOptions) -> Void {
        let path = file.hasPrefix("/") ? file : workspace.path + "/" + file
        return { options in
            var log = LogOptions()
            log.file = path
            log.isJSON = isJSON
            log.level = level
            options.log = log
        }
    }

    // MARK: - Lines

    @Test func `A line has the text and the fields of the original`() throws {
        let started = try #require(
            LogLine(event(.toolStarted(ToolStarted(callID: "c", tool: "exec", arguments: "{}")))))
        #expect(
            started.text.hasSuffix(
                #"level=INFO msg="executing tool" request_id=r1 channel=telegram chat_id=-42 name=exec"#))
        let call = ToolFinished(
            callID: "c", tool: "exec", outcome: .error, durationMicroseconds: 1_234_567, result: "a \"b\"\nc")
        let finished = try #require(LogLine(event(.toolFinished(call))))
        let json = try JSONValue(parsing: finished.json)
        #expect(json["msg"] == "tool execution finished")
        #expect(json["level"] == "WARN")
        #expect(json["time"] == .string(Timestamp(seconds: 1_771_125_129).rfc3339))
        #expect(json["tool"] == "exec")
        #expect(json["duration_ms"] == 1_234, "an amount is a number")
        #expect(json["success"] == false)
        #expect(json["chat_id"] == "-42", "an id is a text, also when it consists of digits")
        #expect(json["error"] == "a \"b\"\nc")
        #expect(!finished.text.contains("\n"))
        let names = ["time", "level", "msg", "request_id", "channel", "chat_id", "tool", "tool_duration"]
        var rest = finished.json[...]
        for name in names {
            let range = try #require(rest.firstRange(of: "\"\(name)\":"))
            rest = rest[range.upperBound...]
        }
        let received = ChatReceived(
            channel: "telegram", chatID: "-42", sender: "ann", text: "hi", length: 2, queueDepth: 1)
        #expect(
            LogLine(event(.chatReceived(received)))?.text.hasSuffix(
                #"msg="processing message" request_id=r1 channel=telegram chat_id=-42 sender=ann "#
                    + "session_key=telegram:-42 queue_depth=1") == true)
        let failed = TurnFailed(code: "provider_error", message: "no", durationMicroseconds: 5_000)
        #expect(
            LogLine(event(.turnFailed(failed)))?.text.contains(
                #"level=ERROR msg="process message failed""#) == true)
        let again = OutboundAttemptFailed(
            messageID: 1, channel: "telegram", chatID: "-42", attempt: 2, maxAttempts: 3, error: "503",
            retryAt: Timestamp(seconds: 0))
        #expect(
            LogLine(event(.outboundAttemptFailed(again)))?.text.contains(
                #"msg="send outbound attempt failed" request_id=r1 channel=telegram chat_id=-42 attempt=2 max_attempts=3 "#
                    + "error=503 retry_at=") == true)
        #expect(
            LogLine(event(.outboundAttemptFailed(again)))?.json.contains(#""attempt":2,"max_attempts":3,"#) == true)
        let dead = OutboundDead(messageID: 1, channel: "telegram", chatID: "-42", attempts: 3, error: "403")
        #expect(
            LogLine(event(.outboundDead(dead)))?.text.hasSuffix(
                #"msg="send finally failed" request_id=r1 channel=telegram chat_id=-42 attempts=3 error=403"#) == true)
    }

    @Test func `Totals are those of the calls before and the call itself`() {
        var totals = LogTotals()
        func finish(_ outcome: ToolOutcome, _ duration: Int64) -> [LogField] {
            let event = event(
                .toolFinished(
                    ToolFinished(callID: "c", tool: "t", outcome: outcome, durationMicroseconds: duration, result: "")))
            totals.count(event)
            return totals.fields(for: event)
        }
        _ = finish(.ok, 1_000)
        _ = finish(.timeout, 2_000)
        _ = finish(.denied, 9_000_000)
        let fields = finish(.error, 50_000)
        #expect(
            fields.map { "\($0.key)=\($0.value)" } == [
                "tool_total=3", "tool_error_ratio=0.667", "tool_timeout_ratio=0.333", "tool_latency_p95_proxy_ms=50",
            ])
        let failed = event(
            .outboundAttemptFailed(
                OutboundAttemptFailed(
                    messageID: 1, channel: "a", chatID: "b", attempt: 1, error: "", retryAt: Timestamp(seconds: 0))))
        #expect(LogLine(failed)?.fields.map(\.key).contains("max_attempts") == false)
        totals.count(failed)
        #expect(
            totals.fields(for: failed).map { "\($0.key)=\($0.value)" }
                == ["channel_send_attempts=1", "channel_send_failure_ratio=1.000"])
    }

    // MARK: - Files

    @Test func `A file gets JSON lines from the level on, the last one included`() async throws {
        let workspace = try TemporaryWorkspace()
        let slow = RecordingTool("slow")
        try await EngineHarness.run(
            workspace: workspace, provider: echo,
            configure: { options in
                logging(workspace)(&options)
                _ = options.tools.register(slow)
            }
        ) { harness in
            _ = try await harness.chat("tool")
            harness.engine.bus.publish(.log(LogRecorded(level: .debug, message: "too much")))
            harness.engine.bus.publish(.log(LogRecorded(level: .error, message: "bad", fields: [])))
        }
        let lines = try lines(workspace)
        let messages = lines.compactMap { $0["msg"]?.stringValue }
        #expect(messages.contains("engine.started"))
        #expect(messages.contains("processing message"))
        #expect(messages.contains("tool execution finished"))
        #expect(messages.contains("message processed"))
        #expect(messages.contains("shutting down"))
        #expect(messages.contains("bad"))
        #expect(!messages.contains("too much"))
        let finished = lines.first { $0["msg"] == "tool execution finished" }
        #expect(finished?["tool_total"] == 1)
        #expect(workspace.mode(of: "log") == 0o600)
        // Another run with another level and form goes on in the same file.
        try await EngineHarness.run(
            workspace: workspace, provider: echo, configure: logging(workspace, isJSON: false, level: .error)
        ) { harness in
            _ = try await harness.chat("x")
            harness.engine.bus.publish(.log(LogRecorded(level: .error, message: "worse")))
        }
        let rows = String(decoding: workspace.bytes(of: "log"), as: UTF8.self).split(separator: "\n")
        #expect(rows.count == lines.count + 1)
        #expect(rows.last?.hasSuffix("level=ERROR msg=worse") == true)
    }

    @Test func `After SIGHUP a moved file is left alone and a new one begins at once`() async throws {
        let workspace = try TemporaryWorkspace()
        try await EngineHarness.run(workspace: workspace, provider: echo, configure: logging(workspace)) { harness in
            _ = try await harness.chat("one")
            #expect(await eventually { !workspace.bytes(of: "log").isEmpty })
            rename(workspace.path + "/log", workspace.path + "/moved")
            harness.engine.reopenLog()
            #expect(await eventually { !workspace.bytes(of: "log").isEmpty })
            harness.engine.bus.publish(.log(LogRecorded(level: .info, message: "after")))
        }
        #expect(try lines(workspace).contains { $0["msg"] == "log file reopened" })
        #expect(try lines(workspace).contains { $0["msg"] == "after" })
        #expect(try !lines(workspace, "moved").contains { $0["msg"] == "after" })
    }

    @Test func `A full disk stops nothing, is told once, and the loss is counted in the log`() async throws {
        let workspace = try TemporaryWorkspace()
        // Nothing can be made below a file.
        try workspace.write("in the way", to: "logs")
        try await EngineHarness.run(
            workspace: workspace, provider: echo, configure: logging(workspace, file: "logs/log")
        ) { harness in
            for number in 0..<5 {
                let text = try await harness.chat("m\(number)")?.text
                #expect(text == "re: m\(number)")
            }
            let isDown = await eventually { await harness.state().services["log"]?.health.reason != nil }
            #expect(isDown)
            let state = await harness.state()
            #expect(state.problems(now: state.time).contains { $0.text.contains("log") })
            unlink(workspace.path + "/logs")
            harness.engine.bus.publish(.log(LogRecorded(level: .info, message: "room again")))
            #expect(await eventually { await harness.state().services["log"]?.health == .healthy })
            #expect(await harness.events.settle(harness.engine.bus))
            let told = harness.events.events.count { event in
                if case .serviceHealth(let change) = event.kind { change.service == "log" } else { false }
            }
            #expect(told == 2, "once for the loss, once for its end")
        }
        let first = try #require(try lines(workspace, "logs/log").first)
        #expect(first["msg"] == "log lines lost")
        #expect((first["count"]?.integerValue ?? 0) > 0)
    }
}
