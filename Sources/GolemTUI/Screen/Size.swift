// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A number of columns and rows.
package struct Size: Sendable, Hashable {
    /// Columns, at least 1.
    package var columns: Int
    /// Rows, at least 1.
    package var rows: Int

    /// Makes a size; numbers below 1 become 1.
    package init(columns: Int, rows: Int) {
        self.columns = max(1, columns)
        self.rows = max(1, rows)
    }
}

/// A place on the screen, counted from zero at the top left.
package struct Position: Sendable, Hashable {
    /// The row.
    package var row: Int
    /// The column.
    package var column: Int

    /// Makes a place.
    package init(row: Int, column: Int) {
        self.row = row
        self.column = column
    }
}

/// What the terminal can show.
package struct Capabilities: Sendable, Equatable {
    /// Colours: 0 (bold, reverse and underline only), 8, 16 or 256.
    package var colors: Int
    /// Whether it shows UTF-8; otherwise everything is ASCII.
    package var utf8: Bool

    /// Makes a description of a terminal.
    package init(colors: Int, utf8: Bool) {
        self.colors = colors
        self.utf8 = utf8
    }
}
