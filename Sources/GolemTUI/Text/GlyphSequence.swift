// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A text as the cells that show it: clusters reduced to what libc, ncurses and practically every terminal agree on.
///
/// A cluster becomes its first spacing scalar and up to two combining marks: a family is its first member, a flag two
/// letters; selectors, joiners and skin tones go. Spacing vowels of Indic scripts keep a cell of their own, because libc and
/// terminals give them one and the word is unreadable without them.
struct GlyphSequence: Sequence, IteratorProtocol {
    /// One glyph, its columns (1 or 2), and where it ends in the text.
    struct Element {
        var glyph: Glyph
        var width: UInt8
        var end: String.Index
    }

    private let scalars: Substring.UnicodeScalarView
    private var index: String.Index

    init(_ text: Substring) {
        scalars = text.unicodeScalars
        index = scalars.startIndex
    }

    init(_ text: String) { self.init(text[...]) }

    mutating func next() -> Element? {
        while index < scalars.endIndex {
            let scalar = scalars[index]
            scalars.formIndex(after: &index)
            switch WidthClass(scalar) {
            case .narrow: return element(scalar, width: 1)
            case .wide: return element(scalar, width: 2)
            case .unknown: return element("\u{FFFD}", width: 1)
            case .regional: return element(letter(scalar), width: 1)
            case .control: return Element(glyph: "?", width: 1, end: index)
            case .mark, .hidden: continue
            }
        }
        return nil
    }

    /// Takes what belongs to the cluster of `base`.
    private mutating func element(_ base: Unicode.Scalar, width: UInt8) -> Element {
        var glyph = Glyph(base)
        var joins = false
        while index < scalars.endIndex {
            let scalar = scalars[index]
            if scalar.value < 0x300 && scalar.value != 0xAD { break }
            switch WidthClass(scalar) {
            case .mark: add(scalar, to: &glyph)
            case .hidden: joins = scalar == "\u{200D}"
            case .wide, .narrow:
                guard isSwallowed(scalar, after: glyph.base, joins: joins) else {
                    return Element(glyph: glyph, width: width, end: index)
                }
                joins = false
            case .unknown, .control, .regional: return Element(glyph: glyph, width: width, end: index)
            }
            scalars.formIndex(after: &index)
        }
        return Element(glyph: glyph, width: width, end: index)
    }

    /// Whether an emoji joins the one before it: by a joiner, or as its skin tone.
    private func isSwallowed(_ scalar: Unicode.Scalar, after base: Unicode.Scalar, joins: Bool) -> Bool {
        guard base.value > 0x7F, base.properties.isEmoji else { return false }
        if (0x1F3FB...0x1F3FF).contains(scalar.value) { return true }
        return joins && scalar.properties.isEmoji
    }

    private func letter(_ regional: Unicode.Scalar) -> Unicode.Scalar {
        Unicode.Scalar(regional.value - 0x1F1E6 + 0x41) ?? "?"
    }

    /// Adds a mark; letters of Hangul are composed, because terminals do not.
    private func add(_ mark: Unicode.Scalar, to glyph: inout Glyph) {
        if glyph.firstMark == "\0", let composed = hangul(glyph.base, mark) {
            glyph.base = composed
        } else if glyph.firstMark == "\0" {
            glyph.firstMark = mark
        } else if glyph.secondMark == "\0" {
            glyph.secondMark = mark
        }
    }

    /// The syllable of two parts, by the arithmetic of the Unicode standard, section 3.12.
    private func hangul(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        let (lead, next) = (first.value, second.value)
        if (0x1100...0x1112).contains(lead), (0x1161...0x1175).contains(next) {
            return Unicode.Scalar(0xAC00 + ((lead - 0x1100) * 21 + (next - 0x1161)) * 28)
        }
        if (0xAC00...0xD7A3).contains(lead), (lead - 0xAC00) % 28 == 0, (0x11A8...0x11C2).contains(next) {
            return Unicode.Scalar(lead + (next - 0x11A7))
        }
        return nil
    }
}
