// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

extension SQLiteStore {
    package func createApproval(_ approval: ApprovalDraft) async throws(StoreError) -> Int64 {
        try await write { connection in
            try connection.query(
                """
                INSERT INTO approvals(turn, call_id, session, request_id, tool, arguments, reason, status, requested_at,
                expires_at) VALUES(?,?,?,?,?,?,?,'pending',?,?)
                """,
                [
                    .integer(approval.turn), .text(approval.callID), .text(approval.session),
                    .text(approval.requestID), .text(approval.tool), .text(approval.arguments),
                    .text(approval.reason), .integer(approval.requestedAt.microseconds),
                    .integer(approval.expiresAt.microseconds),
                ])
            return connection.lastInsertID
        }
    }

    package func decideApproval(_ decision: ApprovalDecided, at time: Timestamp) async throws(StoreError) {
        try await write { connection in
            try connection.query(
                "UPDATE approvals SET status = ?, decided_at = ?, decided_by = ?, note = ? WHERE id = ? AND status = 'pending'",
                [
                    .text(decision.decision), .integer(time.microseconds), .text(decision.by), .text(decision.note),
                    .integer(decision.id),
                ])
        }
    }

    package func abandonApprovals(at time: Timestamp) async throws(StoreError) -> [AbandonedApproval] {
        try await write { connection in
            var abandoned: [AbandonedApproval] = []
            try connection.query(
                "SELECT id, tool, session, request_id FROM approvals WHERE status = 'pending' ORDER BY id", []
            ) { row in
                abandoned.append(
                    AbandonedApproval(
                        id: row.integer(0), tool: row.text(1), session: row.text(2), requestID: row.text(3)))
            }
            try connection.query(
                """
                UPDATE approvals SET status = 'cancelled', decided_at = ?, decided_by = 'system',
                note = 'the engine was restarted; the turn asks again' WHERE status = 'pending'
                """, [.integer(time.microseconds)])
            return abandoned
        }
    }

    package func append(events: [Event]) async throws(StoreError) {
        let rows = events.map { (time: $0.time.microseconds, requestID: $0.requestID, body: jsonText($0)) }
        try await write { connection in
            for row in rows {
                try connection.query(
                    "INSERT INTO events(time, request_id, body) VALUES(?,?,?)",
                    [.integer(row.time), .optional(row.requestID), .text(row.body)])
            }
        }
    }

    package func events(requestID: String, limit: Int) async throws(StoreError) -> [Event] {
        try await read { connection in
            var found: [Event] = []
            try connection.query(
                "SELECT body FROM events WHERE request_id = ? ORDER BY id LIMIT ?",
                [.text(requestID), .integer(Int64(limit))]
            ) { row in
                if let event = jsonValue(Event.self, row.text(0)) { found.append(event) }
            }
            return found
        }
    }

    package func pruneEvents(before time: Timestamp) async throws(StoreError) -> Int {
        try await write { connection in
            // In small portions: a long delete would hold up every turn's commit.
            try connection.query(
                "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE time < ? ORDER BY time LIMIT 2000)",
                [.integer(time.microseconds)])
            return connection.changes
        }
    }
}
