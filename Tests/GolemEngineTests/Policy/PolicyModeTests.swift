// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct PolicyModeTests {
    /// Calls `danger` in the first step of every turn and answers with the result.
    static func provider() -> StubProvider {
        StubProvider { request, _ throws(ProviderError) in
            if case .toolResult(_, _, let content, _)? = request.messages.last { return ModelResponse(text: content) }
            return .call("danger", #"{"n":1}"#, id: "c\(request.messages.count)")
        }
    }

    static func run<Value: Sendable>(
        _ tool: RecordingTool, workspace: TemporaryWorkspace? = nil, provider: (any Provider)? = nil,
        time: any TimeSource = SystemTime(), configure: (inout EngineOptions) -> Void = { _ in },
        _ body: @Sendable (EngineHarness) async throws -> Value
    ) async throws -> Value {
        try await EngineHarness.run(
            workspace: workspace, provider: provider ?? Self.provider(), time: time,
            configure: { options in
                _ = options.tools.register(tool)
                options.policy = PolicyRules(requireApproval: ["danger"])
                configure(&options)
            }, body)
    }

    static func audit(_ workspace: TemporaryWorkspace) -> [JSONValue] {
        String(decoding: workspace.bytes(of: "state/audit.jsonl"), as: UTF8.self).split(separator: "\n")
            .compactMap { try? JSONValue(parsing: String($0)) }
    }

    @Test func `F44 a mode that is set reaches the running engine at its next call, and is read back`() async throws {
        let tool = RecordingTool("danger")
        try await Self.run(tool) { harness in
            let off = await harness.command(.setPolicyMode(mode: "off", ttlSeconds: 900, isKept: false))
            #expect(off.status == .done)
            #expect(off.message.hasPrefix("policy is off until "))
            #expect(try await harness.chat("go")?.text == "done")
            #expect(tool.calls.count == 1)
            var state = await harness.state()
            #expect(state.engine?.policyMode == "off")
            #expect(state.policyWarnings["policy_off"] != nil)
            #expect(
                state.problems(now: harness.engine.options.time.wallNow()).contains { $0.text.contains("off until") })
            let strict = await harness.command(.setPolicyMode(mode: "strict", ttlSeconds: nil, isKept: false))
            #expect(strict.message.hasPrefix("policy is strict; needs approval: danger"))
            state = await harness.state()
            #expect(state.policyWarnings["policy_off"] == nil)
            #expect(state.policy.current?.by == "ops1@test")
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            #expect(tool.calls.count == 1)
            _ = await harness.command(.reject(id: id, note: ""))
            _ = try await answer
            #expect(
                await harness.command(.setPolicyMode(mode: "off", ttlSeconds: nil, isKept: false)).code
                    == "ttl_required")
            #expect(
                await harness.command(.setPolicyMode(mode: "odd", ttlSeconds: nil, isKept: false)).code
                    == "unknown_mode")
            #expect(await harness.command(.setPolicyMode(mode: "off", ttlSeconds: 0, isKept: false)).code == "bad_ttl")
            let report = try JSONValue(parsing: await harness.command(.readPolicy).payload ?? "")
            #expect(report["mode"] == "strict")
        }
    }

    @Test func `The end of the ttl is a moment: it survives restarts, and strict returns with its list`() async throws {
        let workspace = try TemporaryWorkspace()
        let start = ManualTime()
        let tool = RecordingTool("danger")
        func configure(_ options: inout EngineOptions) {
            options.policy = PolicyRules(mode: "off", requireApproval: [])
            options.policyOffTTL = .seconds(1_800)
        }
        let until = try await Self.run(tool, workspace: workspace, time: start, configure: configure) { harness in
            harness.engine.policy.rules.offUntil
        }
        #expect(until == start.wallNow().adding(seconds: 1_800))
        // A restart twenty minutes later does not begin a new half hour.
        let later = ManualTime(start: start.wallNow().adding(seconds: 1_200))
        try await Self.run(tool, workspace: workspace, time: later, configure: configure) { harness in
            #expect(harness.engine.policy.rules.offUntil == until)
            #expect(harness.engine.policy.mode == "off")
            await later.advance(by: .seconds(601))
            #expect(harness.engine.policy.mode == "strict")
            // It may have gone to sleep only now, for the time that it took before.
            let change = await harness.events.firstWhileMoving(later) {
                if case .policyModeChanged(let change) = $0.kind { change.via == "ttl" } else { false }
            }
            #expect(change != nil)
            #expect(await harness.state().policyWarnings["policy_off"] == nil)
            // The list of the configuration is empty: that would be off under another name.
            #expect(harness.engine.policy.rules.requireApproval.map(\.description) == ["exec"])
        }
        let last = ManualTime(start: later.wallNow())
        try await Self.run(tool, workspace: workspace, time: last, configure: configure) { harness in
            #expect(harness.engine.policy.mode == "strict")
        }
        // Another configuration counts again.
        try await Self.run(
            tool, workspace: workspace, time: last, configure: { $0.policy = PolicyRules(mode: "relaxed") }
        ) { harness in
            #expect(harness.engine.policy.mode == "relaxed")
        }
    }

    @Test func `A mode set by a command survives a restart`() async throws {
        let workspace = try TemporaryWorkspace()
        let tool = RecordingTool("danger")
        try await Self.run(tool, workspace: workspace) { harness in
            _ = await harness.command(.setPolicyMode(mode: "relaxed", ttlSeconds: nil, isKept: false))
        }
        #expect(workspace.mode(of: "state/policy.json") == 0o600)
        try await Self.run(tool, workspace: workspace) { harness in
            #expect(harness.engine.policy.mode == "relaxed")
            #expect(await harness.state().policy.current?.by == "ops1@test")
        }
    }

    @Test func `The start is logged and audited in the words of the runbook`() async throws {
        let workspace = try TemporaryWorkspace()
        let tool = RecordingTool("danger")
        try await Self.run(
            tool, workspace: workspace,
            configure: {
                $0.policy = PolicyRules(mode: "off", requireApproval: ["danger"])
                $0.allowsPersistentOff = true
            }
        ) { harness in
            let logged = await harness.events.first {
                if case .log(let line) = $0.kind { line.message == "runtime policy configured" } else { false }
            }
            #expect(logged != nil)
            let risk = await harness.events.first {
                if case .log(let line) = $0.kind {
                    line.message.hasPrefix("HIGH-RISK policy mode detected") && line.level == .warn
                } else {
                    false
                }
            }
            #expect(risk != nil)
            #expect(await harness.state().policyWarnings["policy_off"]?.contains("without an end") == true)
        }
        let lines = Self.audit(workspace)
        #expect(
            lines.first { $0["type"] == "policy_startup" }?["result"]
                == "mode=off off_ttl=none allow_persistent_off=true require_approval=danger")
        #expect(
            lines.first { $0["type"] == "policy_startup_persistent_off" }?["result"]?.stringValue?
                .hasPrefix("high-risk:") == true)
    }

    @Test func `What is kept is in the configuration, and nothing else of it changes`() async throws {
        let fixture = try ConfigFixture()
        let loaded = try fixture.load(#"{"gateway": {"port": 1234}}"#)
        let tool = RecordingTool("danger")
        try await Self.run(tool, configure: { $0.configLocations = loaded.locations }) { harness in
            let reply = await harness.command(.setPolicyMode(mode: "off", ttlSeconds: 900, isKept: true))
            #expect(reply.message.hasSuffix("written to the configuration"))
            _ = await harness.command(.setPolicyMode(mode: "relaxed", ttlSeconds: nil, isKept: false))
        }
        let text = try fixture.text()
        #expect(text.contains("1234"))
        #expect(text.contains(#""15m0s""#))
        #expect(text.contains(#""off""#))
        try await Self.run(tool) { harness in
            let reply = await harness.command(.setPolicyMode(mode: "relaxed", ttlSeconds: nil, isKept: true))
            #expect(reply.code == "no_config")
            #expect(harness.engine.policy.mode == "strict")
        }
    }

    @Test func `The emergency stop cancels what runs, refuses what comes, survives a restart and is released`()
        async throws
    {
        let workspace = try TemporaryWorkspace()
        let began = Latch()
        let tool = RecordingTool("danger") { _ in
            began.open()
            await Latch().wait()
            return ToolResult(outcome: .cancelled, content: "ended")
        }
        try await Self.run(
            tool, workspace: workspace, configure: { $0.policy = PolicyRules(mode: "strict", requireApproval: []) }
        ) { harness in
            async let answer = harness.chat("go")
            await began.wait()
            let reply = await harness.command(.emergencyStop(isOn: true, reason: "data leak"))
            #expect(reply.message.hasPrefix("all tools are stopped; 1 running calls were cancelled"))
            let text = try await answer?.text
            #expect(text?.contains("an operator has stopped all tools for now (data leak)") == true)
            #expect(
                try await harness.chat("again")?.text.contains("tool execution denied: an operator has stopped") == true
            )
            #expect(tool.calls.count == 1)
            let state = await harness.state()
            #expect(state.policy.emergencyStop?.by == "ops1@test")
            let problem = state.problems(now: harness.engine.options.time.wallNow()).first
            #expect(problem?.severity == .critical)
            #expect(problem?.text.hasPrefix("EMERGENCY STOP by ops1@test") == true)
            #expect(await harness.command(.emergencyStop(isOn: true, reason: "")).code == "already_on")
        }
        let quick = RecordingTool("danger")
        try await Self.run(
            quick, workspace: workspace, configure: { $0.policy = PolicyRules(mode: "off") }
        ) { harness in
            #expect(await harness.state().policy.emergencyStop != nil)
            let refused = try await harness.chat("go")?.text
            #expect(refused?.contains("stopped all tools") == true)
            #expect(await harness.command(.emergencyStop(isOn: false, reason: "")).status == .done)
            let answered = try await harness.chat("go")?.text
            #expect(answered == "done")
            #expect(await harness.command(.emergencyStop(isOn: false, reason: "")).code == "not_on")
        }
        let types = Self.audit(workspace).compactMap { $0["type"]?.stringValue }
        #expect(types.contains("estop_on"))
        #expect(types.contains("estop_off"))
        #expect(try AuditFiles.verify(AuditFiles.path(workspace: workspace.path)).broken == nil)
    }

    @Test func `A call that was approved after the stop does not run`() async throws {
        let tool = RecordingTool("danger")
        try await Self.run(tool) { harness in
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            _ = await harness.command(.emergencyStop(isOn: true, reason: ""))
            _ = await harness.command(.approve(id: id, scope: .once))
            let text = try await answer?.text
            #expect(text?.contains("stopped all tools") == true)
            #expect(tool.calls.isEmpty)
        }
    }

    @Test func `A damaged state file stops all tools until a person has looked`() async throws {
        let workspace = try TemporaryWorkspace()
        try workspace.write("{half", to: "state/policy.json")
        let tool = RecordingTool("danger")
        try await Self.run(tool, workspace: workspace, configure: { $0.policy = PolicyRules(mode: "relaxed") }) {
            harness in
            #expect(harness.engine.policy.mode == "strict")
            #expect(harness.engine.policy.emergencyStop.isOn)
            #expect(await harness.state().policyWarnings["policy_state"] != nil)
            _ = await harness.command(.emergencyStop(isOn: false, reason: "looked"))
            #expect(await harness.state().policyWarnings["policy_state"] == nil)
        }
    }

    @Test func `A mode that is refused is not written to the configuration either`() async throws {
        let fixture = try ConfigFixture()
        let loaded = try fixture.load(#"{"gateway": {"port": 1234}}"#)
        let before = try fixture.text()
        try await Self.run(RecordingTool("danger"), configure: { $0.configLocations = loaded.locations }) { harness in
            let reply = await harness.command(.setPolicyMode(mode: "off", ttlSeconds: nil, isKept: true))
            #expect(reply.code == "ttl_required")
            let long = await harness.command(.setPolicyMode(mode: "off", ttlSeconds: 8 * 86_400, isKept: true))
            #expect(long.code == "bad_ttl")
        }
        #expect(try fixture.text() == before)
    }

    @Test func `A stored off without an end does not outlive the permission for it`() async throws {
        let workspace = try TemporaryWorkspace()
        let tool = RecordingTool("danger")
        try await Self.run(tool, workspace: workspace, configure: { $0.allowsPersistentOff = true }) { harness in
            #expect(await harness.command(.setPolicyMode(mode: "off", ttlSeconds: nil, isKept: false)).status == .done)
        }
        try await Self.run(tool, workspace: workspace) { harness in
            #expect(harness.engine.policy.mode == "strict")
            #expect(await harness.state().policyWarnings["policy_off_ended"] != nil)
        }
        #expect(Self.audit(workspace).contains { $0["type"] == "policy_off_refused" })
        try await Self.run(tool, workspace: workspace, configure: { $0.allowsPersistentOff = true }) { harness in
            #expect(harness.engine.policy.mode == "strict")
        }
    }

    @Test func `A change from strict to relaxed clears nothing that was not there`() async throws {
        try await Self.run(RecordingTool("danger")) { harness in
            let position = harness.engine.bus.position
            _ = await harness.command(.setPolicyMode(mode: "relaxed", ttlSeconds: nil, isKept: false))
            _ = await harness.state()
            #expect(
                !harness.events.events.contains { event in
                    if case .policyWarning = event.kind { event.seq > position } else { false }
                })
        }
    }

    @Test func `An emergency stop that cannot be stored is stored once that is possible`() async throws {
        let time = ManualTime()
        let workspace = try TemporaryWorkspace()
        let path = workspace.path + "/state/policy.json"
        try await Self.run(RecordingTool("danger"), workspace: workspace, time: time) { harness in
            // A folder in the file's place: it cannot be replaced.
            unlink(path)
            mkdir(path, 0o700)
            let reply = await harness.command(.emergencyStop(isOn: true, reason: "leak"))
            #expect(reply.status == .done)
            #expect(reply.message.contains("not stored yet"))
            #expect(await harness.state().policyWarnings["policy_unsaved"] != nil)
            rmdir(path)
            _ = await harness.events.firstWhileMoving(time) {
                if case .policyWarning(let warning) = $0.kind {
                    warning.code == "policy_unsaved" && !warning.isActive
                } else {
                    false
                }
            }
            let stored = try PolicyStateFile.read(path)
            #expect(stored?.emergencyStop?.reason == "leak")
        }
    }
}
