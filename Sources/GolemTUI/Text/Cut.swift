// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Which end of its field a text sticks to.
package enum Alignment: Sendable {
    /// Left.
    case left
    /// Right, for numbers.
    case right
    /// In the middle.
    case center
}

/// Cuts a text to at most `width` columns and marks the cut: one ellipsis in UTF-8, `..` otherwise.
package func cut(_ text: String, to width: Int, utf8: Bool) -> String {
    guard width > 0 else { return "" }
    guard TextWidth.width(of: text) > width else { return text }
    let mark = utf8 ? "…" : (width > 1 ? ".." : ".")
    let room = width - (utf8 ? 1 : min(2, width))
    var used = 0
    var end = text.startIndex
    for glyph in GlyphSequence(text) {
        used += Int(glyph.width)
        if used > room { break }
        end = glyph.end
    }
    return text[..<end] + mark
}

/// Cuts or fills a text to exactly `width` columns.
package func padded(_ text: String, to width: Int, align: Alignment = .left, utf8: Bool) -> String {
    let cutText = cut(text, to: width, utf8: utf8)
    let missing = max(0, width - TextWidth.width(of: cutText))
    let left =
        switch align {
        case .left: 0
        case .right: missing
        case .center: missing / 2
        }
    return String(repeating: " ", count: left) + cutText + String(repeating: " ", count: missing - left)
}
