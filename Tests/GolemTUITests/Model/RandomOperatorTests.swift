// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct RandomOperatorTests {
    private static let keys: [Key] =
        KeyTable.bindings.flatMap(\.keys) + [
            .character("y"), .character("n"), .character("a"), .character("~"), .character("("), .character("测"),
            .backspace,
            .delete, .paste("two\nlines"), .insert, .function(9), .control("w"), .control("u"), .control("k"),
        ]

    private static let sizes = [
        Size(columns: 80, rows: 24), Size(columns: 132, rows: 43), Size(columns: 60, rows: 15),
        Size(columns: 45, rows: 9),
        Size(columns: 39, rows: 7), Size(columns: 1, rows: 1), Size(columns: 200, rows: 3),
        Size(columns: 161, rows: 12),
    ]

    @Test(arguments: 0..<12)
    func `Random keys never trap, keep the selection in range, and enough Esc returns home`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var sample = seed % 2 == 0 ? SampleEvents.busyHour() : .withQuestions()
        var console = Operator(seed % 4 == 3 ? nil : sample, isInProcess: seed % 2 == 0, logCapacity: 150)
        for _ in 0..<250 {
            switch Int.random(in: 0..<20, using: &random) {
            case 0: console.act(.resized(Self.sizes.randomElement(using: &random) ?? Self.sizes[0]))
            case 1: console.wait(.milliseconds(Int.random(in: 1...3_000, using: &random)))
            case 2:
                sample.add(.log(LogRecorded(level: .error, message: "noise 测")), secondsAgo: 0)
                console.hear(.events([sample.events[sample.events.count - 1]]))
            case 3: console.act(.roundTripped(.milliseconds(30)))
            case 4 where Bool.random(using: &random): console.hear(.lost(reason: "noise"))
            case 4: console.hear(.snapshot(Snapshot(state: sample.state, takenAt: SampleEvents.now)))
            default: console.press(Self.keys.randomElement(using: &random) ?? .escape)
            }
            Self.check(console, seed)
        }
        console.act(.resized(Size(columns: 80, rows: 24)))
        for _ in 0..<60 { console.press(.escape) }
        #expect(console.state.location == Location(.overview), "seed \(seed)")
        #expect(console.state.overlay == nil, "seed \(seed)")
        #expect(console.state.viewState.filter.isEmpty, "seed \(seed)")
    }

    private static func check(_ console: Operator, _ seed: UInt64) {
        let size = console.state.size
        let frame = render(console.state, size: size, capabilities: Capabilities(colors: 8, utf8: seed % 2 == 0))
        #expect(frame.size == size)
        for pane in console.state.view.panes(path: console.state.location.path) where !pane.isText {
            let content = console.state.content(pane)
            let index = console.state.selectedIndex(pane, in: content)
            #expect(
                content.count == 0 ? index == nil : index.map { (0..<content.count).contains($0) } == true,
                "seed \(seed)")
            #expect(console.state.pane(pane).screenRow >= 0)
        }
        if let cursor = frame.cursor {
            #expect(cursor.row < size.rows && cursor.column < size.columns, "seed \(seed)")
        }
    }

    @Test(arguments: ViewID.allCases)
    func `The selected row is always on the screen`(view: ViewID) {
        for size in Self.sizes where Layout.mode(size) != .tiny {
            var console = Operator(.withServers(), size: size)
            console.press(.character(Character("\(view.rawValue)")))
            for key in ["G", "g", "j", "j"] as [Character] {
                console.press(.character(key))
                let pane = console.state.focusedPane
                guard Layout(console.state).rows(of: pane) > 0 else { continue }
                #expect(console.rows.contains { $0.hasPrefix(">") }, "\(view) \(size) \(key)")
            }
        }
    }
}
