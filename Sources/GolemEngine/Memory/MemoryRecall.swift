// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Finds memories that belong to a question.
struct MemoryRecall: Sendable {
    /// What was found, ready for the prompt.
    struct Found: Sendable {
        var section: String
        var counts: MemoryRecalled
    }

    /// Long-term memory up to this many characters stands in the prompt as a whole and is not searched.
    static let wholeLimit = 6_000
    private static let recentDays = 3
    private static let keywordDays = 3
    /// How many days back are looked through: every turn reads them.
    private static let searchedDays = 400
    private static let keywordLimit = 64

    let files: MemoryFiles

    /// Recent diaries, and whatever matches the words of `question`; nil when there is nothing.
    ///
    /// Blocking.
    func recall(_ question: String) -> Found? {
        let words = Self.keywords(question)
        var items: [String] = []
        var counts = MemoryRecalled(longTerm: 0, diaryRecent: 0, diaryKeyword: 0)
        let longTerm = files.longTerm()
        if longTerm.count > Self.wholeLimit, let excerpt = Self.excerpt(longTerm, words, limit: 1_200) {
            items.append("long_term\n\(excerpt)")
            counts.longTerm = 1
        }
        for day in files.diaryDays().prefix(Self.searchedDays) {
            if counts.diaryRecent < Self.recentDays {
                let text = files.diary(day)
                guard !text.isEmpty else { continue }
                items.append("diary_recent \(day)\n\(Self.cut(text, 600))")
                counts.diaryRecent += 1
            } else if !words.isEmpty, counts.diaryKeyword < Self.keywordDays {
                if let excerpt = Self.excerpt(files.diary(day), words, limit: 400) {
                    items.append("diary_keyword \(day)\n\(excerpt)")
                    counts.diaryKeyword += 1
                }
            } else {
                break
            }
        }
        guard !items.isEmpty else { return nil }
        return Found(section: "## Memory Recall\n" + items.joined(separator: "\n\n"), counts: counts)
    }

    /// The words to look for, in order, lower-cased and each once: at least two characters, no stop words.
    ///
    /// Chinese and Japanese are written without spaces: there each pair of neighbours counts as a word.
    static func keywords(_ question: String) -> [String] {
        var seen: Set<String> = []
        var found: [String] = []
        func add(_ word: Substring) {
            guard found.count < keywordLimit, word.count >= 2 else { return }
            let word = String(word)
            if !stopWords.contains(word), seen.insert(word).inserted { found.append(word) }
        }
        for piece in question.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            guard found.count < keywordLimit else { break }
            var rest = piece[...]
            while let first = rest.first {
                let isDense = first.isWrittenDensely
                let run = rest.prefix { $0.isWrittenDensely == isDense }
                rest = rest[run.endIndex...]
                guard isDense else {
                    add(run)
                    continue
                }
                for (start, end) in zip(run.indices, run.indices.dropFirst()) { add(run[start...end]) }
            }
        }
        return found
    }

    /// The lines of `text` that hold one of the words, up to `limit` characters; nil when there is none.
    static func excerpt(_ text: String, _ words: [String], limit: Int) -> String? {
        guard !words.isEmpty else { return nil }
        var result = ""
        for line in text.split(separator: "\n") {
            let lower = line.lowercased()
            guard words.contains(where: { lower.contains($0) }) else { continue }
            result += (result.isEmpty ? "" : "\n") + line
            if result.count >= limit { break }
        }
        return result.isEmpty ? nil : cut(result, limit)
    }

    /// At most `limit` characters of `text`, with a mark where it was cut.
    static func cut(_ text: String, _ limit: Int) -> String {
        text.count <= limit ? text : text.prefix(limit) + "..."
    }

    private static let stopWords: Set<String> = [
        "the", "and", "for", "are", "was", "were", "with", "that", "this", "what", "when", "where", "who", "how", "why",
        "you", "your", "can", "could", "would", "should", "from", "have", "has", "had", "not", "but", "all", "any",
        "is",
        "it", "in", "on", "of", "to", "at", "be", "do", "does", "did", "me", "my", "we", "our", "an", "as", "by", "or",
    ]
}

extension Character {
    /// Whether it belongs to a script that is written without spaces between words.
    fileprivate var isWrittenDensely: Bool {
        guard let value = unicodeScalars.first?.value else { return false }
        return (0x3040...0x30FF).contains(value) || (0x3400...0x4DBF).contains(value)
            || (0x4E00...0x9FFF).contains(value) || (0xF900...0xFAFF).contains(value)
            || (0x20000...0x3FFFF).contains(value)
    }
}
