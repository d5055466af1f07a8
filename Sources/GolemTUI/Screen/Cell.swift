// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// One column of one row.
package struct Cell: Sendable, Equatable {
    /// What it shows.
    package var glyph: Glyph
    /// What it means.
    package var role: StyleRole
    /// Columns the glyph takes: 1, 2, or 0 for the right half of a wide glyph.
    package var width: UInt8

    /// Makes a cell.
    package init(glyph: Glyph, role: StyleRole = .normal, width: UInt8 = 1) {
        self.glyph = glyph
        self.role = role
        self.width = width
    }

    /// A space in the normal role.
    package static let blank = Cell(glyph: .space)
}
