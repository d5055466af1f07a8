// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A line of text in pieces of different roles, laid out for a known width.
struct TextLine: Equatable {
    /// A piece.
    struct Span: Equatable {
        var text: String
        var role: StyleRole
    }

    var spans: [Span]

    init(_ text: String = "", _ role: StyleRole = .normal) { spans = [Span(text: text, role: role)] }

    init(spans: [(String, StyleRole)]) { self.spans = spans.map { Span(text: $0.0, role: $0.1) } }

    /// The text of all pieces.
    var text: String { spans.map(\.text).joined() }

    /// The line without its first columns; half of a wide glyph that is cut becomes a space.
    func shifted(by columns: Int) -> TextLine {
        guard columns > 0 else { return self }
        var rest = columns
        var shifted = TextLine(spans: [])
        for span in spans {
            var start = span.text.startIndex
            var lead = ""
            for glyph in GlyphSequence(span.text) where rest > 0 {
                rest -= Int(glyph.width)
                start = glyph.end
                if rest < 0 { lead = " " }
            }
            shifted.spans.append(Span(text: lead + span.text[start...], role: span.role))
        }
        return shifted
    }

    /// Draws the line; returns the columns used.
    @discardableResult
    func draw(into frame: inout Frame, row: Int, column: Int, width: Int) -> Int {
        var at = 0
        for span in spans where at < width {
            at += frame.put(
                cut(span.text, to: width - at, utf8: frame.utf8), row: row, column: column + at, role: span.role)
        }
        return at
    }
}

extension Frame {
    /// Draws pieces so that the last column of the last one is at `endColumn - 1`; returns the columns used.
    @discardableResult
    mutating func putRight(_ line: TextLine, row: Int, endColumn: Int) -> Int {
        let width = TextWidth.width(of: line.text)
        line.draw(into: &self, row: row, column: endColumn - width, width: width)
        return width
    }

    /// Marks where `needle` occurs in a text that was put at a place.
    mutating func markHits(of needle: Needle, in text: String, row: Int, column: Int) {
        guard let range = needle.firstRange(in: text) else { return }
        let bytes = text.utf8
        guard let start = bytes.index(bytes.startIndex, offsetBy: range.lowerBound, limitedBy: bytes.endIndex),
            let end = bytes.index(bytes.startIndex, offsetBy: range.upperBound, limitedBy: bytes.endIndex)
        else { return }
        let before = TextWidth.width(of: String(text[..<start]))
        tint(row: row, column: column + before, width: TextWidth.width(of: String(text[start..<end])), role: .mark)
    }
}
