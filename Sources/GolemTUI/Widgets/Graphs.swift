// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Small pictures of numbers.
enum Graphs {
    private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    private static let ascii: [Character] = [".", ":", "-", "=", "+", "*", "#", "%", "@"]

    /// One cell a value, scaled to the largest; a gap where nothing was measured.
    static func sparkline(_ values: [Double?], utf8: Bool) -> String {
        let levels = utf8 ? blocks : ascii
        let largest = values.compactMap { $0 }.max() ?? 0
        return String(
            values.map { value in
                guard let value else { return " " }
                guard largest > 0 else { return levels[0] }
                let level = Int((value / largest * Double(levels.count - 1)).rounded())
                return levels[min(max(0, level), levels.count - 1)]
            })
    }

    /// A bar of `share` (0…1) of the width; never empty for a share above zero.
    static func bar(_ share: Double, width: Int) -> String {
        guard share > 0, width > 0 else { return "" }
        return String(repeating: "#", count: min(width, max(1, Int((share * Double(width)).rounded()))))
    }

    /// A step on a time axis: `|` for an instant, `[==]` for a span, `[==>` while it runs, `x` for a failed instant.
    static func span(start: Double, length: Double?, isError: Bool, width: Int) -> String {
        guard width > 2 else { return "" }
        let first = min(width - 1, max(0, Int(start * Double(width))))
        let lead = String(repeating: " ", count: first)
        guard let length else {
            let body = max(0, width - first - 2)
            return lead + (width - first >= 2 ? "[" + String(repeating: "=", count: body) + ">" : ">")
        }
        let end = min(width, max(first + 1, Int(((start + length) * Double(width)).rounded(.up))))
        switch end - first {
        case 1: return lead + (length == 0 ? (isError ? "x" : "|") : (isError ? "x" : "="))
        case 2: return lead + (isError ? "[x" : "[]")
        case let cells: return lead + "[" + String(repeating: "=", count: cells - 2) + (isError ? "x" : "]")
        }
    }
}
