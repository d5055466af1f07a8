// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The tables of the store, as a list of migrations: a database of version n has the first n applied.
enum StoreSchema {
    /// Never edit an entry that was released: add one.
    static let migrations: [String] = [
        """
        CREATE TABLE inbox(
            id INTEGER PRIMARY KEY,
            channel TEXT NOT NULL,
            platform_id TEXT NOT NULL,
            chat_id TEXT NOT NULL,
            session TEXT NOT NULL,
            sender TEXT NOT NULL,
            text TEXT NOT NULL,
            request_id TEXT NOT NULL,
            is_delivered INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            finished_at INTEGER,
            outcome TEXT,
            error_code TEXT,
            UNIQUE(channel, platform_id)
        ) STRICT;
        CREATE INDEX inbox_open ON inbox(id) WHERE finished_at IS NULL;
        CREATE TABLE sessions(
            key TEXT PRIMARY KEY,
            history_start INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE messages(
            id INTEGER PRIMARY KEY,
            session TEXT NOT NULL,
            turn INTEGER NOT NULL,
            body TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX messages_session ON messages(session, id);
        CREATE TABLE turn_steps(
            id INTEGER PRIMARY KEY,
            turn INTEGER NOT NULL,
            body TEXT,
            started_call TEXT
        ) STRICT;
        CREATE INDEX turn_steps_turn ON turn_steps(turn, id);
        CREATE TABLE outbox(
            id INTEGER PRIMARY KEY,
            turn INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            channel TEXT NOT NULL,
            chat_id TEXT NOT NULL,
            request_id TEXT NOT NULL,
            text TEXT NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            next_attempt_at INTEGER NOT NULL,
            platform_id TEXT,
            error TEXT,
            created_at INTEGER NOT NULL,
            UNIQUE(turn, sequence)
        ) STRICT;
        CREATE INDEX outbox_waiting ON outbox(id) WHERE state = 'waiting';
        CREATE TABLE approvals(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            turn INTEGER NOT NULL,
            call_id TEXT NOT NULL,
            session TEXT NOT NULL,
            request_id TEXT NOT NULL,
            tool TEXT NOT NULL,
            arguments TEXT NOT NULL,
            reason TEXT NOT NULL,
            status TEXT NOT NULL,
            requested_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            decided_at INTEGER,
            decided_by TEXT,
            note TEXT
        ) STRICT;
        CREATE INDEX approvals_pending ON approvals(id) WHERE status = 'pending';
        CREATE TABLE events(
            id INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            request_id TEXT,
            body TEXT NOT NULL
        ) STRICT;
        CREATE INDEX events_request ON events(request_id, id) WHERE request_id IS NOT NULL;
        CREATE INDEX events_time ON events(time);
        """
    ]

    /// A table as `StoreRecovery` copies it; a test compares this list with a fresh database.
    struct Table: Sendable, Equatable {
        let name: String
        let columns: [Column]
        let hasRowNumbers: Bool

        /// A column.
        struct Column: Sendable, Equatable {
            let name: String
            let isInteger: Bool
        }

        init(_ name: String, integers: [String], texts: [String], hasRowNumbers: Bool = true) {
            self.name = name
            columns =
                texts.map { Column(name: $0, isInteger: false) } + integers.map { Column(name: $0, isInteger: true) }
            self.hasRowNumbers = hasRowNumbers
        }
    }

    /// All tables of the newest version.
    static let tables = [
        Table(
            "inbox", integers: ["id", "is_delivered", "received_at", "finished_at"],
            texts: [
                "channel", "platform_id", "chat_id", "session", "sender", "text", "request_id", "outcome", "error_code",
            ]),
        Table(
            "sessions", integers: ["history_start", "updated_at"],
            texts: ["key"], hasRowNumbers: false),
        Table(
            "messages", integers: ["id", "turn", "created_at"],
            texts: ["session", "body"]),
        Table(
            "turn_steps", integers: ["id", "turn"],
            texts: ["body", "started_call"]),
        Table(
            "outbox", integers: ["id", "turn", "sequence", "attempts", "next_attempt_at", "created_at"],
            texts: ["channel", "chat_id", "request_id", "text", "state", "platform_id", "error"]),
        Table(
            "approvals", integers: ["id", "turn", "requested_at", "expires_at", "decided_at"],
            texts: ["call_id", "session", "request_id", "tool", "arguments", "reason", "status", "decided_by", "note"]),
        Table(
            "events", integers: ["id", "time"],
            texts: ["request_id", "body"]),
    ]
}
