// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Words for a shell on another machine.
enum ShellWord {
    /// The word in single quotes.
    static func quoted(_ word: String) -> String { "'" + word.replacing("'", with: #"'\''"#) + "'" }
}
