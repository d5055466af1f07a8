// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// One column of a list.
package struct TableColumn: Sendable, Equatable {
    /// The name in filters (`chan:telegram`) and sorting.
    package var key: String
    /// The heading.
    package var title: String
    /// The columns that it takes at least.
    package var width: Int
    /// Which side its text sticks to.
    package var align: Alignment
    /// How long it stays when the screen gets narrow: 0 always, higher numbers go first.
    package var priority: Int
    /// Whether it takes what is left.
    package var isFlexible: Bool

    init(
        _ key: String, _ title: String, _ width: Int, _ align: Alignment = .left, priority: Int = 0,
        isFlexible: Bool = false
    ) {
        self.key = key
        self.title = title
        self.width = width
        self.align = align
        self.priority = priority
        self.isFlexible = isFlexible
    }
}

/// A picture in a cell, drawn as wide as its column is.
package enum CellGraph: Sendable, Equatable {
    /// One value a column of time, oldest first; nil is a gap.
    case spark([Double?])
    /// A bar on a time axis, in shares of the whole (0…1); an open end has no length.
    case span(start: Double, length: Double?, isError: Bool)
}

/// One cell of a list.
package struct TableCell: Sendable, Equatable {
    /// The text.
    package var text: String
    /// How it is shown.
    package var role: StyleRole
    /// What it is sorted by; its text when nil.
    package var rank: Double?
    /// What is drawn instead of the text.
    package var graph: CellGraph?

    init(_ text: String, _ role: StyleRole = .normal, rank: Double? = nil, graph: CellGraph? = nil) {
        self.text = text
        self.role = role
        self.rank = rank
        self.graph = graph
    }

    /// Nothing was measured: not a zero.
    static let none = TableCell("-", .dim, rank: -1)
}

/// One row of a list.
package struct TableRow: Sendable, Equatable {
    /// What it stands for; selection follows it.
    package var id: String
    /// One cell a column.
    package var cells: [TableCell]
    /// The request that `t` traces.
    package var requestID: String?
}

/// A list before filter and order.
package struct TableData: Sendable, Equatable {
    /// The columns.
    package var columns: [TableColumn]
    /// The rows in the list's own order.
    package var rows: [TableRow]

    static let empty = TableData(columns: [], rows: [])

    /// Rows that pass a filter.
    func filtered(by filter: Filter) -> [TableRow] {
        guard !filter.isEmpty else { return rows }
        let matcher = filter.matcher()
        return rows.filter { row in
            matcher.matches(row.cells.map(\.text)) { key in
                let index =
                    columns.firstIndex { $0.key == key }
                    ?? (key.isEmpty ? nil : columns.firstIndex { $0.title.lowercased().hasPrefix(key) })
                return index.map { row.cells[$0].text }
            }
        }
    }

    /// Rows by a column; equal ones keep the list's own order.
    func sorted(_ rows: [TableRow], by key: String?, isReversed: Bool) -> [TableRow] {
        guard let key, let column = columns.firstIndex(where: { $0.key == key }) else {
            return isReversed ? rows.reversed() : rows
        }
        let order = rows.indices.sorted { left, right in
            let comparison = Self.compare(rows[left].cells[column], rows[right].cells[column])
            if comparison == 0 { return left < right }
            return isReversed ? comparison > 0 : comparison < 0
        }
        return order.map { rows[$0] }
    }

    private static func compare(_ left: TableCell, _ right: TableCell) -> Int {
        if let left = left.rank, let right = right.rank { return left < right ? -1 : (left > right ? 1 : 0) }
        return left.text < right.text ? -1 : (left.text > right.text ? 1 : 0)
    }
}
