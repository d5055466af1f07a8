// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine

/// What lies in an engine's database, read from outside while it runs or when it is dead.
struct StoreWindow: Sendable {
    /// A row of the inbox.
    struct Inbound: Sendable {
        let session: String
        let isFinished: Bool
        let outcome: String
    }

    /// A row of the outbox.
    struct Outbound: Sendable {
        let id: Int64
        let state: String
        let attempts: Int64
        let platformID: String?
    }

    private let reader: SQLiteReader

    /// Opens the database of an engine that has started.
    init(path: String) throws {
        reader = SQLiteReader(connection: try SQLiteConnection(path: path, readOnly: true))
    }

    /// Closes it; the engine's next start must find the files as its own process left them.
    func close() { reader.close() }

    /// The rows that a query counts.
    func count(_ table: String) async throws -> Int {
        try await reader.read { Int(try $0.first("SELECT count(*) FROM \(table)") { $0.integer(0) } ?? 0) }
    }

    func inbox() async throws -> [Inbound] {
        try await reader.read { connection in
            var rows: [Inbound] = []
            try connection.query("SELECT session, finished_at, outcome FROM inbox ORDER BY id") {
                rows.append(Inbound(session: $0.text(0), isFinished: !$0.isNull(1), outcome: $0.text(2)))
            }
            return rows
        }
    }

    /// The stored bodies of each session's messages, in their order.
    func messages() async throws -> [String: [String]] {
        try await reader.read { connection in
            var sessions: [String: [String]] = [:]
            try connection.query("SELECT session, body FROM messages ORDER BY id") {
                sessions[$0.text(0), default: []].append($0.text(1))
            }
            return sessions
        }
    }

    func outbox() async throws -> [Outbound] {
        try await reader.read { connection in
            var rows: [Outbound] = []
            try connection.query("SELECT id, state, attempts, platform_id FROM outbox ORDER BY id") {
                rows.append(
                    Outbound(
                        id: $0.integer(0), state: $0.text(1), attempts: $0.integer(2), platformID: $0.optionalText(3)))
            }
            return rows
        }
    }
}
