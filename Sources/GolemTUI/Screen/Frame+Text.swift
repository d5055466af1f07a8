// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension Frame {
    /// One row as text, with its trailing spaces.
    package func text(row: Int) -> String {
        var text = ""
        for column in 0..<columns where self[row: row, column: column].width > 0 {
            text += self[row: row, column: column].glyph.text
        }
        return text
    }

    /// The whole picture as text: one line per row without trailing spaces, each ended by a newline.
    package func text() -> String {
        var lines = ""
        for row in 0..<rows {
            var line = Substring(text(row: row))
            while line.last == " " { line.removeLast() }
            lines += line + "\n"
        }
        return lines
    }

    /// The roles of all columns as letters (`StyleRole.letter`): one line per row without trailing dots, then the cursor.
    package func styleMap() -> String {
        var lines = ""
        for row in 0..<rows {
            var line = ""
            for column in 0..<columns { line.append(self[row: row, column: column].role.letter) }
            while line.last == "." { line.removeLast() }
            lines += line + "\n"
        }
        if let cursor { lines += "cursor \(cursor.row),\(cursor.column)\n" }
        return lines
    }
}
