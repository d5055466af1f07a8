// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents
import Testing

@Suite struct BuiltInToolsTests {
    private func box(home: String, workspace: String) throws -> ToolBox {
        let tools = try BuiltInTools(
            BuiltInTools.Options(workspace: workspace, home: home), client: HTTPClient(), time: SystemTime())
        return ToolBox(tools: tools.registry.tools)
    }

    @Test func `All tools of the original are there, in a fixed order`() throws {
        let workspace = try Workspace()
        let box = try box(home: workspace.scratch.at("home"), workspace: workspace.path)
        #expect(
            box.tools.map(\.definition.name) == [
                "read_file", "write_file", "edit_file", "append_file", "list_dir", "exec", "web_fetch", "web_search",
                "read_memory", "write_memory", "append_diary",
            ])
    }

    @Test func `F49 the secrets are out of reach wherever home and workspace lie`() async throws {
        let workspace = try Workspace()
        let home = workspace.scratch.at("home")
        // The workspace in the home, the home in the workspace, both the same, and a workspace behind a link.
        workspace.scratch.makeDirectory("home/ws/.golem")
        workspace.write(".golem/config.json", workspace.secret)
        workspace.write("config.json", workspace.secret)
        workspace.scratch.link("link", to: workspace.path)
        let layouts = [
            (home, workspace.path, home + "/config.json"),
            (workspace.path + "/.golem", workspace.path, workspace.path + "/.golem/config.json"),
            (workspace.path, workspace.path, workspace.path + "/config.json"),
            (home, workspace.scratch.at("link"), home + "/config.json"),
        ]
        for (home, path, config) in layouts {
            let box = try box(home: home, workspace: path)
            let secrets = [config, "state/approvals.json", "\(path)/state/approvals.json"]
            for secret in secrets {
                let read = await box.call("read_file", ["path": .string(secret)])
                let cat = await box.call("exec", ["command": .string("cat \(secret); echo owned > \(secret)")])
                #expect(!read.content.contains(workspace.secret))
                #expect(!cat.content.contains(workspace.secret))
                #expect(cat.outcome == .ok, "\(cat.content)")
                #expect(Scratch.text(secret.hasPrefix("/") ? secret : "\(path)/\(secret)") == workspace.secret)
            }
            let free = await box.json("exec", ["command": "echo free > note.txt; cat note.txt"])
            #expect(free["stdout"] == "free\n")
        }
    }
}
