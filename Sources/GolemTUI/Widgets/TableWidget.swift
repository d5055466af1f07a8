// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Draws a list with headings and a selected row.
struct TableWidget {
    /// A column with the place that it got.
    struct Placed: Equatable {
        var index: Int
        var offset: Int
        var width: Int
    }

    let columns: [TableColumn]
    let rect: Rect
    let shift: Int

    /// Columns between two columns.
    private var gap: Int { rect.width >= 100 ? 2 : 1 }

    /// The columns that fit: the least important ones go first, the first one and the state never.
    func placed() -> [Placed] {
        let room = rect.width - 1
        let candidates = columns.indices.filter { $0 == 0 || $0 > shift }
        var kept = candidates
        func total(_ kept: [Int]) -> Int { kept.reduce(0) { $0 + columns[$1].width } + gap * max(0, kept.count - 1) }
        while total(kept) > room, kept.count > 1 {
            guard let least = kept.dropFirst().max(by: { columns[$0].priority < columns[$1].priority }),
                columns[least].priority > 0
            else { break }
            kept.removeAll { $0 == least }
        }
        var spare = max(0, room - total(kept))
        var growing = kept.filter { columns[$0].isFlexible }.count
        var placed: [Placed] = []
        var offset = 1
        for index in kept {
            var width = columns[index].width
            if columns[index].isFlexible {
                let share = spare / max(1, growing)
                width += share
                spare -= share
                growing -= 1
            }
            width = min(width, max(0, rect.width - offset))
            placed.append(Placed(index: index, offset: offset, width: width))
            offset += width + gap
        }
        return placed.filter { $0.width > 0 }
    }

    /// The heading line; the sorted column is marked.
    func drawHeading(into frame: inout Frame, sortKey: String?, isReversed: Bool) {
        for place in placed() {
            let column = columns[place.index]
            let isSorted = column.key == sortKey
            let title = isSorted ? column.title + (isReversed ? "-" : "+") : column.title
            frame.put(
                padded(title, to: place.width, align: column.align, utf8: frame.utf8), row: rect.row,
                column: rect.column + place.offset, role: .title)
        }
    }

    /// One row.
    func draw(
        _ row: TableRow, into frame: inout Frame, at line: Int, isSelected: Bool, isFocused: Bool, isMarked: Bool,
        find: Needle?
    ) {
        let base: StyleRole? = isSelected && isFocused ? .select : nil
        if let base { frame.fill(row: line, column: rect.column, width: rect.width, role: base) }
        if isSelected { frame.put(">", row: line, column: rect.column, role: base ?? .normal) }
        if isMarked { frame.put("*", row: line, column: rect.column, role: base ?? .mark) }
        for place in placed() where place.index < row.cells.count {
            let cell = row.cells[place.index]
            let column = rect.column + place.offset
            let text: String
            switch cell.graph {
            case .spark(let values): text = Graphs.sparkline(values, utf8: frame.utf8)
            case .span(let start, let length, let isError):
                text = Graphs.span(start: start, length: length, isError: isError, width: place.width)
            case nil: text = cell.text
            }
            let shown = padded(text, to: place.width, align: columns[place.index].align, utf8: frame.utf8)
            frame.put(shown, row: line, column: column, role: base ?? cell.role)
            if let find { frame.markHits(of: find, in: shown, row: line, column: column) }
        }
    }
}
