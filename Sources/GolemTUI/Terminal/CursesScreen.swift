// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

internal import CNcurses
internal import CTerminalRestore
import Glibc
import Synchronization

/// The curses side of a terminal: frames in, bytes out.
///
/// Curses writes to a memory file, never to the terminal: so writing cannot block, a terminal that hung up gets nothing, and
/// the bytes of a frame are known before they are sent. Reading keys, terminal modes, signals and sizes are ours as well; curses
/// only finds the cheapest bytes from one picture to the next.
///
/// There is one at a time in a process, used by one thread: curses keeps global state, and ncurses 6.4 corrupts its memory when
/// two screens of different sizes take turns, whatever lock guards them.
final class CursesScreen {
    private static let isTaken = Mutex(false)

    /// The type whose description is in use.
    let type: String
    /// Colours in use: 0, 8, 16 or 256.
    let colors: Int
    private let utf8: Bool
    private let memory: Int32
    private let output: UnsafeMutablePointer<FILE>
    private let input: UnsafeMutablePointer<FILE>
    private let screen: OpaquePointer
    private var attributes: [UInt32] = []
    private var pairs: [Int32] = []
    /// What curses was last given.
    private var shown: Frame?
    private var size: Size
    private var isCursorVisible: Bool?
    private var repaintsAll = false
    /// Whether the next frame enters the screen again.
    private var isBack = false
    /// Whether the scrolling region has to be set to the whole screen again.
    private var resetsMargins = false
    /// Whether curses can only write the last cell by a trick that breaks on wide glyphs nearby (screen's description).
    let avoidsWideCorner: Bool
    /// Whether the terminal takes control sequences of ECMA-48, and so swallows those that it does not know.
    let isECMA48: Bool
    /// The sequence that resets the terminal's palette; curses sends it as it comes back, and the palette is the user's.
    private let paletteReset: [UInt8]

    /// Starts curses with the first usable type; throws when there is none, or when another screen lives.
    init(types: [String], size: Size, useColor: Bool, utf8: Bool) throws(TerminalError) {
        let isFree = Self.isTaken.withLock { taken in
            defer { taken = true }
            return !taken
        }
        guard isFree else {
            throw TerminalError(code: "terminal.system", message: "this process has a console already")
        }
        let opened: Opened
        do throws(TerminalError) {
            opened = try Self.open(types: types, size: size, useColor: useColor)
        } catch {
            Self.isTaken.withLock { $0 = false }
            throw error
        }
        type = opened.type
        colors = opened.colors
        memory = opened.memory
        output = opened.output
        input = opened.input
        screen = opened.screen
        avoidsWideCorner = tigetstr("rmam") == nil
        isECMA48 = tigetstr("cup").map { String(cString: $0).hasPrefix("\u{1B}[") } ?? false
        paletteReset = tigetstr("oc").map { Array(String(cString: $0).utf8) } ?? []
        self.utf8 = utf8
        self.size = size
        preparePalette()
        // newterm took the size from the description, and has prepared a scrolling region of that size. Forget that: what it
        // does to come back into its screen is made for the true size.
        _ = end()
    }

    deinit {
        delscreen(screen)
        fclose(output)
        fclose(input)
        Self.isTaken.withLock { $0 = false }
    }

    private struct Opened {
        var type: String
        var colors: Int
        var memory: Int32
        var output: UnsafeMutablePointer<FILE>
        var input: UnsafeMutablePointer<FILE>
        var screen: OpaquePointer
    }

    private static func open(types: [String], size: Size, useColor: Bool) throws(TerminalError) -> Opened {
        guard let memory = SystemCalls.memoryFile("golem-screen"), let output = fdopen(memory, "w"),
            let input = fopen("/dev/null", "re")
        else {
            throw TerminalError(code: "terminal.system", message: "no memory for the screen", errno: errno)
        }
        for type in types {
            // newterm replaces the handlers of INT, TERM, TSTP and WINCH; ours and the engine's must survive.
            ctr_save_dispositions()
            let screen = newterm(type, output, input)
            ctr_load_dispositions()
            guard let screen else { continue }
            resizeterm(Int32(size.rows), Int32(size.columns))
            // Never break a picture off because keys wait: they are none of curses' business.
            typeahead(-1)
            idlok(cncurses_standard_window(), true)
            return Opened(
                type: type, colors: useColor ? depth() : 0, memory: memory, output: output, input: input, screen: screen
            )
        }
        fclose(output)
        fclose(input)
        throw TerminalError(
            code: "terminal.no_description",
            message: "no terminal description for \(types.joined(separator: ", ")); is ncurses-base installed?")
    }

    /// Starts colours; how many of our depths the description offers.
    private static func depth() -> Int {
        guard has_colors(), start_color() == OK, use_default_colors() == OK else { return 0 }
        switch cncurses_colors() {
        case 256...: return 256
        case 16...: return 16
        case 8...: return 8
        default: return 0
        }
    }

    private func preparePalette() {
        let palette = Palette(colors: colors)
        var known: [Int32: Int32] = [:]
        for role in StyleRole.allCases {
            let look = palette.look(role)
            var bits: UInt32 = 0
            if look.isBold { bits |= cncurses_bold() }
            if look.isDim { bits |= cncurses_dim() }
            if look.isReverse { bits |= cncurses_reverse() }
            if look.isUnderlined { bits |= cncurses_underline() }
            attributes.append(bits)
            guard let color = look.color else {
                pairs.append(0)
                continue
            }
            let pair = known[color] ?? Int32(known.count + 1)
            if known.updateValue(pair, forKey: color) == nil { init_extended_pair(pair, color, -1) }
            pairs.append(pair)
        }
    }

    /// The bytes that turn the shown picture into `frame`; empty when nothing differs.
    func paint(_ frame: Frame) -> [UInt8] {
        let window = cncurses_standard_window()
        for row in 0..<size.rows where !frame.hasSameRow(row, as: shown) { paint(row, of: frame, on: window) }
        shown = frame
        let wantsCursor = frame.cursor != nil
        if isCursorVisible != wantsCursor {
            isCursorVisible = wantsCursor
            curs_set(wantsCursor ? 1 : 0)
        }
        leaveok(window, !wantsCursor)
        if let cursor = frame.cursor {
            let row = min(max(0, cursor.row), size.rows - 1)
            wmove(window, Int32(row), Int32(min(max(0, cursor.column), size.columns - 1)))
        }
        if repaintsAll {
            repaintsAll = false
            clearok(cncurses_current_window(), true)
        }
        wnoutrefresh(window)
        doupdate()
        var bytes = drain()
        if isBack, !paletteReset.isEmpty, let range = bytes.firstRange(of: paletteReset) { bytes.removeSubrange(range) }
        isBack = false
        guard resetsMargins else { return bytes }
        resetsMargins = false
        return Array("\u{1B}[r".utf8) + bytes
    }

    /// Gives curses one row; a frame of another size is cut or filled with blanks.
    private func paint(_ row: Int, of frame: Frame, on window: UnsafeMutablePointer<WINDOW>?) {
        let columns = size.columns
        withUnsafeTemporaryAllocation(of: cchar_t.self, capacity: columns + 1) { cells in
            cells.initialize(repeating: cchar_t())
            var count = 0
            var column = 0
            while column < columns {
                var cell = frame[row: row, column: column]
                if avoidsWideCorner, row == size.rows - 1, column >= columns - 3, cell.width == 2 {
                    // Both halves as blanks.
                    count += set(Cell(glyph: .space, role: cell.role), in: cells, at: count)
                    column += 1
                    cell = Cell(glyph: .space, role: cell.role)
                }
                if cell.width == 0 || (cell.width == 2 && column + 1 >= columns) {
                    cell = Cell(glyph: .space, role: cell.role)
                }
                count += set(cell, in: cells, at: count)
                column += max(1, Int(cell.width))
            }
            wmove(window, Int32(row), 0)
            mvwadd_wchnstr(window, Int32(row), 0, cells.baseAddress, Int32(count))
        }
    }

    /// Writes a cell as one curses cell, or as two when the C library disagrees about its width; returns how many.
    private func set(_ cell: Cell, in cells: UnsafeMutableBufferPointer<cchar_t>, at index: Int) -> Int {
        let look = Int(cell.role.rawValue)
        var glyph = utf8 ? cell.glyph : cell.glyph.asciiFallback
        var count = 1
        if !utf8, cell.width == 2 { count = 2 }
        if !glyph.isASCII, cncurses_wcwidth(glyph.base.value) != Int32(cell.width) {
            glyph = .replacement
            count = Int(cell.width)
        }
        for place in index..<(index + count) {
            guard let target = cells.baseAddress?.advanced(by: place) else { return count }
            let marks = (glyph.firstMark.value, glyph.secondMark.value)
            if cncurses_set_cell(target, glyph.base.value, marks.0, marks.1, attributes[look], pairs[look]) != 0 {
                cncurses_set_cell(target, glyph.base.value, 0, 0, attributes[look], pairs[look])
            }
        }
        return count
    }

    /// Makes the next frame repaint everything.
    func invalidate() { repaintsAll = true }

    /// Takes a new size; the next frame repaints everything, because terminals rearrange what they show.
    func resize(_ size: Size) {
        guard size != self.size else { return }
        self.size = size
        resizeterm(Int32(size.rows), Int32(size.columns))
        shown = nil
        repaintsAll = true
        // Terminals are free to keep the scrolling region of the old size; the repaint starts with a cursor position of its own.
        resetsMargins = true
    }

    /// The bytes that leave the screen; the next frame enters it again.
    func end() -> [UInt8] {
        endwin()
        repaintsAll = true
        isBack = true
        isCursorVisible = nil
        return drain()
    }

    /// Takes what curses wrote; padding (NUL) is for terminals of the 1980s.
    private func drain() -> [UInt8] {
        fflush(output)
        let count = Int(lseek(memory, 0, SEEK_CUR))
        guard count > 0 else { return [] }
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, pread(memory, buffer.baseAddress, count, 0))
        }
        lseek(memory, 0, SEEK_SET)
        ftruncate(memory, 0)
        return bytes.contains(0) ? bytes.filter { $0 != 0 } : bytes
    }
}

extension Frame {
    /// Whether a row holds the same cells as that row of another frame.
    func hasSameRow(_ row: Int, as other: Frame?) -> Bool {
        guard let other, other.columns == columns, row < rows, row < other.rows else { return false }
        let range = (row * columns)..<((row + 1) * columns)
        return cells[range] == other.cells[range]
    }
}

extension CursesScreen {
    /// What the C library, and so curses, takes for the width of a scalar; -1 when it does not know it.
    static func libraryWidth(of scalar: Unicode.Scalar) -> Int { Int(cncurses_wcwidth(scalar.value)) }
}
