// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import FoundationEssentials
import Glibc
import GolemEvents

/// The store in one SQLite file: write-ahead log, one writer with group commit, one reader.
package final class SQLiteStore: Store {
    /// Files up to this many bytes are checked before the engine starts, about 2 ms a megabyte; larger ones while it
    /// runs.
    package static let checkedAtStart = 8 << 20

    let writer: SQLiteWriter
    let reader: SQLiteReader
    private let path: String
    private let isCheckDue: Bool

    /// Opens or creates the database at `path` and brings its tables up to date.
    ///
    /// Blocks while it opens (milliseconds).
    package init(path: String, checkedAtStart: Int = SQLiteStore.checkedAtStart) throws(StoreError) {
        self.path = path
        do {
            isCheckDue = try SQLiteStore.check(path, upTo: checkedAtStart) == false
            let connection = try SQLiteStore.open(path: path)
            writer = SQLiteWriter(connection: connection)
            reader = SQLiteReader(connection: try SQLiteConnection(path: path, readOnly: true))
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(error, path: path)
        }
    }

    package func close() {
        reader.close()
        writer.close()
    }

    /// Looks for damage when opening did not: the error to show, nil when all is well or the task was cancelled.
    package func finishCheck() async -> StoreError? {
        guard isCheckDue else { return nil }
        do {
            guard let problem = try await SQLiteCheck(path: path).run() else { return nil }
            return StoreError(SQLiteError(code: SQLiteError.corrupt, message: problem, statement: ""), path: path)
        } catch {
            return (error as? SQLiteError)?.isDamaged == true ? StoreError(error, path: path) : nil
        }
    }

    /// Runs `body` in a durable transaction.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws -> Value,
        onCommit: @escaping @Sendable (Value) -> Void = { _ in }
    ) async throws(StoreError) -> Value {
        do { return try await writer.write(body, onCommit: onCommit) } catch { throw StoreError(error, path: nil) }
    }

    /// Runs `body` on the reading connection.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws -> Value
    ) async throws(StoreError) -> Value {
        do { return try await reader.read(body) } catch { throw StoreError(error, path: nil) }
    }

    private static func open(path: String) throws -> SQLiteConnection {
        let isNew = access(path, F_OK) != 0
        let connection = try SQLiteConnection(path: path)
        // A new file is brought to disk once, when its tables are made and before anything is accepted.
        if isNew { try connection.execute("PRAGMA synchronous = OFF") }
        // WAL with FULL: a commit is on disk when it returns. The page cache is small, because an idle engine
        // should be; secure_delete would write every deleted page once more.
        try connection.execute(
            """
            PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -2048;
            PRAGMA secure_delete = OFF; PRAGMA wal_autocheckpoint = 2000; PRAGMA temp_store = MEMORY;
            """)
        let version = Int(try connection.first("PRAGMA user_version") { $0.integer(0) } ?? 0)
        try migrate(connection, from: version)
        try connection.execute("PRAGMA synchronous = FULL")
        if isNew {
            try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            try AtomicFile.syncFolder(of: path)
        }
        return connection
    }

    /// Brings a database of `version` to this build's schema.
    static func migrate(_ connection: SQLiteConnection, from version: Int) throws {
        for (index, migration) in StoreSchema.migrations.enumerated() where index >= version {
            try connection.execute("BEGIN IMMEDIATE; \(migration) PRAGMA user_version = \(index + 1); COMMIT")
        }
    }

    /// Refuses a file that is damaged or too new, without changing a byte of it; false when the file is too large to
    /// look for damage everywhere now.
    ///
    /// A connection that may only read does not move the log of changes into the file when it closes.
    static func check(_ path: String, upTo limit: Int) throws -> Bool {
        var info = stat()
        guard lstat(path, &info) == 0, info.st_size > 0 else { return true }
        let connection = try SQLiteConnection(path: path, readOnly: true)
        let isSmall = info.st_size <= limit
        if isSmall, let problem = try connection.firstProblem() {
            throw SQLiteError(code: SQLiteError.corrupt, message: problem, statement: "PRAGMA quick_check")
        }
        let version = Int(try connection.first("PRAGMA user_version") { $0.integer(0) } ?? 0)
        guard version <= StoreSchema.migrations.count else {
            throw StoreError(
                code: "too_new",
                message: "\(path) was written by a newer golem (schema \(version), this build knows "
                    + "\(StoreSchema.migrations.count)). Install that version again, or set another workspace.",
                isRetryable: false)
        }
        return isSmall
    }
}

extension StoreError {
    init(_ error: any Error, path: String?) {
        guard let error = error as? SQLiteError else {
            self.init(code: "failed", message: "the store failed: \(error)", isRetryable: false)
            return
        }
        let place = path ?? "golem.db"
        switch error.primaryCode {
        case 10, 13:
            self.init(
                code: "disk_full",
                message: "\(place) cannot be written (\(error.message)). Nothing was lost; free space on its disk.",
                isRetryable: true)
        case 11, 26:
            self.init(
                code: "damaged",
                message: "\(place) is damaged (\(error.message)). It was left as it is. Run `golem store recover` to "
                    + "keep the damaged file under another name and go on with everything that can be read from it.",
                isRetryable: false)
        case 8, 14, 23:
            self.init(
                code: "not_writable",
                message: "\(place) cannot be opened for writing (\(error.message)). Check the owner and the mode of "
                    + "the workspace's state folder.", isRetryable: false)
        case 5, 6:
            self.init(
                code: "busy", message: "another program holds \(place) (\(error.message)); close it.", isRetryable: true
            )
        case 21: self.init(code: "closed", message: "the store is closed", isRetryable: false)
        default:
            self.init(code: "failed", message: "the store failed: \(error.description)", isRetryable: false)
        }
    }
}

/// A JSON text of `value`, for a column.
func jsonText<Value: Encodable>(_ value: Value) -> String {
    guard let bytes = try? JSONStreamEncoder.bytes(value) else { return "null" }
    return String(decoding: bytes, as: UTF8.self)
}

/// The value that a column's JSON text stands for; nil when it does not parse.
func jsonValue<Value: Decodable>(_ type: Value.Type, _ text: String) -> Value? {
    try? JSONDecoder().decode(type, from: Data(text.utf8))
}
