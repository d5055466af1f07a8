// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// How many columns text takes on the screen, from our own table (`scripts/generate-width-table.py`), never from libc.
///
/// A width is always what ``Frame/put(_:row:column:width:role:)`` uses: clusters count as their reduced form.
package enum TextWidth {
    /// Columns of a scalar that stands alone: 0, 1 or 2; a control character counts as the `?` that is shown for it.
    package static func width(of scalar: Unicode.Scalar) -> Int {
        switch WidthClass(scalar) {
        case .narrow, .unknown, .control, .regional: 1
        case .wide: 2
        case .mark, .hidden: 0
        }
    }

    /// Columns of one cluster.
    package static func width(of character: Character) -> Int { width(of: String(character)) }

    /// Columns of a whole text.
    package static func width(of text: String) -> Int {
        // Plain ASCII, nearly everything on a screen, needs no look at clusters.
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        var total = 0
        for glyph in GlyphSequence(text) { total += Int(glyph.width) }
        return total
    }
}
