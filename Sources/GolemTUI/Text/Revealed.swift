// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Text on which somebody decides: nothing in it is invisible, and nothing is pushed out of sight.
package enum Revealed {
    /// A run of blanks from this length on is shown as its length.
    static let blankLimit = 9

    /// Shows what takes no room as `<U+200B>`, and long runs of blanks as `<300 blanks>`.
    ///
    /// Controls and signs that turn the direction of writing are shown likewise, by ``Sanitizer``.
    package static func text(_ text: String, keepNewlines: Bool) -> String {
        var shown = String.UnicodeScalarView()
        var blanks = 0
        func endRun() {
            if blanks >= blankLimit {
                shown.append(contentsOf: "<\(blanks) blanks>".unicodeScalars)
            } else {
                for _ in 0..<blanks { shown.append(" ") }
            }
            blanks = 0
        }
        for scalar in Sanitizer.clean(text, keepNewlines: keepNewlines).unicodeScalars {
            if scalar == " " {
                blanks += 1
                continue
            }
            endRun()
            if isUnseen(scalar) {
                shown.append(contentsOf: "<U+\(String(scalar.value, radix: 16, uppercase: true))>".unicodeScalars)
            } else {
                shown.append(scalar)
            }
        }
        endRun()
        return String(shown)
    }

    /// The beginning and the end of a text that has no room, and how many characters stand between them.
    static func ends(_ text: String, width: Int) -> (head: String, tail: String, missing: Int)? {
        guard TextWidth.width(of: text) > width else { return nil }
        let characters = Array(text)
        func part(_ characters: some Sequence<Character>) -> [Character] {
            var used = 0
            var part: [Character] = []
            for character in characters {
                used += TextWidth.width(of: String(character))
                if used > width / 2 { break }
                part.append(character)
            }
            return part
        }
        let head = part(characters)
        let tail = part(characters.reversed())
        return (String(head), String(tail.reversed()), characters.count - head.count - tail.count)
    }

    /// Blanks that are none of the keyboard, joiners, fillers, and everything else that a terminal draws as nothing.
    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return false }
        // Hangul fillers and the blank of Braille are letters and signs by their class.
        if [0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800].contains(scalar.value) { return true }
        switch scalar.properties.generalCategory {
        case .format, .spaceSeparator, .unassigned, .privateUse: return true
        default: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}

extension JSONOutline {
    /// The arguments of a call that waits for a person, with nothing invisible in them.
    static func revealed(_ arguments: String) -> [Entry] {
        entries(arguments).map { entry in
            Entry(
                key: Revealed.text(entry.key, keepNewlines: false), text: Revealed.text(entry.text, keepNewlines: true))
        }
    }
}
