// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Words of a shell's command line: how one is written, and how a line is taken apart.
public enum ShellWords {
    /// A word as a shell takes it: as it is when nothing in it is special, else in single quotes.
    public static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: [0x2D, 0x2E, 0x2F, 0x3A, 0x40, 0x5F, 0x2C, 0x2B, 0x3D, 0x25].contains(byte)
                }
            }
        guard !isPlain else { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }

    /// What follows the first `count` words of a line, as it stands there.
    public static func tail(of line: String, after count: Int) -> String {
        var rest = Substring(line)
        for _ in 0..<count {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            var quote: Character?
            rest = rest.drop { character in
                if let open = quote {
                    if character == open { quote = nil }
                    return true
                }
                if character == "'" || character == "\"" { quote = character }
                return character != " " && character != "\t"
            }
        }
        return String(rest.drop { $0 == " " || $0 == "\t" })
    }

    /// The words of a line with quotes and backslashes taken off; nil when a quote is not closed.
    ///
    /// No expansion of any kind: `$`, `*` and `~` are themselves.
    public static func split(_ line: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in line {
            if isEscaped {
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if let open = quote {
                if character == open {
                    quote = nil
                } else if open == "\"", character == "\\" {
                    isEscaped = true
                } else {
                    word = (word ?? "") + String(character)
                }
            } else if character == "\\" {
                isEscaped = true
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character == " " || character == "\t" {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil, !isEscaped else { return nil }
        if let done = word { words.append(done) }
        return words
    }
}
