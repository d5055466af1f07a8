// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Screen {
    mutating func drawServers() {
        if let rect = layout.blocks[.head], let shown = state.shownServer {
            let right = state.location.path.count > 1 ? scrollWord(.serverStderr) : shown.server.health.word
            drawRule(
                above: Rect(row: rect.row + 1, column: 0, width: rect.width, height: 0), serverTitle(shown),
                right: right,
                isFocused: true)
        }
        drawList(.servers)
        drawList(.serverTools)
        drawText(.serverStderr)
        guard let rect = layout.panes[.serverDetail] else { return }
        if rect.column > 0 { drawDivider(leftOf: rect) }
        if state.location.path.isEmpty, rect.row > layout.body.row, !state.viewState.isZoomed {
            drawRule(
                above: rect, state.shownServer.map(serverTitle) ?? "no server selected",
                right: scrollWord(.serverDetail), isFocused: state.focusedPane == .serverDetail)
        }
        drawText(.serverDetail)
    }

    private func serverTitle(_ shown: (name: String, server: MCPServerState)) -> String {
        var title = "\(shown.name)  \(shown.server.report.transport)"
        if let pid = shown.server.report.pid { title += "  pid \(pid)" }
        if let bytes = shown.server.report.memoryBytes {
            title +=
                shown.server.report.pid == nil ? "  rss was \(Format.bytes(bytes))" : "  rss \(Format.bytes(bytes))"
        }
        return title
    }
}

extension TextPanes {
    /// All that is known of a server, what happened last at the end, newest first.
    static func serverDetail(_ state: ConsoleState, width: Int) -> [TextLine] {
        guard let (_, server) = state.shownServer else { return [] }
        let now = state.shownTime
        var lines: [TextLine] = []
        func add(_ label: String, _ text: String, _ role: StyleRole = .normal) {
            lines += field(label, text, width: width, role: role)
        }
        add("why", why(server, now: now), server.health == .healthy ? .normal : .warn)
        add("speaks", speaks(server.report))
        add("process", process(server))
        if !server.report.sandbox.isEmpty {
            add("sandbox", server.report.sandbox, server.report.sandbox.hasPrefix("none:") ? .warn : .normal)
        }
        add("tools", tools(server))
        add("in flight", inFlight(server, state))
        add("hour", figures(server, now: now))
        if let failure = server.lastFailure {
            let age = Format.age(now.since(failure.time))
            add("failed", "\(failure.tool) \(age) ago: \(Format.oneLine(failure.reason))", .warn)
        }
        for note in newestFirst(server.notes.elements) {
            let head = " \(state.zone.clock(note.time)) \(padded(note.kind, to: 6, utf8: true)) "
            let room = max(8, width - 16)
            for (index, line) in wrap(note.text, width: room, limit: 3).enumerated() {
                let lead = index == 0 ? head : String(repeating: " ", count: 17)
                lines.append(TextLine(spans: [(lead, .dim), (line, note.isError ? .crit : .normal)]))
            }
        }
        return lines
    }

    /// The notes, newest first; lines that were written together stay in their order.
    private static func newestFirst(_ notes: [MCPServerState.Note]) -> [MCPServerState.Note] {
        var groups: [[MCPServerState.Note]] = []
        for note in notes {
            if note.kind == "stderr", let last = groups.last?.last, last.kind == "stderr", last.time == note.time {
                groups[groups.count - 1].append(note)
            } else {
                groups.append([note])
            }
        }
        return groups.reversed().flatMap { $0 }
    }

    /// The kept end of a server's standard error and log.
    static func serverStderr(_ state: ConsoleState, width: Int) -> [TextLine] {
        guard let (_, server) = state.shownServer else { return [] }
        var lines: [TextLine] = []
        for note in server.stderr.elements {
            let head = " \(state.zone.clock(note.time)) "
            for (index, line) in wrap(note.text, width: max(8, width - 11), limit: 20).enumerated() {
                lines.append(
                    TextLine(spans: [(index == 0 ? head : String(repeating: " ", count: 10), .dim), (line, .normal)]))
            }
        }
        return lines
    }

    private static func why(_ server: MCPServerState, now: Timestamp) -> String {
        switch server.health {
        case .starting: server.reason(now: now) ?? ""
        case .healthy: "healthy: the live connection answered last time"
        case .degraded(let reason): reason
        case .down(let reason, let retryAt):
            reason + (retryAt.map { "; next try in \(Format.span($0.since(now)))" } ?? "; it is tried now")
        case .disabled(let by, let until):
            "disabled by \(by)" + (until.map { ", for \(Format.span($0.since(now))) more, or until restart" } ?? "")
        }
    }

    private static func speaks(_ report: MCPStateChanged) -> String {
        guard !report.revision.isEmpty || !report.version.isEmpty else { return "not connected yet" }
        return "MCP \(report.revision.isEmpty ? "of unknown revision" : report.revision)"
            + (report.version.isEmpty ? "" : ", \(report.version)")
    }

    private static func process(_ server: MCPServerState) -> String {
        let report = server.report
        guard report.transport == "stdio" else { return "none: it is reached over HTTP" }
        if server.health == .starting { return "not known before it has answered" }
        guard let pid = report.pid else { return report.memoryBytes == nil ? "none" : "gone" }
        let memory = report.memoryBytes.map { ", \(Format.bytes($0)) resident" } ?? ""
        return "pid \(pid), " + (report.processes > 1 ? "\(report.processes) processes" : "1 process") + memory
    }

    private static func tools(_ server: MCPServerState) -> String {
        guard !server.tools.isEmpty else { return "none known" }
        let names = server.tools.map { tool in
            tool.refusal != nil ? "\(tool.name)(refused)" : tool.isHidden ? "\(tool.name)(hidden)" : tool.name
        }
        let note: String =
            switch server.health {
            case .down: "   (calls fail at once now)"
            case .disabled: "   (not offered)"
            case .starting, .healthy, .degraded: ""
            }
        return names.joined(separator: " ") + note
    }

    private static func inFlight(_ server: MCPServerState, _ state: ConsoleState) -> String {
        let calls = server.running.values.sorted { ($0.since, $0.tool) < ($1.since, $1.tool) }
        let waiting = server.report.waiting > 0 ? "; \(server.report.waiting) wait for a place" : ""
        guard !calls.isEmpty else { return "none" + waiting }
        return calls.map { call in
            let name = server.tools.first { $0.modelName == call.tool }?.name ?? call.tool
            let told = call.progress.map { progress in
                let age = call.progressAt.map { " \(Format.age(state.shownTime.since($0))) ago" } ?? ""
                return ": \(Format.oneLine(progress.text))\(age)"
            }
            return "\(name) \(Format.age(state.shownTime.since(call.since))) \(call.session ?? "-")\(told ?? "")"
        }.joined(separator: "; ") + waiting
    }

    private static func figures(_ server: MCPServerState, now: Timestamp) -> String {
        let window = server.recent.window(seconds: toolWindowSeconds, now: now)
        let calls = window.latencies.count
        let share = Format.percent(window.errors, of: calls).map { ", \($0)% failed" } ?? ""
        let p95 = window.latencies.quantile(0.95).map { ", p95 \(durationText($0))" } ?? ""
        return
            "\(calls) calls\(share)\(p95), \(window.timeouts) timed out; since start \(Format.count(server.calls)) calls, "
            + "\(Format.plural(server.report.restarts, "restart")), \(server.report.concurrency) places"
    }
}
