// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A text as the cells that show it: clusters reduced to what all terminals agree on.
struct GlyphSequence: Sequence, IteratorProtocol {
    /// One glyph, its columns (1 or 2), and where it ends in the text.
    struct Element {
        var glyph: Glyph
        var width: UInt8
        var end: String.Index
    }

    private let scalars: String.UnicodeScalarView
    private var index: String.Index

    init(_ text: String) {
        scalars = text.unicodeScalars
        index = scalars.startIndex
    }

    mutating func next() -> Element? {
        guard index < scalars.endIndex else { return nil }
        let scalar = scalars[index]
        index = scalars.index(after: index)
        return Element(glyph: Glyph(scalar), width: 1, end: index)
    }
}

extension Glyph {
    /// Whether it is one printable ASCII character.
    var isASCII: Bool { base.value < 0x7F && firstMark == "\0" }

    /// What stands for it where only ASCII can be shown.
    var asciiFallback: Glyph { isASCII ? self : "?" }
}
