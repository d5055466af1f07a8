// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct CutTests {
    @Test func `Text that fits is left alone`() {
        #expect(cut("hello", to: 5, utf8: true) == "hello")
        #expect(cut("日本", to: 4, utf8: true) == "日本")
    }

    @Test func `A cut is marked and never splits a wide cell`() {
        #expect(cut("hello world", to: 8, utf8: true) == "hello w…")
        #expect(cut("hello world", to: 8, utf8: false) == "hello ..")
        #expect(cut("日本語", to: 5, utf8: true) == "日本…")
        #expect(cut("日本語", to: 4, utf8: true) == "日…")
        #expect(cut("ab", to: 1, utf8: false) == ".")
        #expect(cut("ab", to: 0, utf8: true).isEmpty)
        #expect(cut("ab", to: -3, utf8: true).isEmpty)
    }

    @Test(arguments: propertySeeds)
    func `Cut text never exceeds its width, and padded text has exactly it`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let text = RandomText.make(&random)
            let width = Int.random(in: 0...20, using: &random)
            let utf8 = Bool.random(using: &random)
            let short = cut(text, to: width, utf8: utf8)
            #expect(TextWidth.width(of: short) <= width, "\(text.unicodeScalars.map(\.value)) to \(width)")
            if TextWidth.width(of: text) <= width { #expect(short == text) }
            for align in [Alignment.left, .right, .center] {
                #expect(TextWidth.width(of: padded(text, to: width, align: align, utf8: utf8)) == width)
            }
        }
    }

    @Test func `Numbers stand at the right`() {
        #expect(padded("42", to: 5, align: .right, utf8: true) == "   42")
        #expect(padded("42", to: 5, align: .center, utf8: true) == " 42  ")
    }
}
