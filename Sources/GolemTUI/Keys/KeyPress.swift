// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A key, as the terminal reports it.
package enum Key: Sendable, Hashable {
    /// A printable character, with its case.
    case character(Character)
    /// Arrow up.
    case up
    /// Arrow down.
    case down
    /// Arrow left.
    case left
    /// Arrow right.
    case right
    /// Page up.
    case pageUp
    /// Page down.
    case pageDown
    /// Home.
    case home
    /// End.
    case end
    /// Insert.
    case insert
    /// Return or Enter.
    case enter
    /// Escape.
    case escape
    /// Tab.
    case tab
    /// Shift-Tab.
    case backTab
    /// Backspace.
    case backspace
    /// Delete.
    case delete
    /// A function key, from 1.
    case function(Int)
    /// Ctrl and a letter (lower case) or one of `@ [ \ ] ^ _`.
    case control(Character)
    /// A press of the first mouse button on a cell.
    case click(Position)
    /// A turn of the mouse wheel over a cell.
    case wheel(isUp: Bool, Position)
    /// Pasted text: newlines as `\n`, tabs kept, no other control character.
    case paste(String)
}

extension Key {
    /// The key with a pasted text on one line.
    var onOneLine: Key {
        guard case .paste(let text) = self else { return self }
        return .paste(String(text.map { $0.isNewline ? " " : $0 }))
    }
}

/// One press of a key.
package struct KeyPress: Sendable, Hashable {
    /// The key.
    package var key: Key

    /// Makes a press.
    package init(_ key: Key) { self.key = key }

    /// Makes the press of a printable character.
    package init(_ character: Character) { key = .character(character) }
}
