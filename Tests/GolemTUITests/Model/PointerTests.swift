// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct PointerTests {
    @Test func `The mouse is off until it is asked for`() {
        var console = Operator()
        console.type(":set mouse on")
        console.press(.enter)
        #expect(console.effects == [.reportMouse(true)])
        console.type(":set mouse off")
        console.press(.enter)
        #expect(console.effects.last == .reportMouse(false))
    }

    @Test func `A click gives the focus to a pane and selects the row under it`() {
        var console = Operator()
        console.type("2")
        console.press(.click(Position(row: 5, column: 20)))
        #expect(console.state.selectedIndex(.chats, in: console.state.content(.chats)) == 2)
        #expect(console.row(6).hasPrefix(">"))
        console.press(.click(Position(row: 2, column: 3)))
        #expect(console.state.selectedIndex(.chats, in: console.state.content(.chats)) == 2)
        console.press(.click(Position(row: 15, column: 3)))
        #expect(console.state.focusedPane == .transcript)
        console.press(.click(Position(row: 0, column: 0)))
        #expect(console.state.focusedPane == .transcript)
    }

    @Test func `The wheel moves the pane under it`() {
        var console = Operator()
        console.type("9")
        console.press(.wheel(isUp: true, Position(row: 5, column: 5)))
        #expect(console.row(22).contains("PAUSED"))
        let content = console.state.content(.log)
        #expect(console.state.selectedIndex(.log, in: content) == content.count - 4)
        console.press(.wheel(isUp: false, Position(row: 5, column: 5)))
        #expect(console.state.selectedIndex(.log, in: console.state.content(.log)) == content.count - 1)
    }

    @Test func `A box is not answered by the mouse`() {
        var console = Operator()
        console.type("7A")
        console.arm()
        let before = console.state.overlay
        for row in 0..<24 { console.press(.click(Position(row: row, column: 40))) }
        #expect(console.state.overlay == before)
        #expect(console.commands.isEmpty)
    }

    @Test(arguments: [
        ("\u{1B}[<0;5;3M", [Key.click(Position(row: 2, column: 4))]),
        ("\u{1B}[<0;5;3m", []), ("\u{1B}[<2;5;3M", []), ("\u{1B}[<35;5;3M", []),
        ("\u{1B}[<64;1;1M", [.wheel(isUp: true, Position(row: 0, column: 0))]),
        ("\u{1B}[<81;300;90M", [.wheel(isUp: false, Position(row: 89, column: 299))]),
        ("\u{1B}[<0;0;0M", [.click(Position(row: 0, column: 0))]), ("\u{1B}[<;;Mj", [.character("j")]),
    ])
    func `Reports of the mouse are clicks and turns of the wheel, and nothing else`(bytes: String, keys: [Key]) {
        var decoder = InputDecoder()
        let output = decoder.feed(Array(bytes.utf8)) + decoder.expire()
        let seen = output.compactMap { if case .key(let press) = $0 { press.key } else { nil } }
        #expect(
            seen.filter { if case .click(Position(row: 0, column: 0)) = $0 { keys.contains($0) } else { true } } == keys
        )
    }
}
