// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension SQLiteStore {
    package func accept(
        _ message: InboundMessage, onInserted: @escaping @Sendable (StoredMessage) -> Void
    ) async throws(StoreError) -> Acceptance {
        try await write { connection in
            try connection.query(
                """
                INSERT INTO inbox(channel, platform_id, chat_id, session, sender, text, request_id, is_delivered,
                received_at) VALUES(?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING
                """,
                [
                    .text(message.channel), .text(message.platformID), .text(message.chatID), .text(message.session),
                    .text(message.sender), .text(message.text), .text(message.requestID),
                    .integer(message.isDelivered ? 1 : 0), .integer(message.receivedAt.microseconds),
                ])
            if connection.changes == 1 {
                let stored = StoredMessage(id: connection.lastInsertID, message: message, isResumed: false)
                onInserted(stored)
                return .accepted(stored)
            }
            let known = try connection.first(
                "SELECT id, finished_at, outcome, error_code FROM inbox WHERE channel = ? AND platform_id = ?",
                [.text(message.channel), .text(message.platformID)]
            ) { row in
                (
                    row.integer(0),
                    row.isNull(1) ? nil : StoredOutcome(text: row.text(2), errorCode: row.optionalText(3))
                )
            }
            return .duplicate(id: known?.0 ?? 0, outcome: known?.1)
        } onCommit: { (acceptance: Acceptance) in
            if case .accepted(let stored) = acceptance { stored.isCommitted.fulfil(true) }
        }
    }

    package func unfinishedMessages() async throws(StoreError) -> [StoredMessage] {
        try await read { connection in
            var found: [StoredMessage] = []
            try connection.query(
                """
                SELECT id, channel, chat_id, platform_id, sender, text, request_id, is_delivered, received_at
                FROM inbox WHERE finished_at IS NULL ORDER BY id
                """
            ) { row in
                found.append(
                    StoredMessage(
                        id: row.integer(0),
                        message: InboundMessage(
                            channel: row.text(1), chatID: row.text(2), platformID: row.text(3), sender: row.text(4),
                            text: row.text(5), requestID: row.text(6), isDelivered: row.integer(7) != 0,
                            receivedAt: Timestamp(microseconds: row.integer(8))),
                        isResumed: true))
            }
            return found
        }
    }

    package func progress(turn: Int64) async throws(StoreError) -> TurnProgress {
        try await read { connection in
            var progress = TurnProgress()
            try connection.query(
                "SELECT body, started_call FROM turn_steps WHERE turn = ? ORDER BY id", [.integer(turn)]
            ) { row in
                if let body = row.optionalText(0), let message = jsonValue(ModelMessage.self, body) {
                    progress.messages.append(message)
                }
                if let call = row.optionalText(1) { progress.startedCalls.insert(call) }
            }
            return progress
        }
    }

    package func noteProgress(
        turn: Int64, messages: [ModelMessage], startedCalls: [String]
    ) async throws(StoreError) {
        let bodies = messages.map { jsonText($0) }
        try await write { connection in
            for body in bodies {
                try connection.query(
                    "INSERT INTO turn_steps(turn, body) VALUES(?,?)", [.integer(turn), .text(body)])
            }
            for call in startedCalls {
                try connection.query(
                    "INSERT INTO turn_steps(turn, started_call) VALUES(?,?)", [.integer(turn), .text(call)])
            }
        }
    }

    package func finish(_ record: TurnRecord) async throws(StoreError) -> [OutboundMessage] {
        let bodies = record.messages.map { jsonText($0) }
        return try await write { connection in
            let now = record.time.microseconds
            try connection.query(
                "UPDATE inbox SET finished_at = ?, outcome = ?, error_code = ? WHERE id = ? AND finished_at IS NULL",
                [
                    .integer(now), .text(record.outcome.text), .optional(record.outcome.errorCode),
                    .integer(record.turn),
                ])
            // The same turn can only end once: a second attempt writes nothing and delivers nothing.
            guard connection.changes == 1 else { return [] }
            for body in bodies {
                try connection.query(
                    "INSERT INTO messages(session, turn, body, created_at) VALUES(?,?,?,?)",
                    [.text(record.session), .integer(record.turn), .text(body), .integer(now)])
            }
            if record.startsNewHistory {
                try connection.query(
                    """
                    INSERT INTO sessions(key, history_start, updated_at)
                    VALUES(?1, (SELECT coalesce(max(id), 0) FROM messages), ?2)
                    ON CONFLICT(key) DO UPDATE SET history_start = excluded.history_start, updated_at = excluded.updated_at
                    """, [.text(record.session), .integer(now)])
            }
            try connection.query("DELETE FROM turn_steps WHERE turn = ?", [.integer(record.turn)])
            var queued: [OutboundMessage] = []
            for (sequence, draft) in record.outbound.enumerated() {
                try connection.query(
                    """
                    INSERT INTO outbox(turn, sequence, channel, chat_id, request_id, text, state, next_attempt_at,
                    created_at) VALUES(?,?,?,?,?,?,'waiting',?,?)
                    """,
                    [
                        .integer(record.turn), .integer(Int64(sequence)), .text(draft.channel), .text(draft.chatID),
                        .text(draft.requestID), .text(draft.text), .integer(now), .integer(now),
                    ])
                queued.append(
                    OutboundMessage(
                        id: connection.lastInsertID, draft: draft, attempts: 0, nextAttempt: record.time))
            }
            return queued
        }
    }

    package func history(session: String, limit: Int) async throws(StoreError) -> [HistoryMessage] {
        try await read { connection in
            var newestFirst: [HistoryMessage] = []
            try connection.query(
                """
                SELECT turn, body FROM messages WHERE session = ?1
                AND id > coalesce((SELECT history_start FROM sessions WHERE key = ?1), 0) ORDER BY id DESC LIMIT ?2
                """, [.text(session), .integer(Int64(limit))]
            ) { row in
                if let message = jsonValue(ModelMessage.self, row.text(1)) {
                    newestFirst.append(HistoryMessage(turn: row.integer(0), message: message))
                }
            }
            return newestFirst.reversed()
        }
    }

    package func transcript(session: String, limit: Int) async throws(StoreError) -> [TranscriptRow]? {
        try await read { connection in
            var newestFirst: [TranscriptRow] = []
            try connection.query(
                "SELECT turn, created_at, body FROM messages WHERE session = ? ORDER BY id DESC LIMIT ?",
                [.text(session), .integer(Int64(limit))]
            ) { row in
                newestFirst.append(
                    TranscriptRow(
                        turn: row.integer(0), time: Timestamp(microseconds: row.integer(1)),
                        message: jsonValue(ModelMessage.self, row.text(2))))
            }
            guard newestFirst.isEmpty else { return newestFirst.reversed() }
            // A chat whose first turn still runs, or whose turns all failed, is known all the same.
            let isKnown =
                try connection.first(
                    "SELECT 1 FROM inbox WHERE session = ? LIMIT 1", [.text(session)], row: { $0.integer(0) }) != nil
            return isKnown ? [] : nil
        }
    }
}
