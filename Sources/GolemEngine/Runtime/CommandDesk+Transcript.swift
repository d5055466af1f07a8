// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension CommandDesk {
    /// Messages of a transcript at most.
    private static let transcriptLimit = 2_000

    /// The stored messages of a chat, as `StoredTranscript`.
    func transcript(_ session: String, _ limit: Int) async -> Outcome {
        let limit = min(max(1, limit), Self.transcriptLimit)
        do {
            // One more than asked for tells whether there are more.
            guard let rows = try await store.transcript(session: session, limit: limit + 1) else {
                return .refused(
                    "unknown_session", "no chat \(session) is known; a session is <channel>:<chat id> (golem attach, 2)"
                )
            }
            let transcript = StoredTranscript(
                session: session, entries: rows.suffix(limit).map(entry), isCut: rows.count > limit)
            return .done("transcript of \(session)", payload: jsonText(transcript))
        } catch {
            return .refused(error.code, error.message)
        }
    }

    /// Redacted before it becomes JSON: afterwards a secret may be hidden by escapes.
    private func entry(_ row: TranscriptRow) -> StoredTranscript.Entry {
        switch row.message {
        case .user(let text)?:
            StoredTranscript.Entry(turn: row.turn, time: row.time, role: .user, text: redactor.redact(text))
        case .assistant(let text, let calls)?:
            StoredTranscript.Entry(
                turn: row.turn, time: row.time, role: .assistant, text: redactor.redact(text),
                toolCalls: calls.map {
                    StoredTranscript.ToolCall(id: $0.id, name: $0.name, arguments: redactor.redact($0.arguments))
                })
        case .toolResult(let id, let name, let content, let isError)?:
            StoredTranscript.Entry(
                turn: row.turn, time: row.time, role: .tool, text: redactor.redact(content), callID: id,
                toolName: name, isError: isError)
        case nil:
            StoredTranscript.Entry(
                turn: row.turn, time: row.time, role: .unreadable,
                text: "a message of turn \(row.turn) is stored in a form that this version cannot read")
        }
    }
}
