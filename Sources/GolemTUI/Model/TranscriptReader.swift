// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Reads the transcript that the engine sends for `readTranscript`, as lines of a chat; all text is cleaned.
enum TranscriptReader {
    /// The outcome of a call whose result is not stored.
    static let noResult = "no result"

    /// The lines of a reply's payload; nil when it is no transcript.
    static func entries(_ payload: String) -> [TranscriptEntry]? {
        WireJSON.value(StoredTranscript.self, payload).map(entries)
    }

    /// The lines of a transcript: a tool's call and its result are one line, and nothing that is stored is left out.
    static func entries(_ transcript: StoredTranscript) -> [TranscriptEntry] {
        var lines: [TranscriptEntry] = []
        if transcript.isCut { lines.append(notice("older messages are stored and not shown")) }
        for entry in transcript.entries { add(entry, to: &lines) }
        return lines.map(Intake.clean)
    }

    private static func add(_ entry: StoredTranscript.Entry, to lines: inout [TranscriptEntry]) {
        let time = entry.time ?? Timestamp(microseconds: 0)
        switch entry.role {
        case .user: lines.append(TranscriptEntry(time: time, role: .user, text: entry.text))
        case .assistant:
            if !entry.text.isEmpty || entry.toolCalls.isEmpty {
                lines.append(TranscriptEntry(time: time, role: .assistant, text: entry.text))
            }
            for call in entry.toolCalls {
                lines.append(
                    TranscriptEntry(
                        time: time, role: .tool, text: "", name: call.name, detail: call.arguments, outcome: noResult,
                        reference: call.id))
            }
        case .tool:
            let outcome = entry.isError ? "error" : "ok"
            if let id = entry.callID,
                let index = lines.lastIndex(where: {
                    $0.role == .tool && $0.reference == id && $0.outcome == noResult
                })
            {
                lines[index].text = entry.text
                lines[index].outcome = outcome
            } else {
                lines.append(
                    TranscriptEntry(
                        time: time, role: .tool, text: entry.text, name: entry.toolName ?? "tool", outcome: outcome,
                        reference: entry.callID ?? ""))
            }
        case .unreadable:
            var line = notice(entry.text)
            line.time = entry.time ?? line.time
            line.name = "unreadable"
            line.outcome = "error"
            lines.append(line)
        }
    }

    private static func notice(_ text: String) -> TranscriptEntry {
        TranscriptEntry(time: Timestamp(microseconds: 0), role: .notice, text: text)
    }
}
