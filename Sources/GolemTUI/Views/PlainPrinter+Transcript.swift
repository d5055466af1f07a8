// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension PlainPrinter {
    /// The stored messages of a chat as lines, from a reply's payload; nil when it cannot be read.
    package static func transcript(_ payload: String) -> [String]? {
        TranscriptReader.entries(payload).map(lines)
    }

    /// Lines of a chat: time, who, text; what goes on is indented.
    static func lines(_ entries: [TranscriptEntry]) -> [String] {
        guard !entries.isEmpty else { return ["-- no stored messages --"] }
        return entries.flatMap { entry -> [String] in
            switch entry.role {
            case .user: block(entry, "user", entry.text)
            case .assistant: block(entry, "golem", entry.text)
            case .tool:
                block(entry, "tool", "\(Format.oneLine("\(entry.name) \(entry.detail)")) -> \(entry.outcome)")
                    + body(entry.text)
            case .send, .notice: block(entry, entry.outcome == "error" ? "ERROR" : "note", noticeText(entry))
            }
        }
    }

    private static func noticeText(_ entry: TranscriptEntry) -> String {
        entry.name.isEmpty ? entry.text : "\(entry.name): \(entry.text)"
    }

    private static func block(_ entry: TranscriptEntry, _ who: String, _ text: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let time = entry.time.microseconds == 0 ? "-" : entry.time.rfc3339
        return ["\(time) \(padded(who, to: 5, utf8: false)) \(lines.first ?? "")"]
            + lines.dropFirst().map { "    \($0)" }
    }

    private static func body(_ text: String) -> [String] {
        text.isEmpty ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
    }
}
