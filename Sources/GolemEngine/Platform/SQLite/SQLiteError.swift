// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// An error of SQLite with its code, its text and the statement.
package struct SQLiteError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The code of a damaged file, SQLITE_CORRUPT.
    package static let corrupt: Int32 = 11

    /// The extended result code.
    package let code: Int32
    /// SQLite's sentence.
    package let message: String
    /// The statement or the call that failed.
    package let statement: String

    /// The primary result code, for example 13 for a full disk.
    package var primaryCode: Int32 { code & 0xFF }
    /// Whether the disk is full (SQLITE_FULL) or a write failed (SQLITE_IOERR).
    package var isDiskFull: Bool { primaryCode == 13 || primaryCode == 10 }
    /// Whether the file is damaged (SQLITE_CORRUPT) or no database (SQLITE_NOTADB).
    package var isDamaged: Bool { primaryCode == 11 || primaryCode == 26 }

    package var description: String { "SQLite \(code): \(message) (\(statement))" }
}
