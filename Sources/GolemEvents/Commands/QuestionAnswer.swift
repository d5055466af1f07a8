// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What a person says to a question of an MCP server.
public enum QuestionAnswer: Sendable, Equatable, Codable {
    /// The answers as they were typed, by field; for a URL: it was opened.
    case accept([String: [String]])
    /// No.
    case decline
    /// Neither yes nor no.
    case cancel
}

extension QuestionAnswer {
    /// The answers of words such as `colour=red`; a name may come several times.
    ///
    /// Words without `=` answer the only field of a form together, and stand under the empty name.
    public static func texts(_ words: [String]) -> [String: [String]] {
        var texts: [String: [String]] = [:]
        var nameless: [String] = []
        for word in words {
            if let sign = word.firstIndex(of: "="), sign != word.startIndex {
                texts[String(word[..<sign]), default: []].append(String(word[word.index(after: sign)...]))
            } else {
                nameless.append(word)
            }
        }
        if !nameless.isEmpty { texts[""] = [nameless.joined(separator: " ")] }
        return texts
    }
}
