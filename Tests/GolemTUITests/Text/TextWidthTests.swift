// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct TextWidthTests {
    @Test(arguments: [
        ("abc", 3), ("", 0), ("日本語", 6), ("한국어", 6), ("é", 1), ("e\u{301}", 1), ("👍", 2), ("👍🏽", 2), ("👨‍👩‍👧‍👦", 2), ("🇨🇭", 2),
        ("❤️", 1),
        ("1️⃣", 1), ("Ａ", 2), ("ｶ", 1), ("\u{200B}", 0), ("\u{1112}\u{1161}\u{11AB}", 2), ("\u{1B}", 1), ("a\r\nb", 4),
        ("\u{378}", 1), ("\u{E000}", 1), ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2), ("น้ำ", 2), ("…", 1),
    ])
    func `Text has the columns that terminals agree on`(text: String, columns: Int) {
        #expect(TextWidth.width(of: text) == columns)
    }

    @Test func `The C library agrees about every scalar that is shown as itself`() {
        _ = ProcessLocale.prepare()
        var disagreements: [String] = []
        for value in UInt32(0x20)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let own: Int
            switch WidthClass(scalar) {
            case .narrow: own = 1
            case .wide: own = 2
            case .mark: own = 0
            case .hidden, .unknown, .control, .regional: continue
            }
            let library = CursesScreen.libraryWidth(of: scalar)
            if library != own { disagreements.append("U+\(String(value, radix: 16)): \(own), C library \(library)") }
        }
        #expect(disagreements.isEmpty)
    }

    @Test func `A cluster becomes its first scalar and its marks`() {
        func shown(_ text: String) -> String { GlyphSequence(text).map(\.glyph.text).joined() }
        #expect(shown("👨‍👩‍👧‍👦!") == "👨!")
        #expect(shown("👍🏽👍🏽") == "👍👍")
        #expect(shown("🇨🇭🇩🇪") == "CHDE")
        #expect(shown("❤️‍🔥") == "❤")
        #expect(shown("\u{1112}\u{1161}\u{11AB}") == "한")
        #expect(shown("z\u{300}\u{301}\u{302}") == "z\u{300}\u{301}")
        #expect(shown("a\u{202E}b") == "ab")
        #expect(shown("a\u{1B}[2Jb") == "a?[2Jb")
    }

    @Test(arguments: propertySeeds)
    func `Width is what put uses`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let text = RandomText.make(&random)
            var frame = Frame(columns: 500, rows: 1)
            #expect(
                frame.put(text, row: 0, column: 0) == TextWidth.width(of: text), "\(text.unicodeScalars.map(\.value))")
        }
    }
}
