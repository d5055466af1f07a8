// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

extension SQLiteStore {
    package func pendingOutbound(limit: Int) async throws(StoreError) -> [OutboundMessage] {
        try await read { connection in
            var found: [OutboundMessage] = []
            try connection.query(
                """
                SELECT id, channel, chat_id, request_id, text, attempts, next_attempt_at FROM outbox
                WHERE state = 'waiting' ORDER BY id LIMIT ?
                """, [.integer(Int64(limit))]
            ) { found.append(outboundMessage($0)) }
            return found
        }
    }

    package func postOutbound(
        _ draft: OutboundDraft, at time: Timestamp
    ) async throws(StoreError) -> OutboundMessage {
        try await write { connection in
            // Turn 0 is nobody's: its rows are numbered by themselves.
            try connection.query(
                """
                INSERT INTO outbox(turn, sequence, channel, chat_id, request_id, text, state, next_attempt_at, created_at)
                VALUES(0, (SELECT coalesce(max(sequence), 0) + 1 FROM outbox WHERE turn = 0), ?, ?, ?, ?, 'waiting', ?, ?)
                """,
                [
                    .text(draft.channel), .text(draft.chatID), .text(draft.requestID), .text(draft.text),
                    .integer(time.microseconds), .integer(time.microseconds),
                ])
            return OutboundMessage(id: connection.lastInsertID, draft: draft, attempts: 0, nextAttempt: time)
        }
    }

    package func noteDelivery(id: Int64, _ result: DeliveryNote) async throws(StoreError) {
        try await write { connection in
            switch result {
            case .sent(let platformID, _):
                try connection.query(
                    "UPDATE outbox SET state = 'sent', platform_id = ?, attempts = attempts + 1, error = NULL WHERE id = ?",
                    [.text(platformID), .integer(id)])
            case .retry(let error, let time):
                try connection.query(
                    "UPDATE outbox SET attempts = attempts + 1, error = ?, next_attempt_at = ? WHERE id = ?",
                    [.text(error), .integer(time.microseconds), .integer(id)])
            case .dead(let error, _):
                try connection.query(
                    "UPDATE outbox SET state = 'dead', attempts = attempts + 1, error = ? WHERE id = ?",
                    [.text(error), .integer(id)])
            }
        }
    }

    package func reviveOutbound(id: Int64, now: Timestamp) async throws(StoreError) -> OutboundMessage? {
        try await write { connection in
            try connection.query(
                "UPDATE outbox SET state = 'waiting', attempts = 0, next_attempt_at = ? WHERE id = ? AND state = 'dead'",
                [.integer(now.microseconds), .integer(id)])
            guard connection.changes == 1 else { return nil }
            return try connection.first(
                "SELECT id, channel, chat_id, request_id, text, attempts, next_attempt_at FROM outbox WHERE id = ?",
                [.integer(id)], row: outboundMessage)
        }
    }

    package func givenUpOutbound(limit: Int) async throws(StoreError) -> [GivenUpRow] {
        try await read { connection in
            var newestFirst: [GivenUpRow] = []
            try connection.query(
                """
                SELECT id, channel, chat_id, request_id, text, attempts, next_attempt_at, error FROM outbox
                WHERE state = 'dead' ORDER BY id DESC LIMIT ?
                """, [.integer(Int64(limit))]
            ) { row in
                newestFirst.append(GivenUpRow(message: outboundMessage(row), error: row.optionalText(7) ?? ""))
            }
            return newestFirst.reversed()
        }
    }

    package func dropOutbound(id: Int64) async throws(StoreError) -> OutboundMessage? {
        try await write { connection in
            try connection.query(
                "UPDATE outbox SET state = 'dropped' WHERE id = ? AND state = 'dead'", [.integer(id)])
            guard connection.changes == 1 else { return nil }
            return try connection.first(
                "SELECT id, channel, chat_id, request_id, text, attempts, next_attempt_at FROM outbox WHERE id = ?",
                [.integer(id)], row: outboundMessage)
        }
    }
}

private func outboundMessage(_ row: SQLiteRow) -> OutboundMessage {
    OutboundMessage(
        id: row.integer(0),
        draft: OutboundDraft(
            channel: row.text(1), chatID: row.text(2), requestID: row.text(3), text: row.text(4)),
        attempts: Int(row.integer(5)), nextAttempt: Timestamp(microseconds: row.integer(6)))
}
