// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEvents

/// Reads the long-term memory and the diaries of a workspace.
///
/// Blocking: called on a queue for it.
struct MemoryFiles: Sendable {
    /// The workspace's `memory` folder.
    let folder: String

    /// `MEMORY.md`, trimmed; empty when there is none.
    func longTerm() -> String { Self.text(folder + "/MEMORY.md", limit: 256 * 1024) }

    /// Days with a diary, newest first, as `YYYY-MM-DD`.
    func diaryDays() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { name in
            name.utf8.count == 13 && name.hasSuffix(".md")
                && name.utf8.prefix(10).enumerated().allSatisfy { index, byte in
                    index == 4 || index == 7 ? byte == UInt8(ascii: "-") : (48...57).contains(byte)
                }
        }.map { String($0.prefix(10)) }.sorted(by: >)
    }

    /// Whether there is anything to recall.
    var hasAny: Bool { !longTerm().isEmpty || !diaryDays().isEmpty }

    /// The diary of a day, trimmed; empty when there is none.
    func diary(_ day: String) -> String { Self.text(folder + "/\(day).md", limit: 64 * 1024) }

    static func text(_ path: String, limit: Int) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { return "" }
        let text = String(decoding: data.prefix(limit), as: UTF8.self)
        let start = text.firstIndex { !$0.isWhitespace } ?? text.endIndex
        let end = text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) } ?? text.startIndex
        return start < end ? String(text[start..<end]) : ""
    }
}
