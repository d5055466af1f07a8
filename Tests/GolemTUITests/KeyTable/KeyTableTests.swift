// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Foundation
import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct KeyTableTests {
    @Test func `No key means two things in the same place`() {
        for scope in KeyScope.all {
            let keys = KeyTable.bindings.filter { $0.scope == scope }.flatMap(\.keys)
            #expect(Set(keys).count == keys.count, "\(scope)")
        }
    }

    @Test func `Each key of a binding has a command`() {
        for binding in KeyTable.bindings {
            #expect(binding.commands.count == 1 || binding.commands.count == binding.keys.count, "\(binding.label)")
        }
    }

    @Test func `Only capitals and the message prompt change something`() {
        for binding in KeyTable.bindings where binding.isChange {
            #expect(["A", "D", "M", "R", "X", "i"].contains(binding.label), "\(binding.label)")
        }
    }

    @Test func `A read-only console refuses every change and says why`() {
        for view in ViewID.allCases {
            var console = Operator(isReadOnly: true)
            console.press(.character(Character("\(view.rawValue)")))
            for binding in KeyTable.bindings where binding.isChange && KeyTable.isActive(binding, in: console.state) {
                let before = console.state.overlay
                console.press(binding.keys[0])
                #expect(console.state.overlay == before)
                #expect(console.commands.isEmpty)
                #expect(console.row(23).contains("read-only"))
            }
        }
    }

    @Test func `A lost link disables every change and says why`() {
        var console = Operator()
        console.type("7")
        console.hear(.lost(reason: "reset"))
        console.type("A")
        #expect(console.state.overlay == nil)
        #expect(console.row(23).contains("connection to the engine is lost"))
    }

    @Test func `The hint line names the message prompt in Chats`() {
        var console = Operator()
        console.type("2")
        #expect(console.row(24).contains("i write"))
        #expect(console.row(24).contains("?help"))
    }

    @Test func `The key reference in docs is up to date`() throws {
        let file = GoldenScreen.folder.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .appendingPathComponent("docs/keys.md")
        if ProcessInfo.processInfo.environment["GOLEM_RECORD_GOLDENS"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(KeyReference.markdown.utf8).write(to: file)
            Issue.record("recorded docs/keys.md")
        }
        #expect(String(decoding: try Data(contentsOf: file), as: UTF8.self) == KeyReference.markdown)
    }
}
