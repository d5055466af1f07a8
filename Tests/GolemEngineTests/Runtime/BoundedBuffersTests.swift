// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEvents
import GolemTestSupport
import Synchronization
import Testing

@testable import GolemEngine

/// F43: nothing in a running engine grows with the number of chats that it has handled.
@Suite(.timeLimit(.minutes(5))) struct BoundedBuffersTests {
    /// What may be found in an engine at rest.
    private struct Sizes {
        var stateBytes = 0
        var metricsBytes = 0
        var residentKilobytes = 0
    }

    private static let bound = ChatBound()

    private struct ChatBound {
        let chats = EngineState.chatLimit + EngineState.chatSlack
        let recent = 300
    }

    private func residentKilobytes() -> Int {
        let fields = (Scratch.text("/proc/self/statm") ?? "").split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4 : 0
    }

    /// Answers at once; every third chat uses a tool, every fifth fails.
    private let provider = CountingProvider { request in
        let number = Int(request.userText.prefix { $0.isNumber }) ?? 0
        if number % 5 == 0 { return nil }
        return number % 3 == 0 && request.toolResults.isEmpty
            ? .call("look")
            : ModelResponse(text: "answer to \(request.userText)", usage: ModelUsage(input: 9, output: 9))
    }

    /// Has `count` chats handled, each in a session of its own, some at a time.
    private func converse(_ harness: EngineHarness, _ numbers: Range<Int>, _ channel: StubChannel) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var next = numbers.lowerBound
            func start() {
                guard next < numbers.upperBound else { return }
                let number = next
                next += 1
                group.addTask {
                    if number % 4 == 0 {
                        channel.write("\(number) over the channel", chat: "chat-\(number)", id: "\(number)")
                    } else {
                        _ = try await harness.chat("\(number) please", session: "s-\(number)", key: "k-\(number)")
                    }
                    harness.engine.bus.publish(
                        .log(LogRecorded(level: .info, message: "line", fields: [LogField("n", "\(number)")])))
                }
            }
            for _ in 0..<32 { start() }
            while try await group.next() != nil { start() }
        }
        let delivered = numbers.upperBound / 4
        #expect(await eventually(within: .seconds(60)) { channel.acceptedCount >= delivered - 32 })
        #expect(await eventually(within: .seconds(60)) { harness.engine.agent.load == (0, 0) })
        #expect(await eventually(within: .seconds(60)) { harness.engine.outbox.depth == 0 })
    }

    /// Checks every buffer of an engine at rest against its bound.
    private func check(_ harness: EngineHarness) async throws -> Sizes {
        let engine = harness.engine
        let state = await harness.state()
        #expect(state.chats.count <= Self.bound.chats)
        #expect(state.chats.values.allSatisfy { $0.transcript.elements.count <= 36 && $0.runningTools.isEmpty })
        #expect(state.traces.count <= EngineState.traceLimit && state.traceOrder.count <= EngineState.traceLimit)
        #expect(state.traces.values.allSatisfy { $0.steps.count <= TraceState.stepLimit })
        #expect(state.recent.elements.count <= Self.bound.recent)
        #expect(state.tools.count <= EngineState.toolLimit && state.models.count <= EngineState.modelLimit)
        #expect(state.services.count <= EngineState.serviceLimit)
        #expect(state.outbound.count <= EngineState.outboundLimit)
        #expect(state.refused.count <= 65 && state.approvals.isEmpty)
        for slots in [state.turns, state.modelCalls, state.toolCalls, state.deliveries] {
            #expect(slots.slots.count <= slots.slotLimit)
        }
        for tool in state.tools.values {
            #expect(tool.recent.slots.count <= tool.recent.slotLimit && tool.failures.elements.count <= 12)
            // A histogram has a bucket for each per cent at most, however many values it counts.
            #expect(tool.sinceStart.buckets.count <= 64 * 36)
        }
        // A turn's end is told a moment before its feed is put away.
        let isPutAway = await eventually {
            engine.agent.running.withLock { $0.feeds.isEmpty && $0.controls.isEmpty }
        }
        #expect(isPutAway)
        #expect(engine.agent.cache.size.sessions <= 1_024)
        #expect(engine.agent.parts.toolCalls.abandonedCount == 0)
        #expect(engine.outbox.rememberedCount <= SentMessages.limit)
        #expect(engine.commands.replyCount <= CommandDesk.replyLimit)
        return Sizes(
            stateBytes: try JSONEncoder().encode(state).count,
            metricsBytes: try JSONEncoder().encode(engine.metrics.current()).count,
            residentKilobytes: residentKilobytes())
    }

    @Test func `F43 no buffer grows with the chats that were handled, and neither does the memory`() async throws {
        let workspace = try TemporaryWorkspace()
        let channel = StubChannel(keepsTexts: false)
        try await EngineHarness.run(
            workspace: workspace, provider: provider, collectsEvents: false,
            configure: { options in
                options.channels = [channel]
                options.gateway = nil
                options.policy = PolicyRules(mode: "strict", requireApproval: [])
                _ = options.tools.register(LookTool())
                var log = LogOptions()
                log.file = workspace.path + "/log"
                log.sizeLimit = 200_000
                log.fileLimit = 2
                options.log = log
            }
        ) { harness in
            try await converse(harness, 1..<2_001, channel)
            let early = try await check(harness)
            try await converse(harness, 2_001..<6_001, channel)
            for number in 0..<1_500 {
                _ = await harness.command(.cancelTurn(session: "nobody"), id: "c-\(number)")
            }
            let late = try await check(harness)
            #expect(harness.engine.commands.replyCount == CommandDesk.replyLimit)
            #expect(late.stateBytes <= early.stateBytes + early.stateBytes / 4, "\(early) then \(late)")
            #expect(late.metricsBytes <= early.metricsBytes + 20_000, "\(early) then \(late)")
            // Four thousand chats more: 24 MB would be 6 kB for each, less than what one of them leaves behind in
            // the state while it is remembered.
            #expect(late.residentKilobytes <= early.residentKilobytes + 24_000, "\(early) then \(late)")
            let logs = workspace.names().filter { $0.hasPrefix("log") }
            #expect(logs == ["log", "log.1", "log.2"])
            for name in logs { #expect(workspace.bytes(of: name).count <= 200_000) }
        }
    }
}

/// A tool without a memory of its calls.
private struct LookTool: Tool {
    let definition = ToolDefinition(name: "look", description: "A tool of a test.", parameters: ["type": "object"])
    let hasSideEffects = false

    func call(_ arguments: JSONValue, context: ToolContext) async -> ToolResult { .ok("seen") }
}

/// A provider without a memory of its requests; nil fails the call.
private struct CountingProvider: Provider {
    let name = "counting"
    let answer: @Sendable (ModelRequest) -> ModelResponse?

    func respond(
        to request: ModelRequest, onDelta: @escaping @Sendable (ModelDelta) -> Void
    ) async throws(ProviderError) -> ModelResponse {
        guard let response = answer(request) else {
            throw ProviderError(code: "auth", message: "bad key", isRetryable: false)
        }
        if !response.text.isEmpty { onDelta(.text(response.text)) }
        return response
    }
}
