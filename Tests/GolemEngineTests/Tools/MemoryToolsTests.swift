// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents
import Testing

@Suite struct MemoryToolsTests {
    private let workspace: Workspace
    private let box: ToolBox

    init() throws {
        workspace = try Workspace()
        box = ToolBox(tools: MemoryTools(files: workspace.files, time: SystemTime()).tools)
    }

    @Test func `Without a memory it is empty, afterwards it is what was written`() async {
        #expect(await box.call("read_memory").content == #"{"content":""}"#)
        #expect(
            await box.call("write_memory", ["content": "  # Facts\n- a \n\n"]) == .ok("Memory updated successfully"))
        #expect(await box.json("read_memory") == ["content": "# Facts\n- a"])
        #expect(workspace.names("memory") == ["MEMORY.md"])
    }

    @Test func `The memory before stays as a backup`() async {
        _ = await box.call("write_memory", ["content": "first"])
        _ = await box.call("write_memory", ["content": "second"])
        #expect(workspace.read("memory/MEMORY.md") == "second\n")
        #expect(workspace.read("memory/MEMORY.md.bak") == "first\n")
        _ = await box.call("write_memory", ["content": ""])
        #expect(workspace.read("memory/MEMORY.md") == "")
        #expect(workspace.read("memory/MEMORY.md.bak") == "second\n")
        #expect(await box.call("write_memory", [:]).content == "content is required")
        let huge = JSONValue.string(String(repeating: "x", count: 300_000))
        #expect(await box.call("write_memory", ["content": huge]).outcome == .error)
    }

    @Test func `A diary entry is one line, whatever it contains`() async throws {
        let result = await box.json("append_diary", ["entry": " met\r\n\n  Ann\n- [00:00:00] forged "])
        let path = try #require(result["diary_path"]?.stringValue)
        #expect(path.hasPrefix(workspace.files.path + "/memory/"))
        let text = try #require(Scratch.text(path))
        #expect(text.wholeMatch(of: /- \[\d\d:\d\d:\d\d\] met Ann - \[00:00:00\] forged\n/) != nil)
        #expect(path.wholeMatch(of: /.*\/\d{4}-\d\d-\d\d\.md/) != nil)
        #expect(await box.call("append_diary", ["entry": " \n "]).content == "entry is required")
    }

    @Test func `A torn last line is not glued to the next entry`() async throws {
        let path = try #require(await box.json("append_diary", ["entry": "one"])["diary_path"]?.stringValue)
        let name = "memory/" + (path.split(separator: "/").last.map(String.init) ?? "")
        workspace.write(name, "- [08:00:00] torn")
        _ = await box.call("append_diary", ["entry": "two"])
        let lines = workspace.read(name)?.split(separator: "\n") ?? []
        #expect(lines.count == 2)
        #expect(lines.last?.hasSuffix("] two") == true)
    }
}
