// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// A stored approval, with how it ended.
package struct ApprovalRecord: Sendable, Equatable {
    /// Its number.
    package var id: Int64
    /// `pending`, `approved`, `rejected`, `expired`, `nobody_asked` or `cancelled`.
    package var status: String
    /// When it ended; nil while it is pending.
    package var decidedAt: Timestamp?
    /// Who decided it, or `system`.
    package var decidedBy: String
    /// What was noted with the decision.
    package var note: String

    /// How, when and by whom it was decided, as one sentence; nil while it is pending.
    package var closing: String? {
        guard status != "pending", let decidedAt else { return nil }
        let how =
            status == "expired" || status == "nobody_asked"
            ? "expired at \(decidedAt.rfc3339)" : "was \(status) by \(decidedBy) at \(decidedAt.rfc3339)"
        // "approved" as the note of an approval says nothing more.
        let reason = note.isEmpty || note == status || status == "expired" ? "" : ": \(note)"
        return "approval \(id) \(how)\(reason)"
    }
}

extension SQLiteStore {
    package func approval(id: Int64) async throws(StoreError) -> ApprovalRecord? {
        try await read { connection in
            try connection.first(
                "SELECT status, decided_at, decided_by, note FROM approvals WHERE id = ?", [.integer(id)]
            ) { row in
                ApprovalRecord(
                    id: id, status: row.text(0),
                    decidedAt: row.isNull(1) ? nil : Timestamp(microseconds: row.integer(1)), decidedBy: row.text(2),
                    note: row.text(3))
            }
        }
    }
}
