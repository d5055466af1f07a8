// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The lines that a box is made of.
package struct BoxGlyphs: Sendable, Equatable {
    /// A horizontal line.
    package var horizontal: Glyph
    /// A vertical line.
    package var vertical: Glyph
    /// The corners: top left, top right, bottom left, bottom right.
    package var corners: (Glyph, Glyph, Glyph, Glyph)

    /// The characters `-`, `|` and `+`.
    package static let ascii = BoxGlyphs(horizontal: "-", vertical: "|", corners: ("+", "+", "+", "+"))
    /// Light line drawing.
    package static let utf8 = BoxGlyphs(horizontal: "─", vertical: "│", corners: ("┌", "┐", "└", "┘"))

    /// Whether two sets have the same glyphs.
    package static func == (lhs: BoxGlyphs, rhs: BoxGlyphs) -> Bool {
        lhs.horizontal == rhs.horizontal && lhs.vertical == rhs.vertical && lhs.corners == rhs.corners
    }
}

extension Frame {
    /// The line glyphs of this picture, by its character set.
    package var boxGlyphs: BoxGlyphs { utf8 ? .utf8 : .ascii }

    /// Writes text from a place to the right and returns the columns used.
    ///
    /// The text is cut at `width` columns (default: the end of the row) and at the edges of the picture. A wide glyph is never
    /// split: where only its half fits, a space stands. Control characters show as `?`.
    @discardableResult
    package mutating func put(
        _ text: String, row: Int, column: Int, width: Int? = nil, role: StyleRole = .normal
    ) -> Int {
        guard row >= 0, row < rows, column < columns else { return 0 }
        let limit = min(columns, width.map { column + max(0, $0) } ?? columns)
        var at = column
        for glyph in GlyphSequence(text) {
            if at >= limit { break }
            at += set(glyph.glyph, width: Int(glyph.width), row: row, column: at, limit: limit, role: role)
        }
        return at - column
    }

    /// Puts one glyph; returns the columns used (a space when only half of it fits).
    mutating func set(_ glyph: Glyph, width: Int, row: Int, column: Int, limit: Int, role: StyleRole) -> Int {
        if column + width > limit || (width == 2 && column < 0) {
            for place in max(0, column)..<max(0, min(limit, column + width)) {
                write(Cell(glyph: .space, role: role), row: row, column: place)
            }
            return min(width, limit - column)
        }
        guard column >= 0 else { return width }
        if utf8 || glyph.isASCII {
            write(Cell(glyph: glyph, role: role, width: UInt8(width)), row: row, column: column)
            if width == 2 { write(Cell(glyph: .space, role: role, width: 0), row: row, column: column + 1) }
        } else {
            for place in column..<(column + width) {
                write(Cell(glyph: glyph.asciiFallback, role: role), row: row, column: place)
            }
        }
        return width
    }

    /// Writes one cell and blanks the other half of a wide glyph that it destroys.
    private mutating func write(_ cell: Cell, row: Int, column: Int) {
        let index = row * columns + column
        let old = cells[index]
        if old.width == 2, column + 1 < columns, cells[index + 1].width == 0 {
            cells[index + 1] = Cell(glyph: .space, role: cells[index + 1].role)
        } else if old.width == 0, cell.width != 0, column > 0, cells[index - 1].width == 2 {
            cells[index - 1] = Cell(glyph: .space, role: cells[index - 1].role)
        }
        cells[index] = cell
    }

    /// Fills a rectangle, clipped to the picture, with one narrow glyph.
    package mutating func fill(
        row: Int, column: Int, width: Int, height: Int = 1, glyph: Glyph = .space, role: StyleRole = .normal
    ) {
        for line in max(0, row)..<max(0, row, min(rows, row + max(0, height))) {
            for place in max(0, column)..<max(0, column, min(columns, column + max(0, width))) {
                write(Cell(glyph: utf8 ? glyph : glyph.asciiFallback, role: role), row: line, column: place)
            }
        }
    }

    /// Changes the role of a rectangle without touching its text.
    package mutating func tint(row: Int, column: Int, width: Int, height: Int = 1, role: StyleRole) {
        for line in max(0, row)..<max(0, row, min(rows, row + max(0, height))) {
            for place in max(0, column)..<max(0, column, min(columns, column + max(0, width))) {
                cells[line * columns + place].role = role
            }
        }
    }

    /// Draws a horizontal rule, with a title near its left end when one is given: `-- title ------`.
    package mutating func rule(
        row: Int, column: Int, width: Int, title: String = "", role: StyleRole = .border, titleRole: StyleRole = .title
    ) {
        fill(row: row, column: column, width: width, glyph: boxGlyphs.horizontal, role: role)
        guard !title.isEmpty, width > 6 else { return }
        let text = " " + cut(title, to: width - 6, utf8: utf8) + " "
        put(text, row: row, column: column + 2, width: width - 4, role: titleRole)
    }

    /// Draws a box and blanks its inside; a title stands in its top line: `+--[ title ]---+`.
    package mutating func box(
        row: Int, column: Int, width: Int, height: Int, title: String = "", role: StyleRole = .border,
        titleRole: StyleRole = .title
    ) {
        guard width >= 2, height >= 2 else { return }
        let glyphs = boxGlyphs
        fill(row: row, column: column, width: width, height: height)
        fill(row: row, column: column, width: width, glyph: glyphs.horizontal, role: role)
        fill(row: row + height - 1, column: column, width: width, glyph: glyphs.horizontal, role: role)
        fill(row: row, column: column, width: 1, height: height, glyph: glyphs.vertical, role: role)
        fill(row: row, column: column + width - 1, width: 1, height: height, glyph: glyphs.vertical, role: role)
        fill(row: row, column: column, width: 1, glyph: glyphs.corners.0, role: role)
        fill(row: row, column: column + width - 1, width: 1, glyph: glyphs.corners.1, role: role)
        fill(row: row + height - 1, column: column, width: 1, glyph: glyphs.corners.2, role: role)
        fill(row: row + height - 1, column: column + width - 1, width: 1, glyph: glyphs.corners.3, role: role)
        guard !title.isEmpty, width > 10 else { return }
        var at = column + 3
        at += put("[ ", row: row, column: at, role: role)
        at += put(cut(title, to: width - 10, utf8: utf8), row: row, column: at, role: titleRole)
        put(" ]", row: row, column: at, role: role)
    }
}
