// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A terminal without a screen: it takes the bytes that a program writes and keeps the grid that a person would see.
///
/// It knows what the descriptions of xterm, tmux, screen, the Linux console and the VT100 use (ECMA-48 and DEC private modes),
/// and counts what it does not know in ``unknown``, so that a test cannot pass by ignoring output.
package struct VirtualTerminal: Sendable {
    /// How a cell is drawn.
    package struct Style: Sendable, Hashable {
        /// Whether it is bold.
        package var isBold = false
        /// Whether it is dim.
        package var isDim = false
        /// Whether it is underlined.
        package var isUnderlined = false
        /// Whether colours are swapped.
        package var isReverse = false
        /// The foreground colour's number; nil for the terminal's own.
        package var color: Int?

        /// Plain.
        package init() {}
    }

    /// One column of one row.
    package struct Cell: Sendable, Hashable {
        /// The scalars shown; empty in the right half of a wide one.
        package var text = " "
        /// How they are drawn.
        package var style = Style()
    }

    /// Columns.
    package private(set) var columns: Int
    /// Rows.
    package private(set) var rows: Int
    /// The grid.
    package internal(set) var grid: [[Cell]]
    /// The cursor's row.
    package internal(set) var row = 0
    /// The cursor's column.
    package internal(set) var column = 0
    /// Whether the cursor is shown.
    package internal(set) var isCursorVisible = true
    /// Whether the alternate screen is shown.
    package internal(set) var isAlternate = false
    /// DEC private modes that are set.
    package internal(set) var modes: Set<Int> = [7]
    /// How often each DEC private mode was set.
    package internal(set) var modeCounts: [Int: Int] = [:]
    /// Sequences that it does not know.
    package internal(set) var unknown: [String] = []
    /// What it answered to queries; the test writes it to the program's input.
    package var answers: [UInt8] = []
    /// Status queries that it was sent.
    package internal(set) var statusQueries = 0
    /// Whether it answers status queries.
    package var answersStatusQueries = true
    /// Whether it answers that it knows synchronized output.
    package var knowsSynchronizedOutput = false
    /// The payloads of operating system commands, such as `52;c;...`.
    package internal(set) var commands: [String] = []

    let width: @Sendable (Unicode.Scalar) -> Int
    var style = Style()
    var top = 0
    var bottom: Int
    var wrapsNext = false
    private var savedGrid: [[Cell]] = []
    private var savedCursor = (row: 0, column: 0)
    /// Where the main screen's cursor was: the alternate screen saves and restores its own.
    private var mainCursor = (row: 0, column: 0)
    private var state = State.ground
    private var collected: [UInt8] = []
    private var missing = 0

    private enum State {
        case ground
        case character
        case escape
        case charset
        case csi
        case command
        case commandEscape
    }

    /// Makes a blank terminal; `width` gives the columns of a scalar (0 joins the cell before).
    package init(columns: Int, rows: Int, width: @escaping @Sendable (Unicode.Scalar) -> Int) {
        self.columns = columns
        self.rows = rows
        self.width = width
        bottom = rows - 1
        grid = Array(repeating: Array(repeating: Cell(), count: columns), count: rows)
    }

    /// One row as text, without trailing spaces.
    package func text(row: Int) -> String {
        var line = Substring(grid[row].map(\.text).joined())
        while line.last == " " { line.removeLast() }
        return String(line)
    }

    /// The whole grid as text, one line per row.
    package func text() -> String { (0..<rows).map { text(row: $0) + "\n" }.joined() }

    /// Changes the size as terminals do: what fits stays at the top left.
    package mutating func resize(columns: Int, rows: Int) {
        var grown = Array(repeating: Array(repeating: Cell(), count: columns), count: rows)
        for row in 0..<min(rows, self.rows) {
            for column in 0..<min(columns, self.columns) { grown[row][column] = grid[row][column] }
        }
        grid = grown
        self.columns = columns
        self.rows = rows
        top = 0
        bottom = rows - 1
        row = min(row, rows - 1)
        column = min(column, columns - 1)
        wrapsNext = false
    }

    /// Takes output of the program.
    package mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { take(byte) }
    }

    private mutating func take(_ byte: UInt8) {
        if byte == 0x18 || byte == 0x1A {
            state = .ground
            return
        }
        switch state {
        case .ground: ground(byte)
        case .character:
            collected.append(byte)
            missing -= 1
            guard missing == 0 else { return }
            state = .ground
            for scalar in String(decoding: collected, as: UTF8.self).unicodeScalars { show(scalar) }
        case .escape: escape(byte)
        case .charset: state = .ground
        case .csi:
            collected.append(byte)
            guard byte >= 0x40 else { return }
            state = .ground
            execute(String(decoding: collected, as: UTF8.self))
        case .command:
            // The Linux console's palette reset is `ESC ] R` without an end.
            if byte == 0x07 || (byte == 0x52 && collected.isEmpty) {
                endCommand()
            } else if byte == 0x1B {
                state = .commandEscape
            } else {
                collected.append(byte)
            }
        case .commandEscape: endCommand()
        }
    }

    private mutating func endCommand() {
        state = .ground
        commands.append(String(decoding: collected, as: UTF8.self))
    }

    private mutating func ground(_ byte: UInt8) {
        switch byte {
        case 0x1B: state = .escape
        case 0x0D: move(row, 0)
        case 0x0A, 0x0B, 0x0C: lineFeed()
        case 0x08: move(row, max(0, column - 1))
        case 0x09: move(row, min(columns - 1, (column / 8 + 1) * 8))
        case 0x00, 0x07, 0x0E, 0x0F: break
        case 0x20..<0x7F: show(Unicode.Scalar(byte))
        case 0xC2...0xF4:
            collected = [byte]
            missing = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3
            state = .character
        default: unknown.append("byte \(byte)")
        }
    }

    private mutating func escape(_ byte: UInt8) {
        state = .ground
        collected = []
        switch byte {
        case UInt8(ascii: "["): state = .csi
        case UInt8(ascii: "]"), UInt8(ascii: "P"): state = .command
        case UInt8(ascii: "("), UInt8(ascii: ")"): state = .charset
        case UInt8(ascii: "7"): savedCursor = (row, column)
        case UInt8(ascii: "8"): move(savedCursor.row, savedCursor.column)
        case UInt8(ascii: "M"):
            if row == top { scroll(from: top, to: bottom, by: -1) } else { move(max(0, row - 1), column) }
        case UInt8(ascii: "D"): lineFeed()
        case UInt8(ascii: "="), UInt8(ascii: ">"), UInt8(ascii: "\\"): break
        default: unknown.append("ESC \(Character(Unicode.Scalar(byte)))")
        }
    }

    // MARK: Writing

    private mutating func show(_ scalar: Unicode.Scalar) {
        let wide = width(scalar)
        if wide == 0 {
            let at = wrapsNext || column == 0 ? column : column - 1
            let target = grid[row][at].text.isEmpty && at > 0 ? at - 1 : at
            grid[row][target].text.unicodeScalars.append(scalar)
            return
        }
        if wrapsNext || column + wide > columns {
            move(row, 0)
            lineFeed()
        }
        for place in column..<(column + wide) { breakWide(at: place) }
        grid[row][column] = Cell(text: String(scalar), style: style)
        if wide == 2 { grid[row][column + 1] = Cell(text: "", style: style) }
        if column + wide < columns { column += wide } else { (column, wrapsNext) = (columns - 1, true) }
    }

    /// Half a wide character cannot be shown: overwriting one half clears the other.
    private mutating func breakWide(at place: Int) {
        if grid[row][place].text.isEmpty, place > 0 { grid[row][place - 1].text = " " }
        if place + 1 < columns, grid[row][place + 1].text.isEmpty { grid[row][place + 1].text = " " }
    }

    mutating func move(_ row: Int, _ column: Int) {
        self.row = min(max(0, row), rows - 1)
        self.column = min(max(0, column), columns - 1)
        wrapsNext = false
    }

    private mutating func lineFeed() {
        wrapsNext = false
        if row == bottom { scroll(from: top, to: bottom, by: 1) } else { row = min(row + 1, rows - 1) }
    }

    mutating func scroll(from first: Int, to last: Int, by count: Int) {
        guard first <= last else { return }
        for _ in 0..<min(abs(count), last - first + 1) {
            let blank = Array(repeating: Cell(), count: columns)
            if count > 0 {
                grid.remove(at: first)
                grid.insert(blank, at: last)
            } else {
                grid.remove(at: last)
                grid.insert(blank, at: first)
            }
        }
    }

    mutating func switchScreen(alternate: Bool) {
        guard alternate != isAlternate else { return }
        isAlternate = alternate
        if alternate {
            savedGrid = grid
            mainCursor = (row, column)
            grid = Array(repeating: Array(repeating: Cell(), count: columns), count: rows)
        } else {
            let size = (columns, rows)
            grid = savedGrid
            rows = grid.count
            columns = grid.first?.count ?? size.0
            resize(columns: size.0, rows: size.1)
            move(mainCursor.row, mainCursor.column)
        }
    }
}
