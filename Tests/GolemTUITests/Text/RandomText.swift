// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport

@testable import GolemTUI

/// Text as it comes from outside: ordinary, wide, combining, joined, broken and hostile pieces in any order.
enum RandomText {
    static let pieces: [String] = [
        "a", "Z", "7", " ", "  ", "word", "é", "e\u{301}", "ñ", "ß", "日本語", "中", "，", "한국어", "\u{1112}\u{1161}\u{11AB}",
        "ｶﾅ", "Ａ", "👍", "👍🏽", "👨‍👩‍👧‍👦", "🇨🇭", "🇨", "❤️", "❤", "1️⃣", "🏳️‍🌈", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🫨", "☃", "…", "─", "█", "ก็", "น้ำ", "नमस्ते",
        "க்ஷ", "שלום", "مرحبا", "\u{202E}", "\u{2066}", "\u{200B}", "\u{200D}", "\u{FE0F}", "\u{FEFF}", "\u{AD}",
        "\u{301}",
        "z\u{300}\u{301}\u{302}\u{303}\u{304}", "\u{1B}[2J", "\u{1B}]52;c;aGk=\u{07}", "\u{1B}P1$r\u{1B}\\",
        "\u{9B}31m",
        "\u{7F}", "\u{00}", "\u{08}", "\t", "\n", "\r\n", "\r", "\u{2028}", "\u{85}", "\u{E000}", "\u{10FFFF}",
        "\u{378}",
        "\u{3248}", "\u{4DC0}", "\u{0600}", "\u{FFFD}", "\u{115F}", "\u{E0041}",
    ]

    static func make(_ random: inout SeededGenerator, pieces count: Int = 12) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...count, using: &random) {
            if Int.random(in: 0..<8, using: &random) == 0 {
                let value = UInt32.random(in: 0...0x10FFFF, using: &random)
                text.unicodeScalars.append(Unicode.Scalar(value) ?? "?")
            } else {
                text += pieces.randomElement(using: &random) ?? ""
            }
        }
        return text
    }
}

/// Some seeds, so that each run is the same; a failure names its seed.
let propertySeeds: [UInt64] = Array(1...40)
