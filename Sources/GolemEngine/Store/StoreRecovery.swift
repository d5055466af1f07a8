// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEvents

/// Goes on with what can be read from a damaged database.
///
/// The damaged file is renamed, never changed and never deleted.
package enum StoreRecovery {
    /// What was found.
    package struct Report: Sendable, Equatable {
        /// Where the damaged file is now.
        package var damagedPath: String
        /// The tables in the order of the schema.
        package var tables: [Table]

        /// One table's rows.
        package struct Table: Sendable, Equatable {
            /// Its name.
            package var name: String
            /// Rows that are in the new database.
            package var recovered: Int
            /// Rows that were read and made no sense.
            package var rejected: Int
            /// Whether every row could be read.
            package var isComplete: Bool
        }

        /// Whether nothing was lost, as far as one can tell.
        package var isComplete: Bool { tables.allSatisfy { $0.isComplete && $0.rejected == 0 } }
    }

    /// Moves `path` with its log to `<path>.damaged-<time>` and makes a new database of the rows that can be read.
    ///
    /// No engine may run on the workspace; blocks until done. Throws `not_damaged` for a file that is sound, and then
    /// nothing was changed; any other error leaves the damaged file under one of the two names.
    package static func recover(path: String, time: any TimeSource = SystemTime()) throws(StoreError) -> Report {
        guard try isDamaged(path) else {
            throw StoreError(
                code: "not_damaged", message: "\(path) is sound; nothing was changed.", isRetryable: false)
        }
        let stamp = time.wallNow().rfc3339.filter { $0 != ":" && $0 != "-" }
        let damaged = "\(path).damaged-\(stamp)"
        let partial = "\(path).recovered-\(stamp)"
        for suffix in ["", "-wal", "-shm"] {
            guard rename(path + suffix, damaged + suffix) != 0, suffix.isEmpty || errno != ENOENT else { continue }
            throw StoreError(
                code: "not_writable",
                message: "\(path + suffix) cannot be renamed: \(SystemError.text(of: errno)).", isRetryable: false)
        }
        do {
            let tables = try copy(from: damaged, to: partial)
            guard rename(partial, path) == 0 else { throw SystemError.current("rename", path: partial) }
            return Report(damagedPath: damaged, tables: tables)
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(error, path: partial)
        }
    }

    private static func isDamaged(_ path: String) throws(StoreError) -> Bool {
        do {
            _ = try SQLiteStore.check(path, upTo: .max)
            return false
        } catch {
            let error = error as? StoreError ?? StoreError(error, path: path)
            if error.code == "damaged" { return true }
            throw error
        }
    }

    private static func copy(from damaged: String, to partial: String) throws -> [Report.Table] {
        let target = try SQLiteConnection(path: partial)
        try SQLiteStore.migrate(target, from: 0)
        // What cannot even be opened, or has lost its list of tables, gives empty tables.
        let source = try? SQLiteConnection(path: damaged, readOnly: true)
        try target.execute("PRAGMA synchronous = FULL; BEGIN IMMEDIATE")
        var tables: [Report.Table] = []
        for table in StoreSchema.tables {
            var salvage = TableSalvage(table: table, target: target)
            if let source { try salvage.run(source) } else { salvage.isComplete = false }
            tables.append(
                Report.Table(
                    name: table.name, recovered: salvage.recovered, rejected: salvage.rejected,
                    isComplete: salvage.isComplete))
        }
        try target.execute("COMMIT")
        return tables
    }
}
