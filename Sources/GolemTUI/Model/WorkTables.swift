// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The window of the tool list.
let toolWindowSeconds: Int64 = 3_600

extension TableData {
    /// All tools, the busiest of the last hour first.
    static func tools(_ engine: EngineState, now: Timestamp) -> TableData {
        let columns = [
            TableColumn("tool", "TOOL", 17, isFlexible: true),
            TableColumn("run", "RUN", 3, .right, priority: 3),
            TableColumn("calls", "CALLS", 5, .right, priority: 1),
            TableColumn("err", "ERR%", 5, .right),
            TableColumn("tmo", "TMO%", 5, .right, priority: 4),
            TableColumn("p50", "P50", 6, .right, priority: 5),
            TableColumn("p95", "P95", 6, .right, priority: 2),
            TableColumn("p99", "P99", 6, .right, priority: 6),
            TableColumn("max", "MAX", 6, .right, priority: 7),
            TableColumn("last", "LAST", 6, .right, priority: 10),
            TableColumn("all", "ALL", 6, .right, priority: 9),
            TableColumn("denied", "DENIED", 6, .right, priority: 11),
            TableColumn("trend", "TREND", 5, priority: 8),
        ]
        let windows = engine.tools.mapValues { $0.trend.window(seconds: toolWindowSeconds, now: now) }
        let sorted = engine.tools.sorted { left, right in
            let counts = (windows[left.key]?.latencies.count ?? 0, windows[right.key]?.latencies.count ?? 0)
            return counts.0 == counts.1 ? left.key < right.key : counts.0 > counts.1
        }
        let rows = sorted.map { name, tool in
            row(name, tool, windows[name] ?? tool.trend.window(seconds: toolWindowSeconds, now: now), now: now)
        }
        return TableData(columns: columns, rows: rows)
    }

    private static func row(
        _ name: String, _ tool: ToolState, _ window: WindowedHistogram.Slot, now: Timestamp
    ) -> TableRow {
        let calls = window.latencies.count
        func share(_ part: UInt64, marksAt limit: UInt64) -> TableCell {
            guard let text = Format.percent(part, of: calls) else { return .none }
            let isHigh = calls >= 4 && part * 100 >= calls * limit
            return TableCell(isHigh ? text + "!" : text, isHigh ? .crit : .normal, rank: Double(part) / Double(calls))
        }
        func time(_ value: Int64?) -> TableCell {
            value.map { TableCell(durationText($0), rank: Double($0)) } ?? .none
        }
        let trend = tool.trend.series(columns: 5, now: now) { Double($0.latencies.count) }
        return TableRow(
            id: name,
            cells: [
                TableCell(name),
                TableCell("\(tool.running)", tool.running > 0 ? .ok : .dim, rank: Double(tool.running)),
                TableCell(Format.count(calls), rank: Double(calls)), share(window.errors, marksAt: 20),
                share(window.timeouts, marksAt: 20), time(window.latencies.quantile(0.5)),
                time(window.latencies.quantile(0.95)), time(window.latencies.quantile(0.99)),
                time(calls > 0 ? Int64(clamping: window.latencies.maximum) : nil),
                time(tool.calls > 0 ? tool.lastMicroseconds : nil),
                TableCell(Format.count(tool.calls), rank: Double(tool.calls)),
                TableCell("\(tool.denied)", tool.denied > 0 ? .warn : .dim, rank: Double(tool.denied)),
                TableCell("", rank: trend.compactMap { $0 }.reduce(0, +), graph: .spark(trend)),
            ])
    }

    /// The last failures of a tool, newest first.
    static func failures(_ tool: ToolState, in zone: DisplayZone) -> TableData {
        let columns = [
            TableColumn("time", "TIME", 8),
            TableColumn("req", "REQ", 8, priority: 2),
            TableColumn("outcome", "HOW", 7),
            TableColumn("reason", "WHY", 8, priority: 1, isFlexible: true),
        ]
        let rows = tool.failures.elements.enumerated().reversed().map { index, failure in
            TableRow(
                id: "\(failure.time.microseconds).\(index).\(failure.requestID ?? "")",
                cells: [
                    TableCell(zone.clock(failure.time), rank: Double(failure.time.microseconds)),
                    TableCell(Format.shortID(failure.requestID), .link), TableCell(failure.outcome.rawValue, .crit),
                    TableCell(Format.oneLine(failure.reason)),
                ], requestID: failure.requestID)
        }
        return TableData(columns: columns, rows: rows)
    }

    /// Approvals and questions that wait, the one that expires first at the top.
    static func pending(_ engine: EngineState, now: Timestamp) -> TableData {
        let columns = [
            TableColumn("id", "PENDING", 7),
            TableColumn("left", "LEFT", 7, .right),
            TableColumn("age", "AGE", 4, .right, priority: 3),
            TableColumn("tool", "TOOL", 14, isFlexible: true),
            TableColumn("from", "FROM", 16, priority: 2),
            TableColumn("req", "REQ", 8, priority: 4),
            TableColumn("args", "ARGUMENTS", 12, priority: 1, isFlexible: true),
        ]
        let sorted = engine.approvals.sorted {
            ($0.value.request.expiresAt, $0.key) < ($1.value.request.expiresAt, $1.key)
        }
        let rows = sorted.map { id, approval in
            let left = approval.request.expiresAt.since(now)
            let age = now.since(approval.since)
            let arguments = JSONOutline.revealed(approval.request.arguments).map(\.text).joined(separator: "  ")
            return TableRow(
                id: "\(id)",
                cells: [
                    TableCell("\(id)", rank: Double(id)),
                    TableCell(
                        left > 0 ? Format.span(left) : "expired", left < 60_000_000 ? .crit : .ask, rank: Double(left)),
                    TableCell(Format.age(age), rank: Double(age)), TableCell(approval.request.tool),
                    TableCell(approval.session ?? "-"), TableCell(Format.shortID(approval.requestID), .link),
                    TableCell(Format.oneLine(arguments)),
                ], requestID: approval.requestID)
        }
        guard !engine.questions.isEmpty else { return TableData(columns: columns, rows: rows) }
        let asked = engine.questions.values.map { (expiresAt: $0.question.expiresAt, row: question($0, now: now)) }
        let all = zip(sorted.map(\.value.request.expiresAt), rows).map { (expiresAt: $0, row: $1) } + asked
        return TableData(
            columns: columns, rows: all.sorted { ($0.expiresAt, $0.row.id) < ($1.expiresAt, $1.row.id) }.map(\.row))
    }

    private static func question(_ open: QuestionState, now: Timestamp) -> TableRow {
        let question = open.question
        let left = question.expiresAt.since(now)
        let age = now.since(question.askedAt)
        return TableRow(
            id: "q\(question.id)",
            cells: [
                TableCell("q\(question.id)", rank: Double(question.id)),
                TableCell(
                    left > 0 ? Format.span(left) : "expired", left < 60_000_000 ? .crit : .ask, rank: Double(left)),
                TableCell(Format.age(age), rank: Double(age)), TableCell("\(question.server) asks", .ask),
                TableCell(open.session ?? "-"), TableCell(Format.shortID(open.requestID), .link),
                TableCell(Format.oneLine(question.message)),
            ], requestID: open.requestID)
    }

    /// Approvals and questions that were decided, newest first.
    static func decided(_ engine: EngineState, in zone: DisplayZone) -> TableData {
        let columns = [
            TableColumn("id", "DECIDED", 7),
            TableColumn("tool", "TOOL", 14, priority: 1),
            TableColumn("how", "HOW", 9),
            TableColumn("time", "TIME", 8, priority: 2),
            TableColumn("by", "BY", 12, priority: 3),
            TableColumn("note", "NOTE", 6, priority: 4, isFlexible: true),
        ]
        let rows = engine.decidedApprovals.elements.reversed().map { decided in
            let isGood = decided.decision.decision == "approved"
            return TableRow(
                id: "\(decided.decision.id)",
                cells: [
                    TableCell("\(decided.decision.id)", rank: Double(decided.decision.id)),
                    TableCell(decided.decision.tool),
                    TableCell(decided.decision.decision, isGood ? .ok : .warn),
                    TableCell(zone.clock(decided.time), rank: Double(decided.time.microseconds)),
                    TableCell(decided.decision.by), TableCell(decided.decision.note),
                ], requestID: decided.requestID)
        }
        guard !engine.closedQuestions.elements.isEmpty else { return TableData(columns: columns, rows: rows) }
        let closed = engine.closedQuestions.elements.map { (time: $0.time, row: question($0, in: zone)) }
        let all =
            zip(engine.decidedApprovals.elements.reversed().map(\.time), rows).map { (time: $0, row: $1) } + closed
        return TableData(
            columns: columns, rows: all.sorted { ($0.time, $0.row.id) > ($1.time, $1.row.id) }.map(\.row))
    }

    private static func question(_ closed: ClosedQuestion, in zone: DisplayZone) -> TableRow {
        let closing = closed.closing
        return TableRow(
            id: "q\(closing.id).\(closed.time.microseconds)",
            cells: [
                TableCell("q\(closing.id)", rank: Double(closing.id)), TableCell("\(closing.server) asks"),
                TableCell(closing.outcome, closing.outcome == "accepted" ? .ok : .warn),
                TableCell(zone.clock(closed.time), rank: Double(closed.time.microseconds)),
                TableCell(closing.by), TableCell(Format.oneLine(closing.note)),
            ], requestID: closed.requestID)
    }
}
