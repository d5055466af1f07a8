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
        case .arguments: return state.shownApproval?.request.arguments
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
        case .problems, .lastEvents, .chats, .tools, .failures, .servers, .serverTools, .pending, .decided:
            let content = state.content(pane)
            guard let index = state.selectedIndex(pane, in: content), let row = state.row(content, at: index) else {
                return nil
            }
            switch pane {
            case .problems: return row.cells[1].text
            case .pending: return state.shownApproval?.request.arguments
            case .chats, .tools, .servers, .serverTools: return row.id
            default: return row.cells.map(\.text).filter { !$0.isEmpty }.joined(separator: " ")
            }
        }
    }

    /// The shown list or text as undecorated lines, in columns two spaces apart.
    static func lines(of state: ConsoleState) -> [String] {
        let pane = state.focusedPane
        if pane.isText { return TextPanes.lines(pane, of: state).map(\.text) }
        if pane == .log {
            return state.log.shown.suffix(limit).compactMap { state.log.line($0) }.map(PlainPrinter.line)
        }
        let content = state.content(pane)
        return table(state, content, 0..<content.count)
    }

    /// What of the shown list or text is on the screen, as undecorated lines that are not cut.
    static func visibleLines(of state: ConsoleState) -> [String] {
        let pane = state.focusedPane
        if pane.isText { return TextPanes.visibleLines(pane, of: state).map(\.text) }
        let content = state.content(pane)
        let window = state.window(pane, content, height: Layout(state).rows(of: pane))
        guard case .log(let ids) = content.source else { return table(state, content, window) }
        return ids[window].compactMap { state.log.line($0) }.map(PlainPrinter.line)
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
