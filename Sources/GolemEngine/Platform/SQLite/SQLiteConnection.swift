// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CSQLite

/// One connection to a database; used by one thread at a time.
///
/// Statements are prepared once and kept.
package final class SQLiteConnection {
    private let handle: OpaquePointer
    private var statements: [String: SQLiteStatement] = [:]

    /// Opens or creates the file, mode 0600 by the process's umask.
    package init(path: String, readOnly: Bool = false) throws(SQLiteError) {
        var handle: OpaquePointer?
        let flags = readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let code = sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle else {
            let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(handle)
            throw SQLiteError(code: code, message: message, statement: "open \(path)")
        }
        self.handle = handle
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 5_000)
    }

    deinit {
        for statement in statements.values { statement.finalize() }
        sqlite3_close_v2(handle)
    }

    /// Runs SQL that gives no rows; may be several statements.
    package func execute(_ sql: String) throws(SQLiteError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        if code != SQLITE_OK { throw error(code, sql) }
    }

    /// Runs a statement with values and calls `row` for each row.
    package func query(
        _ sql: String, _ values: [SQLiteValue] = [], row: (SQLiteRow) -> Void = { _ in }
    ) throws(SQLiteError) {
        let statement = try statement(sql)
        defer { statement.reset() }
        statement.bind(values)
        while true {
            let code = statement.step()
            switch code {
            case SQLITE_ROW: row(SQLiteRow(statement: statement.handle))
            case SQLITE_DONE: return
            default: throw error(code, sql)
            }
        }
    }

    /// The first row's value as computed by `row`; nil when there is none.
    package func first<Value>(
        _ sql: String, _ values: [SQLiteValue] = [], row: (SQLiteRow) -> Value
    ) throws(SQLiteError) -> Value? {
        var result: Value?
        try query(sql, values) { if result == nil { result = row($0) } }
        return result
    }

    /// The first damage that a look at every page finds, nil when the file is sound.
    package func firstProblem() throws(SQLiteError) -> String? {
        let found = try first("PRAGMA quick_check(1)") { $0.text(0) }
        return found == "ok" ? nil : found
    }

    /// Ends the running statement with an error, from any thread; must not be called once the connection is closed.
    package var interrupter: @Sendable () -> Void {
        nonisolated(unsafe) let handle = handle
        return { sqlite3_interrupt(handle) }
    }

    /// The rowid of the last insert.
    package var lastInsertID: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Rows changed by the last statement.
    package var changes: Int { Int(sqlite3_changes(handle)) }

    private func statement(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        if let statement = statements[sql] { return statement }
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw error(code, sql) }
        let statement = SQLiteStatement(handle: prepared)
        statements[sql] = statement
        return statement
    }

    private func error(_ code: Int32, _ sql: String) -> SQLiteError {
        SQLiteError(
            code: sqlite3_extended_errcode(handle) == SQLITE_OK ? code : sqlite3_extended_errcode(handle),
            message: String(cString: sqlite3_errmsg(handle)), statement: String(sql.prefix(120)))
    }
}

/// A value for a statement's parameter.
package enum SQLiteValue: Sendable, Equatable {
    /// NULL.
    case null
    /// A 64-bit integer.
    case integer(Int64)
    /// Text.
    case text(String)

    /// Text, or NULL for nil.
    package static func optional(_ text: String?) -> SQLiteValue { text.map { .text($0) } ?? .null }
    /// An integer, or NULL for nil.
    package static func optional(_ value: Int64?) -> SQLiteValue { value.map { .integer($0) } ?? .null }
}

/// A row while it is being read; not valid afterwards.
package struct SQLiteRow {
    let statement: OpaquePointer

    /// The integer in `column`.
    package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    /// The text in `column`; empty for NULL.
    package func text(_ column: Int32) -> String {
        guard let pointer = sqlite3_column_text(statement, column) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: pointer, count: count), as: UTF8.self)
    }

    /// Whether `column` is NULL.
    package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    /// The text in `column`, nil for NULL.
    package func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }
}

/// A prepared statement.
private struct SQLiteStatement {
    let handle: OpaquePointer

    func bind(_ values: [SQLiteValue]) {
        for (index, value) in values.enumerated() {
            let position = Int32(index + 1)
            switch value {
            case .null: sqlite3_bind_null(handle, position)
            case .integer(let number): sqlite3_bind_int64(handle, position, number)
            case .text(let text):
                var text = text
                text.withUTF8 { bytes in
                    _ = bytes.withMemoryRebound(to: CChar.self) { characters in
                        csqlite_bind_text(
                            handle, position, characters.baseAddress ?? emptyText, Int32(characters.count))
                    }
                }
            }
        }
    }

    func step() -> Int32 { sqlite3_step(handle) }

    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    func finalize() { sqlite3_finalize(handle) }
}

/// What an empty string is bound to: a null pointer would be bound as NULL.
nonisolated(unsafe) private let emptyText: UnsafePointer<CChar> = {
    let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    pointer.initialize(to: 0)
    return UnsafePointer(pointer)
}()
