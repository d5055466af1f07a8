// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct MemoryRecallTests {
    private func recall(_ question: String, _ files: [String: String]) throws -> MemoryRecall.Found? {
        let workspace = try TemporaryWorkspace()
        for (name, text) in files { try workspace.write(text, to: name) }
        return MemoryRecall(files: MemoryFiles(folder: workspace.path)).recall(question)
    }

    /// Three recent days that never match, and one older.
    private func diary(_ text: String) -> [String: String] {
        [
            "2026-02-14.md": "- quiet", "2026-02-13.md": "- quiet", "2026-02-12.md": "- quiet",
            "2025-11-02.md": "- [08:00:00] other\n- [09:00:00] \(text)",
        ]
    }

    @Test(arguments: [
        ("What about the EASTERN border?", "the eastern border moved"), ("请查一下地块的修订", "地块十七有三次修订"),
        ("東の境界はどこ？", "境界は動いた"), ("wo ist die Straße", "an der STRASSE, Straße"), ("plot 17b", "Plot 17B is done"),
    ])
    func `An older day that matches the question is found`(question: String, line: String) throws {
        let found = try #require(try recall(question, diary(line)))
        #expect(found.counts == MemoryRecalled(longTerm: 0, diaryRecent: 3, diaryKeyword: 1))
        #expect(found.section.contains(line))
        #expect(!found.section.contains("other"))
    }

    @Test(arguments: ["the and for what", "a ? !", "", "鱼", "unrelated words"])
    func `Words that say nothing find nothing`(question: String) throws {
        let found = try #require(try recall(question, diary("the eastern border and what for, 鱼")))
        #expect(found.counts.diaryKeyword == 0)
    }

    @Test(arguments: [
        "\u{23A}\u{23E}\u{23A} \u{130}\u{130}", "\u{1E9E}", "e\u{301}\u{301}\u{301}", "\u{200D}\u{FE0F}👨‍👩‍👧",
        "\u{0}\u{1F}",
        String(repeating: "\u{23A}x ", count: 5_000),
    ])
    func `Characters whose lower case has another length never trap`(text: String) throws {
        for question in [text, "border"] {
            _ = try recall(question, diary(String(repeating: text, count: 200) + " border " + text))
            _ = try recall(question, ["MEMORY.md": String(repeating: text + "\n", count: 3_000)])
        }
    }

    @Test func `A long question has a bounded number of words`() {
        let words = MemoryRecall.keywords((0..<10_000).map { "word\($0)" }.joined(separator: " "))
        #expect(words.count == 64)
        #expect(MemoryRecall.keywords(String(repeating: "测绘地块", count: 10_000)) == ["测绘", "绘地", "地块", "块测"])
        #expect(MemoryRecall.keywords("v2测绘report") == ["v2", "测绘", "report"])
    }

    @Test func `Long-term memory and recalled days are in the prompt and counted`() async throws {
        let workspace = try TemporaryWorkspace()
        try workspace.write("Parcels are measured in EPSG:4490.", to: "memory/MEMORY.md")
        for (name, text) in diary("the eastern border moved") { try workspace.write(text, to: "memory/\(name)") }
        let provider = StubProvider { _, _ throws(ProviderError) in ModelResponse(text: "ok") }
        try await EngineHarness.run(workspace: workspace, provider: provider) { harness in
            _ = try await harness.chat("border?")
            let system = provider.requests.first?.system.joined() ?? ""
            #expect(system.contains("EPSG:4490"))
            #expect(system.contains("the eastern border moved"))
            #expect(system.contains(workspace.path))
            let event = await harness.events.first { if case .memoryRecalled = $0.kind { true } else { false } }
            #expect(event?.kind == .memoryRecalled(MemoryRecalled(longTerm: 0, diaryRecent: 3, diaryKeyword: 1)))
        }
    }
}
