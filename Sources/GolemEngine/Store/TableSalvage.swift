// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Copies the readable rows of one table of a damaged database.
///
/// A scan stops at the first bad page. Rows behind it are reached from the end, and what lies between two bad pages by
/// asking for ever smaller ranges of row numbers.
struct TableSalvage {
    let table: StoreSchema.Table
    let target: SQLiteConnection
    private(set) var recovered = 0
    private(set) var rejected = 0
    var isComplete = true

    /// Questions left for ranges that cannot be read: a file of nothing but bad pages must not take for ever.
    private var budget = 20_000
    private var failure: SQLiteError?

    init(table: StoreSchema.Table, target: SQLiteConnection) {
        self.table = table
        self.target = target
    }

    /// Copies what can be read; throws only when the target cannot be written.
    mutating func run(_ source: SQLiteConnection) throws {
        if table.hasRowNumbers {
            salvage(source, from: .min, to: .max)
        } else {
            var seen: Set<String> = []
            for order in ["ASC", "DESC"] {
                do {
                    try source.query("SELECT \(columnList) FROM \(table.name) ORDER BY 1 \(order)") { row in
                        if seen.insert(row.text(0)).inserted { insert(row, firstColumn: 0) }
                    }
                    break
                } catch {
                    isComplete = false
                }
            }
        }
        if let failure { throw failure }
    }

    private var columnList: String { table.columns.map(\.name).joined(separator: ", ") }

    /// Copies rows with numbers from `low` to `high`, both included.
    private mutating func salvage(_ source: SQLiteConnection, from low: Int64, to high: Int64) {
        guard low <= high, failure == nil else { return }
        guard budget > 0 else {
            isComplete = false
            return
        }
        budget -= 1
        var first: Int64?
        if scan(source, low, high, "ASC", { first = $0 }) { return }
        isComplete = false
        var last: Int64?
        let rest = first.map { $0 == .max ? $0 : $0 + 1 } ?? low
        if scan(source, rest, high, "DESC", { last = $0 }) { return }
        let end = last.map { $0 == .min ? $0 : $0 - 1 } ?? high
        guard rest < end else { return }
        // Between two bad pages: halves, until they are small enough to be one page.
        let width = UInt64(bitPattern: end &- rest)
        let middle = rest &+ Int64(bitPattern: width / 2)
        salvage(source, from: rest, to: middle)
        salvage(source, from: middle + 1, to: end)
    }

    /// Whether the range could be read to its end.
    private mutating func scan(
        _ source: SQLiteConnection, _ low: Int64, _ high: Int64, _ order: String, _ note: (Int64) -> Void
    ) -> Bool {
        guard low <= high else { return true }
        do {
            try source.query(
                "SELECT rowid, \(columnList) FROM \(table.name) WHERE rowid BETWEEN ? AND ? ORDER BY rowid \(order)",
                [.integer(low), .integer(high)]
            ) { row in
                insert(row, firstColumn: 1)
                note(row.integer(0))
            }
            return true
        } catch {
            // No range of a file without a header (26), or without this table (1), can ever be read.
            if error.primaryCode == 26 || error.primaryCode == 1 { budget = 0 }
            return false
        }
    }

    private mutating func insert(_ row: SQLiteRow, firstColumn: Int32) {
        guard failure == nil else { return }
        let values = table.columns.enumerated().map { index, column -> SQLiteValue in
            let position = Int32(index) + firstColumn
            if row.isNull(position) { return .null }
            return column.isInteger ? .integer(row.integer(position)) : .text(row.text(position))
        }
        let marks = Array(repeating: "?", count: values.count).joined(separator: ",")
        do {
            try target.query("INSERT INTO \(table.name)(\(columnList)) VALUES(\(marks))", values)
            recovered += 1
        } catch {
            // A broken rule (19) or a wrong type (20) is the row's fault; the rest is the target's.
            if error.primaryCode == 19 || error.primaryCode == 20 { rejected += 1 } else { failure = error }
        }
    }
}
