// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension TableData {
    /// The steps of a request, in the order in which they began, with their place on the time axis.
    static func steps(_ trace: TraceState, now: Timestamp) -> TableData {
        let axis = trace.axis(now: now)
        let columns = [
            TableColumn("start", "START", 8, .right, priority: 2),
            TableColumn("step", "STEP", 5, priority: 1),
            TableColumn("what", "WHAT", 22, isFlexible: true),
            TableColumn("took", "TOOK", 7, .right),
            TableColumn("axis", "0 .. \(durationText(axis.length))", 14, priority: 3, isFlexible: true),
        ]
        let rows = trace.steps.enumerated().map { index, step in
            let isRunning = step.durationMicroseconds == nil && trace.finished == nil
            let took = step.durationMicroseconds ?? max(0, axis.end.since(step.start))
            let startShare = Double(step.start.since(axis.start)) / Double(axis.length)
            let length = isRunning ? nil : Double(took) / Double(axis.length)
            let isInstant = step.durationMicroseconds == 0
            return TableRow(
                id: "\(index)",
                cells: [
                    TableCell(
                        Format.seconds(step.start.since(trace.started), digits: 3),
                        rank: Double(step.start.microseconds)),
                    TableCell(step.kind.rawValue),
                    TableCell(Format.oneLine(step.title), step.isError ? .crit : .normal),
                    TableCell(
                        isInstant ? "-" : durationText(took) + (isRunning ? "+" : ""), isRunning ? .ok : .normal,
                        rank: Double(took)),
                    TableCell(
                        "", step.isError ? .crit : .ok, rank: startShare,
                        graph: .span(start: startShare, length: length, isError: step.isError)),
                ], requestID: trace.requestID)
        }
        return TableData(columns: columns, rows: rows)
    }
}

extension TraceState {
    /// The time axis of the request: from its first step to its end, or to now while it runs.
    func axis(now: Timestamp) -> (start: Timestamp, end: Timestamp, length: Int64) {
        let start = min(started, steps.map(\.start).min() ?? started)
        var end = finished ?? max(now, started)
        for step in steps { end = max(end, step.start.adding(microseconds: step.durationMicroseconds ?? 0)) }
        return (start, end, max(1, end.since(start)))
    }

    /// The step that took longest, with its time; nil when none took any.
    func longestStep(now: Timestamp) -> (index: Int, microseconds: Int64)? {
        let end = axis(now: now).end
        let times = steps.enumerated().map {
            ($0.offset, $0.element.durationMicroseconds ?? max(0, end.since($0.element.start)))
        }
        guard let longest = times.max(by: { $0.1 < $1.1 }), longest.1 > 0 else { return nil }
        return (longest.0, longest.1)
    }
}
