// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Screen {
    private static let bounds: [(limit: UInt64, label: String)] = [
        (10_000, "<=10ms"), (30_000, "<=30ms"), (100_000, "<=100ms"), (300_000, "<=300ms"), (1_000_000, "<=1s"),
        (3_000_000, "<=3s"), (10_000_000, "<=10s"), (30_000_000, "<=30s"), (.max, ">30s"),
    ]

    mutating func drawTools() {
        drawList(.tools)
        let name = state.location.path.first ?? state.selectedID(.tools)
        let tool = name.flatMap { state.shownEngine?.tools[$0] }
        if let rect = layout.blocks[.head] { drawToolHead(name, tool, rect) }
        if let rect = layout.blocks[.histogram] {
            if state.location.path.isEmpty {
                drawRule(
                    above: Rect(row: rect.row, column: 0, width: frame.columns, height: 0), toolTitle(name, tool),
                    right: state.focusedPane == .failures ? "" : "Tab failures")
            }
            if let tool { drawHistogram(tool, rect) }
        }
        if let rect = layout.panes[.failures] {
            if rect.column > 0 { drawDivider(leftOf: rect) }
            drawList(.failures)
        }
    }

    private func toolTitle(_ name: String?, _ tool: ToolState?) -> String {
        guard let name, let tool else { return "no tool" }
        let window = tool.trend.window(seconds: toolWindowSeconds, now: state.shownTime)
        return "\(name)  last 60 min: \(Format.count(window.latencies.count)) calls, \(window.errors) failed, "
            + "\(window.timeouts) timed out"
    }

    private mutating func drawToolHead(_ name: String?, _ tool: ToolState?, _ rect: Rect) {
        drawRule(above: Rect(row: rect.row + 1, column: 0, width: rect.width, height: 0), toolTitle(name, tool))
        guard let tool else {
            frame.put(" unavailable: this tool is not known", row: rect.row + 1, column: 0, role: .dim)
            return
        }
        let all = tool.sinceStart
        func time(_ quantile: Double) -> String { all.quantile(quantile).map(durationText) ?? "-" }
        let text =
            " since start  \(Format.count(tool.calls)) calls  \(tool.errors) failed  \(tool.timeouts) timed out  "
            + "\(tool.denied) denied  p50 \(time(0.5))  p95 \(time(0.95))  p99 \(time(0.99))"
        frame.put(cut(text, to: rect.width, utf8: utf8), row: rect.row + 1, column: rect.column)
    }

    /// How the last hour's calls spread; the quantiles stand, with their values, at the row that they fall into.
    private mutating func drawHistogram(_ tool: ToolState, _ rect: Rect) {
        let latencies = tool.trend.window(seconds: toolWindowSeconds, now: state.shownTime).latencies
        guard latencies.count > 0 else {
            frame.put(
                cut(" empty: no call in the last 60 min", to: rect.width, utf8: utf8), row: rect.row,
                column: rect.column, role: .dim)
            return
        }
        var counts = [UInt64](repeating: 0, count: Self.bounds.count)
        for bucket in latencies.buckets { counts[Self.row(of: bucket.upperBound - 1)] += bucket.count }
        let marks = [(0.5, "p50"), (0.95, "p95"), (0.99, "p99")].compactMap { share, name in
            latencies.quantile(share).map {
                (row: Self.row(of: UInt64($0)), name: name, text: "\(name) \(durationText($0))")
            }
        }
        let largest = max(1, counts.max() ?? 1)
        let barWidth = max(4, rect.width - 17 - 11)
        for (index, bound) in Self.bounds.enumerated() where index < rect.height {
            let row = rect.row + index
            frame.put(
                padded(bound.label, to: 8, align: .right, utf8: utf8)
                    + padded(Format.count(counts[index]), to: 6, align: .right, utf8: utf8),
                row: row, column: rect.column)
            frame.put(utf8 ? "│" : "|", row: row, column: rect.column + 15, role: .border)
            let bar = Graphs.bar(Double(counts[index]) / Double(largest), width: barWidth)
            frame.put(utf8 ? String(repeating: "█", count: bar.count) : bar, row: row, column: rect.column + 16)
            let here = marks.filter { $0.row == index }
            guard !here.isEmpty else { continue }
            let room = rect.width - 17 - bar.count
            let full = here.map(\.text).joined(separator: " ")
            // The values stand in the list; where they do not fit, the names say where they are.
            let mark = full.count <= room ? full : here.map(\.name).joined(separator: " ")
            frame.put(
                cut(mark, to: max(0, room), utf8: utf8), row: row, column: rect.column + 17 + bar.count, role: .title)
        }
    }

    private static func row(of microseconds: UInt64) -> Int {
        bounds.firstIndex { microseconds <= $0.limit } ?? bounds.count - 1
    }
}
