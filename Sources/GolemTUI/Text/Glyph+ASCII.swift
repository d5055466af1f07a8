// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension Glyph {
    /// Whether it is one printable ASCII character.
    var isASCII: Bool { base.value >= 0x20 && base.value < 0x7F && firstMark == "\0" }

    /// What stands for it where only ASCII can be shown; both halves of a wide glyph show this.
    var asciiFallback: Glyph {
        if isASCII { return self }
        switch base {
        case "─", "━", "–", "—", "‐", "‑", "−", "╌", "┄": return "-"
        case "│", "┃", "╎", "┆": return "|"
        case "┌", "┐", "└", "┘", "├", "┤", "┬", "┴", "┼", "╭", "╮", "╰", "╯": return "+"
        case "‘", "’", "′": return "'"
        case "“", "”", "″", "«", "»": return "\""
        case "…", "·", "▁": return "."
        case "•", "●", "○", "★", "×": return "*"
        case "█", "▓", "■", "▉", "▊", "▋", "▌": return "#"
        case "▒", "▆", "▇": return "%"
        case "░", "▄", "▅": return "+"
        case "▂", "▃", "▍", "▎", "▏": return ":"
        case "→", "▶", "›", "▸", "►": return ">"
        case "←", "◀", "‹", "◂", "◄": return "<"
        case "↑", "▲", "▴": return "^"
        case "↓", "▼", "▾": return "v"
        case "↵": return "\\"
        case "\u{A0}", "\u{2002}", "\u{2003}", "\u{2009}", "\u{202F}", "\u{3000}": return " "
        default: return "?"
        }
    }
}
