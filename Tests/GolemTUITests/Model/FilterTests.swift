// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct FilterTests {
    private let row = ["telegram", "88123 Anna", "WAITING", "gdalwarp 测绘 dem.tif"]

    private func matches(_ source: String) throws -> Bool {
        try Filter.parse(source).matcher().matches(row) { $0 == "state" ? "WAITING" : nil }
    }

    @Test(arguments: [
        ("", true), ("anna", true), ("Anna", true), ("ANNA", false), ("anna tele", true), ("anna slack", false),
        ("!slack", true), ("!anna", false), ("~8{2}1", true), ("~^tele", true), ("~^anna", false),
        ("!~slack|web", true),
        ("state:wait", true), ("state:idle", false), ("!state:wait", false), ("nosuch:wait", false), ("测绘", true),
        ("~a b", false), (":", false), ("!", true),
    ])
    func `Terms`(source: String, expected: Bool) throws { #expect(try matches(source) == expected) }

    @Test(arguments: ["~(", "~[a", "~(a+)+", "~((a*)b)*", "~*"])
    func `Bad and dangerous patterns are refused`(source: String) {
        #expect(throws: Filter.BadPattern.self) { try Filter.parse(source) }
    }

    @Test(arguments: ["~(ab)+", "~a+b*", "~(a|b)*", "~x{2,3}"])
    func `Harmless repetition is taken`(source: String) throws { _ = try Filter.parse(source) }

    @Test func `The parser takes anything without trapping`() {
        var random = SeededGenerator(seed: 7)
        let alphabet = Array("ab:!~ ()[]{}*+?\\|^$.,测👨‍👩‍👧\u{301}")
        for _ in 0..<3_000 {
            let text = String(
                (0..<Int.random(in: 0...12, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "a" })
            guard let filter = try? Filter.parse(text) else { continue }
            _ = filter.matcher().matches(row) { _ in nil }
        }
    }
}
