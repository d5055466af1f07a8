// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct SanitizerTests {
    @Test func `Escapes show as text`() {
        #expect(Sanitizer.clean("\u{1B}[31mred\u{07}", keepNewlines: false) == "^[[31mred^G")
        #expect(Sanitizer.clean("\u{9B}2J\u{7F}", keepNewlines: false) == "<U+009B>2J^?")
        #expect(Sanitizer.clean("ab\u{202E}cd", keepNewlines: false) == "ab<U+202E>cd")
        #expect(Sanitizer.clean("x\u{E0041}y", keepNewlines: false) == "x<U+E0041>y")
    }

    @Test func `Newlines are kept only when asked for`() {
        #expect(Sanitizer.clean("a\r\nb\nc\rd", keepNewlines: true) == "a\nb\nc\nd")
        #expect(Sanitizer.clean("a\r\nb\tc", keepNewlines: false) == "a↵b c")
    }

    @Test func `Ordinary text of all scripts is left alone`() {
        for text in ["plain", "日本語 한국어", "👨‍👩‍👧‍👦 ❤️ 🇨🇭", "नमस्ते", "שלום", "e\u{301}"] {
            #expect(Sanitizer.clean(text, keepNewlines: false) == text)
        }
    }

    @Test(arguments: propertySeeds)
    func `F40 clean text holds no control character, and cleaning again changes nothing`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let text = RandomText.make(&random)
            for keepNewlines in [true, false] {
                let clean = Sanitizer.clean(text, keepNewlines: keepNewlines)
                for scalar in clean.unicodeScalars where !(keepNewlines && scalar == "\n") {
                    #expect(scalar.properties.generalCategory != .control, "\(text.unicodeScalars.map(\.value))")
                    #expect(!scalar.properties.isBidiControl, "\(text.unicodeScalars.map(\.value))")
                }
                #expect(Sanitizer.clean(clean, keepNewlines: keepNewlines) == clean)
            }
        }
    }
}
