// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

/// What the engine really answers goes through what the console really reads.
@Suite(.timeLimit(.minutes(1))) struct TranscriptContractTests {
    @Test func `The console and golem chats show read the transcript of a real engine, tool calls included`()
        async throws
    {
        let tool = RecordingTool("lookup") { _ in .ok("two rows\nof text") }
        let provider = StubProvider { request, _ throws(ProviderError) in
            guard request.toolResults.isEmpty else { return ModelResponse(text: "There are two.") }
            return ModelResponse(
                text: "", toolCalls: [ModelToolCall(id: "c1", name: "lookup", arguments: #"{"id":17}"#)])
        }
        let payload = try await EngineHarness.run(
            provider: provider, configure: { _ = $0.tools.register(tool) }
        ) { harness in
            _ = try await harness.chat("how many? 测 \u{1B}[2J")
            return await harness.command(.readTranscript(session: "gateway:s", limit: 50)).payload ?? ""
        }
        let entries = try #require(TranscriptReader.entries(payload))
        #expect(entries.map(\.role) == [.user, .tool, .assistant])
        #expect(entries.map(\.outcome) == ["", "ok", ""])
        #expect(entries[0].text.hasPrefix("how many? 测") && !entries[0].text.contains("\u{1B}"))
        #expect(entries[1].name == "lookup" && entries[1].detail == #"{"id":17}"#)
        #expect(entries[1].text.contains("two rows\nof text"))
        #expect(entries[2].text == "There are two.")
        let lines = try #require(PlainPrinter.transcript(payload))
        #expect(lines.contains { $0.hasSuffix(#" tool  lookup {"id":17} -> ok"#) })
        #expect(lines.contains { $0.hasSuffix(" golem There are two.") })
        #expect(lines.allSatisfy { !$0.contains("\n") && !$0.contains("\u{1B}") })
    }
}
