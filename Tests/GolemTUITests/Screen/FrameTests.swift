// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct FrameTests {
    @Test func `Put clips at the width and pads half a wide cell`() {
        var frame = Frame(columns: 8, rows: 1)
        #expect(frame.put("a日本語", row: 0, column: 1, width: 4, role: .warn) == 4)
        #expect(frame.text() == " a日\n")
        #expect(frame[row: 0, column: 4] == Cell(glyph: .space, role: .warn))
        #expect(frame.styleMap() == ".wwww\n")
    }

    @Test func `Text may begin left of the picture and end right of it`() {
        var frame = Frame(columns: 4, rows: 1)
        frame.put("日本語x", row: 0, column: -1)
        #expect(frame.text(row: 0) == " 本 ")
        #expect(frame.put("x", row: 3, column: 0) == 0)
        #expect(frame.put("x", row: 0, column: 4) == 0)
        #expect(frame.put("x", row: -1, column: 0) == 0)
    }

    @Test func `Overwriting half a wide cell clears the other half`() {
        var frame = Frame(columns: 6, rows: 1)
        frame.put("日本語", row: 0, column: 0)
        frame.put("x", row: 0, column: 1)
        frame.put("y", row: 0, column: 4)
        #expect(frame.text(row: 0) == " x本y ")
    }

    @Test func `ASCII pictures hold only ASCII`() {
        var frame = Frame(columns: 12, rows: 3, utf8: false)
        frame.put("é日…→“x”", row: 0, column: 0)
        #expect(frame.text(row: 0) == "???.>\"x\"    ")
        frame.box(row: 0, column: 0, width: 12, height: 3, title: "日")
        #expect(frame.text().utf8.allSatisfy { $0 < 0x80 })
    }

    @Test func `Boxes and rules carry their titles`() {
        var frame = Frame(columns: 20, rows: 4)
        frame.rule(row: 0, column: 0, width: 20, title: "web_fetch")
        frame.box(row: 1, column: 2, width: 16, height: 3, title: "Stop?")
        #expect(
            frame.text() == """
                ── web_fetch ───────
                  ┌──[ Stop? ]───┐
                  │              │
                  └──────────────┘

                """)
        var ascii = Frame(columns: 10, rows: 2, utf8: false)
        ascii.box(row: 0, column: 0, width: 10, height: 2)
        #expect(ascii.text() == "+--------+\n+--------+\n")
    }

    @Test func `A style map shows roles and the cursor`() {
        var frame = Frame(columns: 5, rows: 2)
        frame.put("ab", row: 0, column: 1, role: .crit)
        frame.tint(row: 1, column: 0, width: 2, role: .select)
        frame.cursor = Position(row: 1, column: 2)
        #expect(frame.styleMap() == ".cc\nss\ncursor 1,2\n")
        #expect(Set(StyleRole.allCases.map(\.letter)).count == StyleRole.allCases.count)
    }

    @Test(arguments: propertySeeds)
    func `Wide cells stay whole whatever is drawn`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var frame = Frame(columns: 17, rows: 5, utf8: Bool.random(using: &random))
        for _ in 0..<60 {
            let (row, column) = (Int.random(in: -2...6, using: &random), Int.random(in: -5...20, using: &random))
            let width = Int.random(in: -1...20, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: frame.fill(row: row, column: column, width: width, height: 2)
            case 1: frame.box(row: row, column: column, width: width, height: 3, title: RandomText.make(&random))
            default:
                let used = frame.put(RandomText.make(&random), row: row, column: column, width: width)
                #expect(used <= max(0, width))
            }
            for row in 0..<frame.rows {
                for column in 0..<frame.columns {
                    let next = frame[row: row, column: column + 1]
                    switch frame[row: row, column: column].width {
                    case 2: #expect(column + 1 < frame.columns && next.width == 0)
                    case 0: #expect(column > 0 && frame[row: row, column: column - 1].width == 2)
                    default: break
                    }
                }
                #expect(TextWidth.width(of: frame.text(row: row)) == frame.columns)
            }
        }
    }
}
