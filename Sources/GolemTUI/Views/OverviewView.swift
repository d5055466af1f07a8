// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Screen {
    mutating func drawOverview() {
        guard let engine = state.shownEngine else { return }
        guard state.location.path.isEmpty else {
            drawGivenUp()
            return
        }
        drawList(.problems)
        if let rect = layout.blocks[.now] { drawNow(engine, rect) }
        if let rect = layout.blocks[.side] { drawSide(engine, rect) }
        guard let rect = layout.panes[.lastEvents] else { return }
        if !state.viewState.isZoomed, layout.mode == .full {
            let held = state.viewState.frozen == nil ? heldWord() : ("PAUSED (p resumes)", .mark)
            drawRule(
                above: rect, "LAST EVENTS", right: held?.0 ?? "9 for all", rightRole: held?.1 ?? .dim,
                isFocused: state.focusedPane == .lastEvents)
        }
        drawList(.lastEvents)
    }

    /// One line a kind of work: what is under way, the last hour, and what it was like.
    private mutating func drawNow(_ engine: EngineState, _ rect: Rect) {
        let now = state.shownTime
        let wide = rect.width >= 76
        let columns = wide ? min(30, rect.width - 50) : max(6, rect.width - 40)
        let graph = wide ? 30 : 10
        frame.put(" NOW", row: rect.row, column: rect.column, role: .title)
        if wide { frame.put("LAST HOUR, 1 column = 2 min", row: rect.row, column: rect.column + graph, role: .title) }
        frame.put(
            padded("now", to: 7, align: .right, utf8: utf8) + padded("p95", to: 6, align: .right, utf8: utf8)
                + padded("failed", to: 7, align: .right, utf8: utf8), row: rect.row,
            column: rect.column + graph + columns,
            role: .title)
        let outbox = engine.outbound.values.reduce(0) { $0 + $1.queued }
        let modelsRunning = engine.models.values.reduce(0) { $0 + $1.running }
        let toolsRunning = engine.tools.values.reduce(0) { $0 + $1.running }
        let active = engine.chats.values.filter(\.phase.isRunning).count
        let lefts = [
            ("chats", "\(active) of \(engine.chats.count) busy"), ("turns", "\(engine.runningTurns) running"),
            ("tools", "\(toolsRunning) running"), ("inbox", "\(engine.queuedMessages) in hand"),
            ("outbox", "\(outbox) queued"),
            ("models", "\(modelsRunning) running"),
        ]
        let histories: [(String, WindowedHistogram)] = [
            ("turns", engine.turns), ("llm", engine.modelCalls), ("tools", engine.toolCalls),
            ("outbound", engine.deliveries),
        ]
        for (index, left) in lefts.enumerated() {
            let row = rect.row + 1 + index
            guard row < rect.endRow else { break }
            frame.put(
                " " + padded(left.0, to: 7, utf8: utf8) + left.1, row: row, column: rect.column,
                width: wide ? 20 : graph + 10)
            if index < histories.count {
                drawHistory(
                    histories[index], row: row, rect: rect, graph: graph, columns: columns, wide: wide, now: now)
            } else if index == 4 {
                drawTokens(engine, row: row, rect: rect, graph: graph, columns: columns, wide: wide, now: now)
            }
        }
    }

    private mutating func drawHistory(
        _ history: (String, WindowedHistogram), row: Int, rect: Rect, graph: Int, columns: Int, wide: Bool,
        now: Timestamp
    ) {
        let values = history.1.series(columns: columns, now: now) { Double($0.latencies.count) }
        if wide { frame.put(history.0, row: row, column: rect.column + 20, width: 9, role: .dim) }
        if wide { frame.put(Graphs.sparkline(values, utf8: utf8), row: row, column: rect.column + graph) }
        let hour = history.1.window(seconds: 3_600, now: now)
        let calls = hour.latencies.count
        let perMinute = history.1.window(seconds: 240, now: now).latencies.count
        let p95 = hour.latencies.quantile(0.95).map(durationText) ?? "-"
        let failed = Format.percent(hour.errors, of: calls)
        let isBad = calls >= 4 && hour.errors * 5 >= calls
        var column = rect.column + graph + columns
        let rate = calls == 0 ? "-" : "\(Self.rate(perMinute, minutes: 4))/m"
        column += frame.put(padded(rate, to: 7, align: .right, utf8: utf8), row: row, column: column)
        column += frame.put(padded(p95, to: 6, align: .right, utf8: utf8), row: row, column: column)
        let text = failed.map { $0 + (isBad ? "%!" : "%") } ?? "-"
        frame.put(
            padded(text, to: 7, align: .right, utf8: utf8), row: row, column: column, role: isBad ? .crit : .normal)
    }

    private mutating func drawTokens(
        _ engine: EngineState, row: Int, rect: Rect, graph: Int, columns: Int, wide: Bool, now: Timestamp
    ) {
        let values = engine.modelCalls.series(columns: columns, now: now) { Double($0.amount) }
        if wide { frame.put("tokens", row: row, column: rect.column + 20, width: 9, role: .dim) }
        if wide { frame.put(Graphs.sparkline(values, utf8: utf8), row: row, column: rect.column + graph) }
        let hour = engine.modelCalls.window(seconds: 3_600, now: now).amount
        let rate = engine.modelCalls.window(seconds: 240, now: now).amount / 4
        let column = rect.column + graph + columns
        frame.put(
            padded(hour == 0 ? "-" : "\(Format.count(rate))/m", to: 7, align: .right, utf8: utf8)
                + padded(hour == 0 ? "" : "\(Format.count(hour))/h", to: 13, align: .right, utf8: utf8), row: row,
            column: column)
    }

    /// A rate a minute: one digit after the point below ten.
    static func rate(_ count: UInt64, minutes: UInt64) -> String {
        let tenths = (count * 10 + minutes / 2) / minutes
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10)" : "\((tenths + 5) / 10)"
    }

    // MARK: - The right side of wide screens

    private mutating func drawSide(_ engine: EngineState, _ rect: Rect) {
        drawDivider(leftOf: rect)
        var row = rect.row
        let now = state.shownTime
        func room(_ rows: Int) -> Int { max(0, min(rows, rect.endRow - row)) }
        func heading(_ title: String, _ screen: inout Screen) {
            guard row < rect.endRow else { return }
            screen.frame.put(" " + title, row: row, column: rect.column, width: rect.width, role: .title)
            row += 1
        }
        func line(_ spans: [(String, StyleRole)], _ screen: inout Screen) {
            guard row < rect.endRow else { return }
            TextLine(spans: [(" ", .normal)] + spans).draw(
                into: &screen.frame, row: row, column: rect.column, width: rect.width)
            row += 1
        }
        let flexible = max(12, rect.width - 32)
        heading(padded("SERVICE", to: 18, utf8: utf8) + padded("STATE", to: 9, utf8: utf8) + "SINCE  WHY", &self)
        for (name, service) in engine.services.sorted(by: { $0.key < $1.key }) {
            line(
                [
                    (padded(name, to: 17, utf8: utf8) + " ", .normal),
                    (padded(service.health.word, to: 8, utf8: utf8) + " ", service.health.role),
                    (padded(Format.age(now.since(service.since)), to: 5, align: .right, utf8: utf8) + "  ", .normal),
                    (cut(service.health.reason ?? "", to: flexible, utf8: utf8), .normal),
                ], &self)
        }
        if engine.services.isEmpty { line([("empty: no service reported yet", .dim)], &self) }
        row += 1
        let isRoomy = rect.width >= 51
        let nameWidth = isRoomy ? 24 : 17
        heading(
            padded("MODEL", to: nameWidth, utf8: utf8) + " CALLS  ERR%" + (isRoomy ? " TTFT95" : "") + " TOKENS", &self)
        for (name, model) in engine.models.sorted(by: { $0.key < $1.key }) {
            let until = model.coolDownUntil.map { $0.since(now) } ?? 0
            let first = model.firstToken.quantile(0.95).map(durationText) ?? "-"
            let tail =
                until > 0
                ? padded("cools \(Format.span(until))", to: isRoomy ? 14 : 12, align: .right, utf8: utf8)
                : (isRoomy ? padded(first, to: 7, align: .right, utf8: utf8) : "")
                    + padded(Format.count(model.tokens), to: 7, align: .right, utf8: utf8)
            line(
                [
                    (padded(name, to: nameWidth, utf8: utf8), .normal),
                    (padded(Format.count(model.calls), to: 6, align: .right, utf8: utf8), .normal),
                    (
                        padded(Format.percent(model.errors, of: model.calls) ?? "-", to: 6, align: .right, utf8: utf8),
                        .normal
                    ),
                    (tail, until > 0 ? .warn : .normal),
                ], &self)
        }
        if engine.models.isEmpty { line([("empty: no model was called yet", .dim)], &self) }
        row += 1
        heading(padded("OUTBOUND", to: 11, utf8: utf8) + "QUEUED  SENT FAIL% DEAD LAST ERROR", &self)
        for (name, channel) in engine.outbound.sorted(by: { $0.key < $1.key }) {
            line(
                [
                    (padded(name, to: 11, utf8: utf8), .normal),
                    (padded("\(channel.queued)", to: 6, align: .right, utf8: utf8), .normal),
                    (padded(Format.count(channel.sent), to: 6, align: .right, utf8: utf8), .normal),
                    (
                        padded(
                            Format.percent(channel.failures, of: channel.attempts) ?? "-", to: 6, align: .right,
                            utf8: utf8),
                        .normal
                    ),
                    (
                        padded("\(channel.dead)", to: 5, align: .right, utf8: utf8) + " ",
                        channel.dead > 0 ? .crit : .normal
                    ),
                    (channel.lastError ?? "-", .dim),
                ], &self)
        }
        if engine.outbound.isEmpty { line([("empty: nothing was sent yet", .dim)], &self) }
    }
}

extension ServiceHealth {
    /// How its word is shown.
    var role: StyleRole {
        switch self {
        case .starting: .normal
        case .healthy: .ok
        case .degraded: .warn
        case .down: .crit
        case .disabled: .dim
        }
    }
}
