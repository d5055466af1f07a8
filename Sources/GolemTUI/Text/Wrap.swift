// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Breaks a text into lines of at most `width` columns (2 at least), at spaces where possible; stops after `limit` lines.
///
/// Newlines are kept as line ends; the indentation of a line is kept, spaces at its end are not. A line may also break on both
/// sides of a wide glyph, as Chinese and Japanese text does.
package func wrap(_ text: String, width: Int, limit: Int) -> [String] {
    var wrapper = Wrapper(width: max(2, width), limit: limit)
    var rest = text[...]
    while wrapper.lines.count < limit {
        let end = rest.unicodeScalars.firstIndex(of: "\n") ?? rest.endIndex
        wrapper.add(rest[..<end])
        guard end < rest.endIndex else { break }
        rest = rest[rest.unicodeScalars.index(after: end)...]
    }
    return wrapper.lines
}

/// One wrapping: the lines so far.
private struct Wrapper {
    let width: Int
    let limit: Int
    var lines: [String] = []

    /// A place where the current line may end, where the next one would start, and the columns up to there.
    private struct Break {
        var end: String.Index
        var next: String.Index
        var columns: Int
    }

    init(width: Int, limit: Int) {
        self.width = width
        self.limit = limit
    }

    mutating func add(_ line: Substring) {
        var start = line.startIndex
        var previous = start
        var used = 0
        var chance: Break?
        var afterSpace = true
        for element in GlyphSequence(line) {
            let columns = Int(element.width)
            if element.glyph == .space {
                // Indentation is no place to break: the line before would be empty.
                let isIndent = afterSpace && chance == nil
                used += 1
                if !isIndent {
                    chance = Break(
                        end: afterSpace ? chance?.end ?? previous : previous, next: element.end, columns: used)
                }
                afterSpace = true
                previous = element.end
                continue
            }
            if columns == 2, !afterSpace { chance = Break(end: previous, next: previous, columns: used) }
            while used > 0, used + columns > width {
                let place = chance ?? Break(end: previous, next: previous, columns: used)
                guard emit(line[start..<place.end]) else { return }
                start = place.next
                used -= place.columns
                chance = nil
            }
            used += columns
            previous = element.end
            afterSpace = false
            if columns == 2 { chance = Break(end: previous, next: previous, columns: used) }
        }
        _ = emit(line[start...])
    }

    /// Adds a line without the spaces at its end; false when the limit is reached.
    private mutating func emit(_ line: Substring) -> Bool {
        var line = line.unicodeScalars
        while line.last == " " { line.removeLast() }
        lines.append(String(line))
        return lines.count < limit
    }
}
