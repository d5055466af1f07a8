// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct WrapTests {
    @Test func `Lines break at spaces`() {
        #expect(wrap("the quick brown fox", width: 9, limit: 9) == ["the quick", "brown fox"])
        #expect(wrap("a  b", width: 10, limit: 9) == ["a  b"])
        #expect(wrap("ab     cd", width: 5, limit: 9) == ["ab", "cd"])
    }

    @Test func `Words that are too long break anywhere`() {
        #expect(wrap("abcdefghij k", width: 4, limit: 9) == ["abcd", "efgh", "ij k"])
    }

    @Test func `Chinese breaks between characters`() {
        #expect(wrap("日本語テキスト", width: 5, limit: 9) == ["日本", "語テ", "キス", "ト"])
        #expect(wrap("ab日本", width: 4, limit: 9) == ["ab日", "本"])
        #expect(wrap("word日", width: 5, limit: 9) == ["word", "日"])
    }

    @Test func `Newlines and indentation stay`() {
        #expect(wrap("a\n\n  b\n", width: 10, limit: 9) == ["a", "", "  b", ""])
        #expect(wrap("  one two", width: 6, limit: 9) == ["  one", "two"])
    }

    @Test func `It stops at the limit`() {
        #expect(wrap("a b c d e", width: 1, limit: 2).count == 2)
        #expect(wrap(String(repeating: "x\n", count: 1000), width: 10, limit: 3) == ["x", "x", "x"])
        #expect(wrap("a", width: 10, limit: 0).isEmpty)
    }

    @Test(arguments: propertySeeds)
    func `No line is too wide and no word is lost`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let text = RandomText.make(&random, pieces: 30)
            let width = Int.random(in: 2...20, using: &random)
            let lines = wrap(text, width: width, limit: 1000)
            for line in lines {
                #expect(TextWidth.width(of: line) <= width, "\(text.unicodeScalars.map(\.value)) to \(width)")
            }
            func solid(_ text: String) -> [Unicode.Scalar] {
                text.unicodeScalars.filter { $0 != " " && $0 != "\n" && WidthClass($0) != .hidden }
            }
            #expect(solid(lines.joined()) == solid(text), "\(text.unicodeScalars.map(\.value)) to \(width)")
        }
    }
}
