// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Guesses how many tokens a text costs, before any provider counted it.
///
/// Four ASCII bytes a token and one token for every other character: within a third of the real count for English,
/// code and Chinese, and on the safe side for the last.
enum TokenEstimate {
    static func tokens(in text: String) -> Int {
        var ascii = 0
        var other = 0
        for byte in text.utf8 {
            if byte < 0x80 { ascii += 1 } else if byte >= 0xC0 { other += 1 }
        }
        return (ascii + 3) / 4 + other
    }

    static func tokens(in message: ModelMessage) -> Int {
        switch message {
        case .user(let text): 4 + tokens(in: text)
        case .assistant(let text, let calls):
            4 + tokens(in: text) + calls.reduce(0) { $0 + 8 + tokens(in: $1.name) + tokens(in: $1.arguments) }
        case .toolResult(_, _, let content, _): 8 + tokens(in: content)
        }
    }
}
