// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A picture of the whole screen: cells in rows, and where the cursor is.
///
/// A wide glyph always occupies its own cell and a zero-width cell at its right; every writing operation keeps that true.
package struct Frame: Sendable, Equatable {
    /// Columns.
    package let columns: Int
    /// Rows.
    package let rows: Int
    /// Whether glyphs beyond ASCII may be used; when false, they are replaced as they are put.
    package let utf8: Bool
    /// Where the cursor is; hidden when nil.
    package var cursor: Position?
    var cells: [Cell]

    /// Makes an empty picture.
    package init(columns: Int, rows: Int, utf8: Bool = true) {
        self.columns = max(1, columns)
        self.rows = max(1, rows)
        self.utf8 = utf8
        cells = Array(repeating: .blank, count: self.columns * self.rows)
    }

    /// Makes an empty picture for a terminal.
    package init(size: Size, capabilities: Capabilities) {
        self.init(columns: size.columns, rows: size.rows, utf8: capabilities.utf8)
    }

    /// The size as one value.
    package var size: Size { Size(columns: columns, rows: rows) }

    /// The cell at a place; outside the picture it reads as blank.
    package subscript(row row: Int, column column: Int) -> Cell {
        guard contains(row, column) else { return .blank }
        return cells[row * columns + column]
    }

    func contains(_ row: Int, _ column: Int) -> Bool { row >= 0 && row < rows && column >= 0 && column < columns }
}
