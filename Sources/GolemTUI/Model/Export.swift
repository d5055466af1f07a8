// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// What leaves the console as plain text: copies, dumps and files.
///
/// All of it was cleaned when it came in.
enum Export {
    /// Lines of the log that are saved at most.
    static let limit = 50_000

    /// The field that `y` copies: what an operator would paste into a ticket.
    static func mainField(of state: ConsoleState) -> String? {
        let pane = state.focusedPane
        switch pane {
        case .arguments: return state.shownApproval?.request.arguments ?? question(of: state)
        case .transcript: return state.shownChat?.session
        case .fullTranscript, .payload, .record, .serverDetail, .serverStderr:
            return TextPanes.lines(pane, of: state).map(\.text).joined(separator: "\n")
        case .log:
            let content = state.content(.log)
            guard let index = state.selectedIndex(.log, in: content),
                let id = content.id(at: index).flatMap(UInt64.init)
            else { return nil }
            return state.log.line(id).map(PlainPrinter.line)
        case .requests, .steps: return state.selectedRequestID
        case .problems, .lastEvents, .chats, .tools, .failures, .servers, .serverTools, .pending, .decided, .givenUp:
            let content = state.content(pane)
            guard let index = state.selectedIndex(pane, in: content), let row = state.row(content, at: index) else {
                return nil
            }
            switch pane {
            case .problems: return row.cells[1].text
            case .pending: return state.shownApproval?.request.arguments ?? question(of: state)
            case .chats, .tools, .servers, .serverTools: return row.id
            default: return row.cells.map(\.text).filter { !$0.isEmpty }.joined(separator: " ")
            }
        }
    }

    /// What of a question is worth pasting: the page to open, else what the server says.
    private static func question(of state: ConsoleState) -> String? {
        state.shownQuestion.map { $0.question.url ?? $0.question.message }
    }

    /// The shown list or text as undecorated lines, in columns two spaces apart.
    static func lines(of state: ConsoleState) -> [String] {
        let pane = state.focusedPane
        if pane.isText { return TextPanes.lines(pane, of: state).map(\.text) }
        if pane == .log {
            return state.log.shown.suffix(limit).compactMap { state.log.line($0) }.map { line($0, of: state) }
        }
        let content = state.content(pane)
        return table(state, content, 0..<content.count)
    }

    /// A log line, with its texts where the operator revealed them.
    private static func line(_ line: LogLine, of state: ConsoleState) -> String {
        let body = state.showsBodies ? line.event.map { EventFields.body(of: $0.kind, in: state.zone) } ?? "" : ""
        return PlainPrinter.line(line) + Format.oneLine(body)
    }

    /// What a file holds: what is shown, and of a trace all details besides.
    static func savedLines(of state: ConsoleState) -> [String] {
        guard let trace = state.shownTrace, state.focusedPane == .steps else { return lines(of: state) }
        let end = trace.finished.map { ", ended \($0.rfc3339)" } ?? ", still running"
        let head = [
            "request \(trace.requestID)", "chat    \(trace.session ?? "-") \(trace.sender)",
            "time    began \(trace.started.rfc3339)\(end)", "outcome \(trace.outcome)",
            "tokens  \(trace.tokensIn) in, \(trace.tokensOut) out", "",
        ]
        let details = trace.steps.enumerated().filter { !$0.element.detail.isEmpty }.flatMap { index, step in
            ["", "step \(index + 1): \(step.kind.rawValue) \(step.title)"]
                + step.detail.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
        }
        return head + lines(of: state) + details
    }

    /// What is shown as a JSON document: a request with its steps, events, rows by column, or the lines of a text.
    static func json(of state: ConsoleState) -> String {
        let pane = state.focusedPane
        if let trace = state.shownTrace { return WireJSON.text(trace, isPretty: true) }
        if pane.isText { return WireJSON.text(TextPanes.lines(pane, of: state).map(\.text), isPretty: true) }
        if pane == .log {
            let events = state.log.shown.suffix(limit).compactMap { state.log.line($0)?.event }
            return "[\n" + events.map { WireJSON.text($0) }.joined(separator: ",\n") + "\n]"
        }
        let content = state.content(pane)
        let rows = (0..<content.count).compactMap { state.row(content, at: $0) }.map { row in
            Dictionary(zip(content.columns.map(\.key), row.cells.map(\.text)), uniquingKeysWith: { $1 })
        }
        return WireJSON.text(rows, isPretty: true)
    }

    /// What of the shown list or text is on the screen, as undecorated lines that are not cut.
    static func visibleLines(of state: ConsoleState) -> [String] {
        let pane = state.focusedPane
        if pane.isText { return TextPanes.visibleLines(pane, of: state).map(\.text) }
        let content = state.content(pane)
        let window = state.window(pane, content, height: Layout(state).rows(of: pane))
        guard case .log(let ids) = content.source else { return table(state, content, window) }
        return ids[window].compactMap { state.log.line($0) }.map { line($0, of: state) }
    }

    private static func table(_ state: ConsoleState, _ content: ListContent, _ range: Range<Int>) -> [String] {
        let titles = content.columns.map(\.title)
        let rows = [titles] + range.compactMap { state.row(content, at: $0) }.map { $0.cells.map(\.text) }
        let widths = titles.indices.map { column in rows.map { TextWidth.width(of: $0[column]) }.max() ?? 0 }
        return rows.map { row in
            let line = zip(row, widths).map { padded($0, to: $1, utf8: true) }.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// The time as part of a file name.
    static func fileStamp(_ time: Timestamp) -> String {
        let date = UTCDate(time)
        return date.dateText + "T" + date.timeText.filter { $0 != ":" } + "Z"
    }
}
