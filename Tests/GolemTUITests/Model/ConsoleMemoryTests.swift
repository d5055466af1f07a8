// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Foundation
import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct ConsoleMemoryTests {
    private func remembered(_ console: Operator) -> [ConsoleMemory] {
        console.effects.compactMap { effect in
            if case .perform(.remember(let memory)) = effect { memory } else { nil }
        }
    }

    @Test func `The order of a list comes back with the next console, its filter does not`() {
        var first = Operator()
        first.type("2s")
        first.type("r/slack")
        first.press(.enter)
        let memory = ConsoleMemory(text: remembered(first).last?.text ?? "")
        #expect(memory.sorts == ["chats": ConsoleMemory.Sort(key: "chan", isReversed: true)])
        #expect(remembered(first).count == 2, "only a new order is worth a file")
        var second = Operator()
        second.state.recall(memory)
        second.type("2")
        #expect(second.row(22).contains("sort:CHAN desc") && second.row(22).contains("filter:none"))
        second.type("sr")
        #expect(second.state.panes[.chats]?.sortKey == "chat")
    }

    @Test func `What is no memory is an empty one`() {
        for text in ["", "null", "[]", "{\"sorts\":7}", "{\"sorts\":{\"chats\":{}}}", "x"] {
            #expect(ConsoleMemory(text: text) == ConsoleMemory(), "\(text)")
        }
        var console = Operator()
        console.state.recall(
            ConsoleMemory(text: #"{"sorts":{"chats":{"key":"nosuch","isReversed":false},"moon":{"isReversed":true}}}"#))
        console.type("2")
        #expect(console.text.contains("gis-ops"))
    }

    @Test func `The file is private, whole, and its failure is nobody's concern`() async throws {
        let workspace = try TemporaryWorkspace()
        let environment = ["XDG_STATE_HOME": workspace.path + "/state", "HOME": "/nonexistent"]
        let file = try #require(MemoryFile(environment: environment))
        #expect(file.path == workspace.path + "/state/golem/console.json")
        #expect(file.read() == ConsoleMemory())
        var memory = ConsoleMemory()
        memory.sorts["chats"] = ConsoleMemory.Sort(key: "age", isReversed: true)
        file.save(ConsoleMemory())
        file.save(memory)
        await file.flush()
        #expect(file.read() == memory)
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let folder = workspace.path + "/state/golem"
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["console.json"])
        let nowhere = MemoryFile(path: "/proc/nosuch/console.json")
        nowhere.save(memory)
        await nowhere.flush()
        #expect(nowhere.read() == ConsoleMemory())
        #expect(MemoryFile(environment: ["HOME": "/h"])?.path == "/h/.local/state/golem/console.json")
        #expect(MemoryFile(environment: ["XDG_STATE_HOME": "relative"]) == nil)
    }
}
