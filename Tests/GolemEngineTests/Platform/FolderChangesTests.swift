// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemTestSupport
import Testing

@testable import GolemEngine

struct FolderChangesTests {
    @Test func `Every way to change a file is noticed, once`() throws {
        let workspace = try TemporaryWorkspace()
        try workspace.write("old", to: "a.md")
        let changes = FolderChanges(folders: [workspace.path, workspace.path + "/later"])
        changes.watch()
        #expect(!changes.happened())
        let files = FileManager.default
        let ways: [(String, () throws -> Void)] = [
            ("made", { try workspace.write("new", to: "b.md") }),
            ("changed", { try workspace.write("longer", to: "a.md") }),
            ("renamed", { try files.moveItem(atPath: workspace.path + "/a.md", toPath: workspace.path + "/c.md") }),
            ("removed", { try files.removeItem(atPath: workspace.path + "/b.md") }),
            (
                "folder made",
                { try files.createDirectory(atPath: workspace.path + "/later", withIntermediateDirectories: false) }
            ),
        ]
        for (name, change) in ways {
            try change()
            #expect(changes.happened(), "\(name)")
            #expect(!changes.happened(), "\(name) was told twice")
        }
        try workspace.write("x", to: "later/d.md")
        #expect(!changes.happened())
        changes.watch()
        try workspace.write("y", to: "later/d.md")
        #expect(changes.happened())
    }
}
