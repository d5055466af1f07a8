// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A line of text that is being typed.
package struct LineEditor: Sendable, Equatable {
    /// Characters that a line may hold; typing beyond is ignored.
    static let limit = 4_000

    /// The text.
    package private(set) var text: String
    /// The cursor: characters before it.
    package private(set) var cursor: Int

    /// Makes a line with the cursor at its end.
    package init(_ text: String = "") {
        self.text = text
        cursor = text.count
    }

    /// Applies an editing key; false when the key does not edit.
    mutating func apply(_ key: Key) -> Bool {
        switch key {
        case .character(let character): insert(String(character))
        case .paste(let pasted): insert(pasted)
        case .backspace, .control("h"): remove(max(0, cursor - 1)..<cursor)
        case .delete, .control("d"): remove(cursor..<min(text.count, cursor + 1))
        case .left, .control("b"): cursor = max(0, cursor - 1)
        case .right, .control("f"): cursor = min(text.count, cursor + 1)
        case .home, .control("a"): cursor = 0
        case .end, .control("e"): cursor = text.count
        case .control("u"): remove(0..<cursor)
        case .control("k"): remove(cursor..<text.count)
        case .control("w"): remove(wordStart()..<cursor)
        default: return false
        }
        return true
    }

    /// The cursor's byte position, for drawing.
    var textBeforeCursor: String { String(text.prefix(cursor)) }

    private mutating func insert(_ addition: String) {
        let room = Self.limit - text.count
        guard room > 0 else { return }
        let clean = Sanitizer.clean(String(addition.prefix(room)), keepNewlines: true)
        let before = String(text.prefix(cursor)) + clean
        let after = String(text.dropFirst(cursor))
        // Counted anew: an inserted combining mark joins the character before it.
        cursor = before.count
        text = before + after
        cursor = min(cursor, text.count)
    }

    private mutating func remove(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let before = text.prefix(range.lowerBound)
        let after = text.dropFirst(range.upperBound)
        cursor = before.count
        text = String(before + after)
        cursor = min(cursor, text.count)
    }

    private func wordStart() -> Int {
        let characters = Array(text.prefix(cursor))
        var at = characters.count
        while at > 0, characters[at - 1] == " " { at -= 1 }
        while at > 0, characters[at - 1] != " " { at -= 1 }
        return at
    }
}
