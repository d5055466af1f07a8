// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents
import Testing

@Suite struct FileToolsTests {
    private let workspace: Workspace
    private let box: ToolBox

    init() throws {
        workspace = try Workspace()
        box = ToolBox(tools: FileTools(files: workspace.files).tools)
    }

    @Test func `The names and the required parameters are those of the original`() {
        let required = box.tools.map { tool in
            let names = tool.definition.parameters["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
            return "\(tool.definition.name)(\(names.sorted().joined(separator: ",")))"
        }
        #expect(
            required == [
                "read_file(path)", "write_file(content,path)", "edit_file(new_text,old_text,path)",
                "append_file(content,path)", "list_dir(path)",
            ])
        #expect(box.tools.allSatisfy { $0.definition.parameters["additionalProperties"] == false })
        #expect(box.tools.map(\.hasSideEffects) == [false, true, true, true, false])
    }

    @Test func `A file is read whole or in part, with all its lines counted`() async {
        workspace.write("a.txt", "one\ntwo\r\nthree\n")
        #expect(await box.json("read_file", ["path": "a.txt"]) == ["content": "one\ntwo\r\nthree\n", "total_lines": 4])
        #expect(
            await box.json("read_file", ["path": "a.txt", "offset": 1, "limit": 1])
                == ["content": "two\r", "total_lines": 4])
        #expect(await box.json("read_file", ["path": "a.txt", "offset": 99]) == ["content": "", "total_lines": 4])
        #expect(
            await box.json("read_file", ["path": "a.txt", "offset": -5, "limit": "2"])
                == ["content": "one\ntwo\r", "total_lines": 4])
        #expect(
            await box.json("read_file", ["path": "a.txt", "offset": .null, "limit": ""])["total_lines"] == 4)
        workspace.write("empty", "")
        #expect(await box.json("read_file", ["path": "empty"]) == ["content": "", "total_lines": 1])
    }

    @Test func `A long file is cut at a line and the next call goes on there`() async {
        let line = String(repeating: "é", count: 500)
        workspace.write("long", Array(repeating: line, count: 1_000).joined(separator: "\n"))
        var offset: Int64 = 0
        var lines = 0
        for _ in 0..<100 {
            let part = await box.json("read_file", ["path": "long", "offset": .integer(offset)])
            lines += part["content"]?.stringValue?.split(separator: "\n").count ?? 0
            guard let next = part["next_offset"]?.integerValue else { break }
            #expect(part["truncated"] == true)
            #expect(next > offset)
            offset = next
        }
        #expect(lines == 1_000)
    }

    @Test func `A line longer than a result is cut between characters and not repeated for ever`() async {
        workspace.write("wide", "x" + String(repeating: "漢", count: 100_000) + "\nend")
        let part = await box.json("read_file", ["path": "wide"])
        #expect(part["content"]?.stringValue?.contains("\u{FFFD}") == false)
        #expect(part["next_offset"] == 1)
        #expect(await box.json("read_file", ["path": "wide", "offset": 1]) == ["content": "end", "total_lines": 2])
    }

    @Test func `What is no text is not shown`() async {
        workspace.write("b", "a\0b")
        let result = await box.call("read_file", ["path": "b"])
        #expect(result.outcome == .error)
        #expect(result.content.contains("not a text file"))
    }

    @Test func `Writing creates folders and relative paths start at the workspace`() async {
        #expect(
            await box.call("write_file", ["path": "x/y.txt", "content": "hi"])
                == .ok("File written successfully"))
        #expect(workspace.read("x/y.txt") == "hi")
        #expect(await box.call("write_file", ["path": "x/y.txt", "content": ""]).outcome == .ok)
        #expect(workspace.read("x/y.txt") == "")
        #expect(await box.call("write_file", ["path": "x"]).content == "content is required")
        #expect(await box.call("write_file", ["path": 5, "content": ""]).content == "path must be a string")
    }

    @Test func `An edit needs exactly one place`() async {
        workspace.write("e", "alpha beta alpha")
        func edit(_ old: String, _ new: String) async -> String {
            await box.call("edit_file", ["path": "e", "old_text": .string(old), "new_text": .string(new)]).content
        }
        #expect(await edit("", "x") == "old_text must not be empty")
        #expect(await edit("gamma", "x") == "old_text not found in file")
        #expect(await edit("alpha", "x").hasPrefix("old_text matches multiple locations (2)"))
        #expect(await edit("beta", "漢") == "File edited successfully")
        #expect(workspace.read("e") == "alpha 漢 alpha")
        #expect(await edit(" alpha", "") == "File edited successfully")
        #expect(workspace.read("e") == "alpha 漢")
    }

    @Test func `Of many edits and appends at the same time none is lost`() async {
        workspace.write("e", (0..<50).map { "<\($0)>" }.joined())
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    _ = await box.call(
                        "edit_file", ["path": "e", "old_text": .string("<\(number)>"), "new_text": "."])
                    _ = await box.call("append_file", ["path": "log", "content": .string("\(number)\n")])
                }
            }
        }
        #expect(workspace.read("e") == String(repeating: ".", count: 50))
        #expect(workspace.read("log")?.split(separator: "\n").count == 50)
    }

    @Test func `Appending creates the file and wants content`() async {
        #expect(
            await box.call("append_file", ["path": "n/l", "content": " \n"]).content == "content must not be empty")
        #expect(workspace.names("n") == [])
        #expect(await box.call("append_file", ["path": "n/l", "content": "a\n"]) == .ok("File appended successfully"))
        #expect(workspace.read("n/l") == "a\n")
    }

    @Test func `An empty folder is an empty list`() async {
        #expect(await box.call("list_dir", ["path": "sub"]).content == "[]")
        #expect(await box.call("list_dir", ["path": "."]).content == #"["state/","sub/"]"#)
        #expect(await box.call("list_dir", ["path": "none"]).outcome == .error)
    }

    @Test func `F49 no file tool reaches the state folder or the configuration`() async {
        workspace.scratch.link("home/ws/s", to: "state")
        workspace.scratch.link("home/ws/c", to: workspace.scratch.at("home/config.json"))
        let paths = [
            "state/approvals.json", "s/approvals.json", "STATE/approvals.json", "sub/../state/approvals.json", "c",
            "../config.json", workspace.scratch.at("home/config.json"),
        ]
        for path in paths {
            let path = JSONValue.string(path)
            let results = [
                await box.call("read_file", ["path": path]),
                await box.call("write_file", ["path": path, "content": "owned"]),
                await box.call("append_file", ["path": path, "content": "owned"]),
                await box.call("edit_file", ["path": path, "old_text": "TOP", "new_text": "owned"]),
                await box.call("list_dir", ["path": path]),
            ]
            for result in results {
                #expect(result.outcome == .error)
                #expect(result.content.contains("access denied"))
                #expect(!result.content.contains("SECRET"))
            }
        }
        #expect(workspace.read("state/approvals.json") == workspace.secret)
        #expect(workspace.scratch.read("home/config.json") == workspace.secret)
    }
}
