// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Problem.Severity {
    /// The word for it, and how it is shown.
    var word: (text: String, role: StyleRole) {
        switch self {
        case .critical: ("[CRIT]", .crit)
        case .warning: ("[WARN]", .warn)
        case .ask: ("[ASK ]", .ask)
        }
    }
}

extension Problem.Subject {
    /// The view that shows it.
    var view: ViewID {
        switch self {
        case .service, .model, .outbound: .overview
        case .server: .mcp
        case .tool: .tools
        case .chat, .refusedSender: .chats
        case .approval, .question, .policy: .policy
        }
    }
}

extension LogLevel {
    /// The word for it, and how it is shown.
    var word: (text: String, role: StyleRole) {
        switch self {
        case .debug: ("dbg", .dim)
        case .info: ("info", .normal)
        case .warn: ("WARN", .warn)
        case .error: ("ERR", .crit)
        }
    }
}

extension TableData {
    /// Open problems, worst first.
    static func problems(_ problems: [Problem], in engine: EngineState, now: Timestamp) -> TableData {
        let columns = [
            TableColumn("level", "LEVEL", 6),
            TableColumn("what", "NEEDS YOU", 20, isFlexible: true),
            TableColumn("age", "AGE", 4, .right, priority: 2),
            TableColumn("view", "VIEW", 4, .right, priority: 3),
            TableColumn("expires", "EXPIRES", 7, .right, priority: 1),
        ]
        let rows = problems.map { problem in
            let word = problem.mute == nil ? problem.severity.word : (text: "[mute]", role: .dim)
            let text =
                problem.mute.map { "\(problem.subject.name), muted by \($0.by): \($0.reason); \(problem.text)" }
                ?? problem.text
            let role: StyleRole = problem.mute == nil ? .normal : .dim
            let age = problem.since.map { now.since($0) }
            let left = (problem.mute?.until ?? problem.expiresAt).map { $0.since(now) }
            return TableRow(
                id: problem.subject.name,
                cells: [
                    TableCell(
                        word.text, word.role, rank: Double(problem.severity.rawValue + (problem.mute == nil ? 0 : 10))),
                    TableCell(Format.oneLine(text), role),
                    age.map { TableCell(Format.age($0), rank: Double($0)) } ?? .none,
                    TableCell("\(problem.subject.view.rawValue)", rank: Double(problem.subject.view.rawValue)),
                    left.map {
                        TableCell(
                            $0 > 0 ? Format.span($0) : "expired", problem.mute == nil ? .ask : .dim, rank: Double($0))
                    }
                        ?? TableCell("", rank: Double(Int64.max)),
                ], requestID: engine.requestID(of: problem.subject))
        }
        return TableData(columns: columns, rows: rows)
    }

    /// Events as rows, newest first.
    static func events(_ lines: [LogLine], in zone: DisplayZone) -> TableData {
        TableData(
            columns: logColumns(zoneName: nil),
            rows: lines.reversed().map { logRow($0, precise: false, in: zone) })
    }

    /// The columns of event lists; those of the log have precise times and name their zone.
    static func logColumns(zoneName: String?) -> [TableColumn] {
        [
            TableColumn("time", zoneName.map { "TIME (\($0))" } ?? "TIME", zoneName == nil ? 8 : 12),
            TableColumn("level", "LVL", 4),
            TableColumn("event", "EVENT", 23, priority: 2),
            TableColumn("req", "REQ", 8, priority: 3),
            TableColumn("chan", "CHAT", 18, priority: 4),
            TableColumn("what", "WHAT", zoneName == nil ? 32 : 28, isFlexible: true),
        ]
    }

    /// One event as a row.
    ///
    /// With `showsBody`, the texts that belong to the event stand behind its summary.
    static func logRow(
        _ line: LogLine, precise: Bool, showsBody: Bool = false, in zone: DisplayZone
    ) -> TableRow {
        let word = line.level.word
        guard let event = line.event else {
            return TableRow(
                id: "\(line.id)",
                cells: [
                    TableCell(""), TableCell("gap", .warn), TableCell(""), TableCell(""), TableCell(""),
                    TableCell(line.summary, .warn),
                ])
        }
        return TableRow(
            id: "\(line.id)",
            cells: [
                TableCell(precise ? zone.preciseClock(event.time) : zone.clock(event.time)),
                TableCell(word.text, word.role), TableCell(event.kind.name),
                TableCell(Format.shortID(event.requestID), event.requestID == nil ? .dim : .link),
                TableCell(event.session ?? "-"),
                TableCell(
                    Format.oneLine(showsBody ? line.summary + EventFields.body(of: event.kind, in: zone) : line.summary)
                ),
            ], requestID: event.requestID)
    }
}

extension EngineState {
    /// The request that a problem belongs to, where there is one.
    func requestID(of subject: Problem.Subject) -> String? {
        switch subject {
        case .chat(let session): chats[session]?.requestID
        case .approval(let id): approvals[id]?.requestID
        case .question(let id): questions[id]?.requestID
        case .tool(let name): tools[name]?.failures.elements.last?.requestID
        case .server(let name): mcpServers[name]?.lastFailure?.requestID
        case .service, .model, .outbound, .policy, .refusedSender: nil
        }
    }
}
