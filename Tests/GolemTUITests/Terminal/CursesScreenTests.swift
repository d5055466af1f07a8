// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Testing

@testable import GolemTUI

/// The bytes that curses writes, read by an independent terminal, must give the frame again.
<<<<<<< HEAD
@Suite(.serialized) struct CursesScreenTests {
    static let types = ["xterm-256color", "tmux-256color", "screen-256color", "linux", "vt100"]

    /// The first place where the terminal shows something else than the frame; nil when there is none.
    private func difference(_ frame: Frame, _ terminal: VirtualTerminal, colors: Int, hidesCursor: Bool = true)
        -> String?
    {
        let palette = Palette(colors: colors)
        for row in 0..<frame.rows {
            for column in 0..<frame.columns {
                let cell = frame[row: row, column: column]
                let shown = terminal.grid[row][column]
                let text = cell.width == 0 ? "" : cell.glyph.text
                let look = palette.look(cell.role)
                // The colour of a space is not visible, and curses uses that.
                let isInvisible = cell.width == 0 || (text == " " && !look.isReverse)
                if shown.text != text || (!isInvisible && shown.style != style(look)) {
                    return
                        "row \(row), column \(column): \(shown) instead of \(cell)\n\(frame.text())\n\(terminal.text())"
                }
            }
        }
        if hidesCursor, terminal.isCursorVisible != (frame.cursor != nil) {
            return "cursor visible: \(terminal.isCursorVisible)"
        }
        if let cursor = frame.cursor, (terminal.row, terminal.column) != (cursor.row, cursor.column) {
            return "cursor at \(terminal.row), \(terminal.column) instead of \(cursor)"
        }
        return terminal.unknown.isEmpty ? nil : "unknown: \(terminal.unknown)"
    }

    private func style(_ look: Palette.Look) -> VirtualTerminal.Style {
        var style = VirtualTerminal.Style()
        style.isBold = look.isBold
        style.isDim = look.isDim
        style.isReverse = look.isReverse
        style.isUnderlined = look.isUnderlined
        style.color = look.color.map(Int.init)
        return style
    }

    private func open(_ type: String, size: Size, color: Bool = true) throws -> (CursesScreen, VirtualTerminal) {
        _ = ProcessLocale.prepare()
        let screen = try CursesScreen(types: [type], size: size, useColor: color, utf8: true)
        let terminal = VirtualTerminal(columns: size.columns, rows: size.rows) { TextWidth.width(of: $0) }
        return (screen, terminal)
    }

    private func randomChange(_ frame: inout Frame, _ random: inout SeededGenerator) {
        let role = StyleRole.allCases.randomElement(using: &random) ?? .normal
        let (row, column) = (
            Int.random(in: 0..<frame.rows, using: &random), Int.random(in: -3..<frame.columns, using: &random)
        )
        switch Int.random(in: 0..<10, using: &random) {
        case 0: frame.box(row: row, column: column, width: 20, height: 5, title: RandomText.make(&random), role: role)
        case 1: frame.fill(row: row, column: column, width: 30, height: 3, role: role)
        case 2: frame.rule(row: row, column: 0, width: frame.columns, title: RandomText.make(&random))
        case 3: frame.tint(row: row, column: 0, width: frame.columns, role: role)
        case 4:
            // A log that moves up by one line, which curses scrolls.
            var moved = Frame(columns: frame.columns, rows: frame.rows)
            for line in 1..<frame.rows { moved.put(frame.text(row: line), row: line - 1, column: 0) }
            moved.put(RandomText.make(&random), row: frame.rows - 1, column: 0, role: role)
            frame = moved
        default: frame.put(RandomText.make(&random), row: row, column: column, role: role)
        }
        frame.cursor = Bool.random(using: &random) ? Position(row: row, column: max(0, column)) : nil
    }

    @Test(arguments: types, [UInt64](1...6))
    func `The grid equals the frame after each change`(type: String, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let size = Size(columns: Int.random(in: 20...90, using: &random), rows: Int.random(in: 4...30, using: &random))
        var (screen, terminal) = try open(type, size: size)
        var frame = Frame(columns: size.columns, rows: size.rows)
        for step in 0..<60 {
            for _ in 0..<Int.random(in: 1...4, using: &random) { randomChange(&frame, &random) }
            // Under screen and tmux curses cannot write a wide glyph in the last corner.
            if screen.avoidsWideCorner { frame.put("____", row: size.rows - 1, column: size.columns - 4) }
            let bytes = screen.paint(frame)
            let before = terminal.text()
            terminal.feed(bytes)
            let wrong = difference(frame, terminal, colors: screen.colors, hidesCursor: type != "vt100")
            try #require(
                wrong == nil,
                "\(type), seed \(seed), step \(step): \(wrong ?? "")\n\(before)\n\(String(decoding: bytes, as: UTF8.self).debugDescription)"
            )
        }
    }

    @Test(arguments: types)
    func `Resizing, leaving and coming back show the whole frame`(type: String) throws {
        var (screen, terminal) = try open(type, size: Size(columns: 80, rows: 24))
        var random = SeededGenerator(seed: 7)
        for (columns, rows) in [(80, 24), (40, 10), (132, 43), (9, 3), (80, 24)] {
            screen.resize(Size(columns: columns, rows: rows))
            terminal.resize(columns: columns, rows: rows)
            var frame = Frame(columns: columns, rows: rows)
            for _ in 0..<10 { randomChange(&frame, &random) }
            frame.cursor = Position(row: rows - 1, column: 2)
            if screen.avoidsWideCorner { frame.put("____", row: rows - 1, column: columns - 4) }
            terminal.feed(screen.paint(frame))
            #expect(difference(frame, terminal, colors: screen.colors) == nil, "\(columns)x\(rows)")
            terminal.feed(screen.end())
            #expect(!terminal.isAlternate && terminal.isCursorVisible)
            terminal.feed(screen.paint(frame))
            #expect(difference(frame, terminal, colors: screen.colors) == nil, "\(columns)x\(rows) again")
        }
    }

    @Test func `Text with escape sequences cannot move the cursor`() throws {
        var (screen, terminal) = try open("xterm-256color", size: Size(columns: 40, rows: 4))
        var frame = Frame(columns: 40, rows: 4)
        let hostile = "\u{1B}[2J\u{1B}[1;1Hpwned\u{1B}]52;c;aGk=\u{07}\u{9B}1;1H\u{202E}x"
        frame.put(hostile, row: 1, column: 0)
        frame.put(Sanitizer.clean(hostile, keepNewlines: false), row: 2, column: 0)
        terminal.feed(screen.paint(frame))
        #expect(difference(frame, terminal, colors: 256) == nil)
        #expect(terminal.text(row: 0).isEmpty)
        #expect(terminal.text(row: 1).hasPrefix("?[2J?[1;1Hpwned?]52;c;aGk=??1;1Hx"))
        #expect(terminal.text(row: 2).hasPrefix("^[[2J^[[1;1Hpwned^["))
        #expect(terminal.commands.isEmpty)
    }

    @Test func `Without colours no colour is sent`() throws {
        var (screen, terminal) = try open("xterm-256color", size: Size(columns: 40, rows: 12), color: false)
        #expect(screen.colors == 0)
        var frame = Frame(columns: 40, rows: 12)
        for (row, role) in StyleRole.allCases.enumerated() { frame.put("\(role)", row: row, column: 0, role: role) }
        terminal.feed(screen.paint(frame))
        #expect(terminal.grid.joined().allSatisfy { $0.style.color == nil })
        #expect(terminal.grid.joined().contains { $0.style.isReverse } && terminal.text(row: 0) == "normal")
    }

    @Test func `The same frame again costs nothing`() throws {
        let (screen, _) = try open("xterm-256color", size: Size(columns: 80, rows: 24))
        var frame = Self.table(tick: 0)
        #expect(!screen.paint(frame).isEmpty)
        #expect(screen.paint(frame).isEmpty)
        frame.put("x", row: 3, column: 3)
        #expect(screen.paint(frame).count < 40)
    }

    @Test(arguments: types)
    func `A table costs few bytes`(type: String) throws {
        let (screen, _) = try open(type, size: Size(columns: 80, rows: 24))
        let full = screen.paint(Self.table(tick: 0)).count
        let tick = screen.paint(Self.table(tick: 1)).count
        #expect(full <= 2500, "full repaint")
        #expect(tick <= 400, "tick")
    }

    /// A screen like the tools view; `tick` changes a number in every fourth row, and the clock.
    static func table(tick: Int) -> Frame {
        var frame = Frame(columns: 80, rows: 24)
        frame.put(
            " golem@gw-7  RW strict  up 12d03h  v0.4.1        LIVE 0.2s rtt 204ms", row: 0, column: 0, role: .title)
        frame.put("03:12:0\(tick)Z", row: 0, column: 70, role: .dim)
        frame.put(" 1 Over  2 Chat?1  3 Tool!1  4 Outb!1  5 Beat  6 MCP!1  7 Pol?2  8 Trace  9 Log", row: 1, column: 0)
        frame.put(
            " TOOL              FROM       RUN  CALLS  ERR%  TMO%    P50    P95    MAX  TREND", row: 2, column: 0,
            role: .title)
        for row in 3..<20 {
            let calls = 412 + row * 17 + (row % 4 == 0 ? tick : 0)
            frame.put(" tool_number_\(row)", row: row, column: 0)
            frame.put("built-in     0   \(calls)   0.0   0.0  <=.5   <=2s   2.4s  ..:..", row: row, column: 19)
            if row % 5 == 0 { frame.put("WARN", row: row, column: 74, role: .warn) }
        }
        frame.tint(row: 5, column: 0, width: 80, role: .select)
        frame.rule(row: 20, column: 0, width: 80, title: "web_fetch")
        frame.put(
            " Tools > web_fetch                  8 of 23 tools  sort:CALLS desc  filter:none", row: 21, column: 0,
            role: .dim)
        frame.put(" telegram attempts failing 38%, oldest queued 4m12s", row: 22, column: 0, role: .crit)
        frame.put(
            " ?help Enter calls  Tab failures  s sort  r reverse  t trace  D disable  Esc", row: 23, column: 0,
            role: .key)
        return frame
=======
extension CursesTests {
    @Suite struct CursesScreenTests {
        static let types = ["xterm-256color", "tmux-256color", "screen-256color", "linux", "vt100"]

        /// The first place where the terminal shows something else than the frame; nil when there is none.
        private func difference(_ frame: Frame, _ terminal: VirtualTerminal, colors: Int, hidesCursor: Bool = true)
            -> String?
        {
            let palette = Palette(colors: colors)
            for row in 0..<frame.rows {
                for column in 0..<frame.columns {
                    let cell = frame[row: row, column: column]
                    let shown = terminal.grid[row][column]
                    let text = cell.width == 0 ? "" : cell.glyph.text
                    let look = palette.look(cell.role)
                    // The colour of a space is not visible, and curses uses that.
                    let isInvisible = cell.width == 0 || (text == " " && !look.isReverse)
                    if shown.text != text || (!isInvisible && shown.style != style(look)) {
                        return
                            "row \(row), column \(column): \(shown) instead of \(cell)\n\(frame.text())\n\(terminal.text())"
                    }
                }
            }
            if hidesCursor, terminal.isCursorVisible != (frame.cursor != nil) {
                return "cursor visible: \(terminal.isCursorVisible)"
            }
            if let cursor = frame.cursor, (terminal.row, terminal.column) != (cursor.row, cursor.column) {
                return "cursor at \(terminal.row), \(terminal.column) instead of \(cursor)"
            }
            return terminal.unknown.isEmpty ? nil : "unknown: \(terminal.unknown)"
        }

        private func style(_ look: Palette.Look) -> VirtualTerminal.Style {
            var style = VirtualTerminal.Style()
            style.isBold = look.isBold
            style.isDim = look.isDim
            style.isReverse = look.isReverse
            style.isUnderlined = look.isUnderlined
            style.color = look.color.map(Int.init)
            return style
        }

        private func open(_ type: String, size: Size, color: Bool = true) throws -> (CursesScreen, VirtualTerminal) {
            _ = ProcessLocale.prepare()
            let screen = try CursesScreen(types: [type], size: size, useColor: color, utf8: true)
            let terminal = VirtualTerminal(columns: size.columns, rows: size.rows) { TextWidth.width(of: $0) }
            return (screen, terminal)
        }

        private func randomChange(_ frame: inout Frame, _ random: inout SeededGenerator) {
            let role = StyleRole.allCases.randomElement(using: &random) ?? .normal
            let (row, column) = (
                Int.random(in: 0..<frame.rows, using: &random), Int.random(in: -3..<frame.columns, using: &random)
            )
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                frame.box(row: row, column: column, width: 20, height: 5, title: RandomText.make(&random), role: role)
            case 1: frame.fill(row: row, column: column, width: 30, height: 3, role: role)
            case 2: frame.rule(row: row, column: 0, width: frame.columns, title: RandomText.make(&random))
            case 3: frame.tint(row: row, column: 0, width: frame.columns, role: role)
            case 4:
                // A log that moves up by one line, which curses scrolls.
                var moved = Frame(columns: frame.columns, rows: frame.rows)
                for line in 1..<frame.rows { moved.put(frame.text(row: line), row: line - 1, column: 0) }
                moved.put(RandomText.make(&random), row: frame.rows - 1, column: 0, role: role)
                frame = moved
            default: frame.put(RandomText.make(&random), row: row, column: column, role: role)
            }
            frame.cursor = Bool.random(using: &random) ? Position(row: row, column: max(0, column)) : nil
        }

        @Test(arguments: types, [UInt64](1...6))
        func `The grid equals the frame after each change`(type: String, seed: UInt64) throws {
            var random = SeededGenerator(seed: seed)
            let size = Size(
                columns: Int.random(in: 20...90, using: &random), rows: Int.random(in: 4...30, using: &random))
            var (screen, terminal) = try open(type, size: size)
            var frame = Frame(columns: size.columns, rows: size.rows)
            for step in 0..<60 {
                for _ in 0..<Int.random(in: 1...4, using: &random) { randomChange(&frame, &random) }
                // Under screen and tmux curses cannot write a wide glyph in the last corner.
                if screen.avoidsWideCorner { frame.put("____", row: size.rows - 1, column: size.columns - 4) }
                let bytes = screen.paint(frame)
                let before = terminal.text()
                terminal.feed(bytes)
                let wrong = difference(frame, terminal, colors: screen.colors, hidesCursor: type != "vt100")
                try #require(
                    wrong == nil,
                    "\(type), seed \(seed), step \(step): \(wrong ?? "")\n\(before)\n\(String(decoding: bytes, as: UTF8.self).debugDescription)"
                )
            }
        }

        @Test(arguments: types)
        func `Resizing, leaving and coming back show the whole frame`(type: String) throws {
            var (screen, terminal) = try open(type, size: Size(columns: 80, rows: 24))
            var random = SeededGenerator(seed: 7)
            for (columns, rows) in [(80, 24), (40, 10), (132, 43), (9, 3), (80, 24)] {
                screen.resize(Size(columns: columns, rows: rows))
                terminal.resize(columns: columns, rows: rows)
                var frame = Frame(columns: columns, rows: rows)
                for _ in 0..<10 { randomChange(&frame, &random) }
                frame.cursor = Position(row: rows - 1, column: 2)
                if screen.avoidsWideCorner { frame.put("____", row: rows - 1, column: columns - 4) }
                terminal.feed(screen.paint(frame))
                #expect(difference(frame, terminal, colors: screen.colors) == nil, "\(columns)x\(rows)")
                terminal.feed(screen.end())
                #expect(!terminal.isAlternate && terminal.isCursorVisible)
                terminal.feed(screen.paint(frame))
                #expect(difference(frame, terminal, colors: screen.colors) == nil, "\(columns)x\(rows) again")
            }
        }

        @Test func `A second screen is refused while the first lives`() throws {
            let (screen, _) = try open("xterm-256color", size: Size(columns: 40, rows: 4))
            #expect(throws: TerminalError.self) { _ = try open("vt100", size: Size(columns: 40, rows: 4)) }
            #expect(screen.type == "xterm-256color")
        }

        @Test func `Text with escape sequences cannot move the cursor`() throws {
            var (screen, terminal) = try open("xterm-256color", size: Size(columns: 40, rows: 4))
            var frame = Frame(columns: 40, rows: 4)
            let hostile = "\u{1B}[2J\u{1B}[1;1Hpwned\u{1B}]52;c;aGk=\u{07}\u{9B}1;1H\u{202E}x"
            frame.put(hostile, row: 1, column: 0)
            frame.put(Sanitizer.clean(hostile, keepNewlines: false), row: 2, column: 0)
            terminal.feed(screen.paint(frame))
            #expect(difference(frame, terminal, colors: 256) == nil)
            #expect(terminal.text(row: 0).isEmpty)
            #expect(terminal.text(row: 1).hasPrefix("?[2J?[1;1Hpwned?]52;c;aGk=??1;1Hx"))
            #expect(terminal.text(row: 2).hasPrefix("^[[2J^[[1;1Hpwned^["))
            #expect(terminal.commands.isEmpty)
        }

        @Test func `Without colours no colour is sent`() throws {
            var (screen, terminal) = try open("xterm-256color", size: Size(columns: 40, rows: 12), color: false)
            #expect(screen.colors == 0)
            var frame = Frame(columns: 40, rows: 12)
            for (row, role) in StyleRole.allCases.enumerated() { frame.put("\(role)", row: row, column: 0, role: role) }
            terminal.feed(screen.paint(frame))
            #expect(terminal.grid.joined().allSatisfy { $0.style.color == nil })
            #expect(terminal.grid.joined().contains { $0.style.isReverse } && terminal.text(row: 0) == "normal")
        }

        @Test func `The same frame again costs nothing`() throws {
            let (screen, _) = try open("xterm-256color", size: Size(columns: 80, rows: 24))
            var frame = Self.table(tick: 0)
            #expect(!screen.paint(frame).isEmpty)
            #expect(screen.paint(frame).isEmpty)
            frame.put("x", row: 3, column: 3)
            #expect(screen.paint(frame).count < 40)
        }

        @Test(arguments: types)
        func `A table costs few bytes`(type: String) throws {
            let (screen, _) = try open(type, size: Size(columns: 80, rows: 24))
            let full = screen.paint(Self.table(tick: 0)).count
            let tick = screen.paint(Self.table(tick: 1)).count
            #expect(full <= 2500, "full repaint")
            #expect(tick <= 400, "tick")
        }

        /// A screen like the tools view; `tick` changes a number in every fourth row, and the clock.
        static func table(tick: Int) -> Frame {
            var frame = Frame(columns: 80, rows: 24)
            frame.put(
                " golem@gw-7  RW strict  up 12d03h  v0.4.1        LIVE 0.2s rtt 204ms", row: 0, column: 0, role: .title)
            frame.put("03:12:0\(tick)Z", row: 0, column: 70, role: .dim)
            frame.put(
                " 1 Over  2 Chat?1  3 Tool!1  4 Outb!1  5 Beat  6 MCP!1  7 Pol?2  8 Trace  9 Log", row: 1, column: 0)
            frame.put(
                " TOOL              FROM       RUN  CALLS  ERR%  TMO%    P50    P95    MAX  TREND", row: 2, column: 0,
                role: .title)
            for row in 3..<20 {
                let calls = 412 + row * 17 + (row % 4 == 0 ? tick : 0)
                frame.put(" tool_number_\(row)", row: row, column: 0)
                frame.put("built-in     0   \(calls)   0.0   0.0  <=.5   <=2s   2.4s  ..:..", row: row, column: 19)
                if row % 5 == 0 { frame.put("WARN", row: row, column: 74, role: .warn) }
            }
            frame.tint(row: 5, column: 0, width: 80, role: .select)
            frame.rule(row: 20, column: 0, width: 80, title: "web_fetch")
            frame.put(
                " Tools > web_fetch                  8 of 23 tools  sort:CALLS desc  filter:none", row: 21, column: 0,
                role: .dim)
            frame.put(" telegram attempts failing 38%, oldest queued 4m12s", row: 22, column: 0, role: .crit)
            frame.put(
                " ?help Enter calls  Tab failures  s sort  r reverse  t trace  D disable  Esc", row: 23, column: 0,
                role: .key)
            return frame
        }
>>>>>>> term
    }
}
