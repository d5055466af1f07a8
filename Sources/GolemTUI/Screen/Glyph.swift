// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What one cell shows: one spacing scalar and up to two combining marks, stored inline.
package struct Glyph: Sendable, Hashable, ExpressibleByUnicodeScalarLiteral {
    /// The spacing scalar.
    package var base: Unicode.Scalar
    /// The first combining mark; NUL when there is none.
    package var firstMark: Unicode.Scalar
    /// The second combining mark; NUL when there is none.
    package var secondMark: Unicode.Scalar

    /// Makes a glyph; NUL stands for "no mark".
    package init(_ base: Unicode.Scalar, _ firstMark: Unicode.Scalar = "\0", _ secondMark: Unicode.Scalar = "\0") {
        self.base = base
        self.firstMark = firstMark
        self.secondMark = secondMark
    }

    /// Makes a glyph of one scalar.
    package init(unicodeScalarLiteral value: Unicode.Scalar) { self.init(value) }

    /// An empty cell.
    package static let space = Glyph(" ")

    /// The replacement for what has no agreed width.
    package static let replacement = Glyph("\u{FFFD}")

    /// The scalars without the empty marks.
    package var text: String {
        var text = String(base)
        if firstMark != "\0" { text.unicodeScalars.append(firstMark) }
        if secondMark != "\0" { text.unicodeScalars.append(secondMark) }
        return text
    }
}
