// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The picture for a state; depends on nothing else.
package func render(_ state: ConsoleState, size: Size, capabilities: Capabilities) -> Frame {
    var state = state
    state.size = size
    var screen = Screen(state: state, layout: Layout(state), frame: Frame(size: size, capabilities: capabilities))
    screen.draw()
    return screen.frame
}

/// A picture in the making: the views are its extensions, one a file.
struct Screen {
    let state: ConsoleState
    let layout: Layout
    var frame: Frame

    var utf8: Bool { frame.utf8 }

    /// Columns by which a key shifts a text that is not wrapped.
    static let shiftStep = 8

    mutating func draw() {
        guard layout.mode != .tiny else {
            drawTiny()
            return
        }
        drawHeader()
        if layout.mode == .full {
            drawTabs()
            drawCrumbs()
        }
        drawBody()
        drawMessage()
        if layout.mode == .full { drawHints() }
        drawOverlay()
    }

    private mutating func drawBody() {
        guard state.shownEngine != nil || state.view == .logs else {
            let text = Placeholder.withoutEngine(state)
            for (index, line) in wrap(text.text, width: max(1, frame.columns - 2), limit: 6).enumerated() {
                frame.put(line, row: layout.body.row + 1 + index, column: 1, role: text.role)
            }
            return
        }
        switch state.view {
        case .overview: drawOverview()
        case .chats: drawChats()
        case .tools: drawTools()
        case .mcp: drawServers()
        case .policy: drawPolicy()
        case .trace: drawTrace()
        case .logs: drawLogs()
        }
    }

    private mutating func drawTiny() {
        let alerts = state.problems.count
        var text = "golem: too small (\(frame.columns)x\(frame.rows), needs 40x8) \(alerts) open"
        if case .confirm(let box)? = state.overlay {
            let keys = box.buttons.map { "\($0.key) \($0.label)" }.joined(separator: " ")
            text = box.needsLink ? "enlarge or Esc: \(box.title)" : "\(keys), Esc no: \(box.title)"
        } else if case .form(let form)? = state.overlay {
            text = "enlarge or Esc: \(form.question.server) asks"
        } else if frame.columns < TextWidth.width(of: text) {
            text = "too small, \(alerts) open"
        }
        frame.put(cut(text, to: frame.columns, utf8: utf8), row: 0, column: 0, role: alerts > 0 ? .crit : .normal)
    }

    // MARK: - Parts that views share

    /// Draws a list pane, or the words that stand for its absence.
    mutating func drawList(_ pane: PaneID) {
        guard let rect = layout.panes[pane] else { return }
        let content = state.content(pane)
        let paneState = state.pane(pane)
        let table = TableWidget(columns: content.columns, rect: rect, shift: paneState.shift)
        let marked = paneState.marked
        var first = rect.row
        if Layout.hasHeading(pane) {
            table.drawHeading(into: &frame, sortKey: paneState.sortKey, isReversed: paneState.isReversed)
            first += 1
        }
        let height = rect.endRow - first
        guard height > 0 else { return }
        guard let selected = state.selectedIndex(pane, in: content) else {
            let words = Placeholder.empty(pane, hidden: content.hidden, state)
            frame.put(
                cut(words.text, to: max(0, rect.width - 1), utf8: utf8), row: first, column: rect.column + 1,
                role: words.role)
            return
        }
        let window = state.window(pane, content, height: height)
        let find = state.viewState.find.isEmpty ? nil : Needle(state.viewState.find)
        let isFocused = state.focusedPane == pane
        let isMain = state.view.panes(path: state.location.path).first == pane
        for (line, index) in window.enumerated() {
            guard let row = state.row(content, at: index) else { continue }
            table.draw(
                row, into: &frame, at: first + line, isSelected: index == selected && (isFocused || isMain),
                isFocused: isFocused, isMarked: marked.contains(row.id), find: find)
        }
    }

    /// Draws a text pane from its scroll position.
    mutating func drawText(_ pane: PaneID) {
        guard let rect = layout.panes[pane], rect.height > 0 else { return }
        let lines = TextPanes.lines(pane, of: state, width: rect.width)
        let top = TextPanes.top(of: pane, state, count: lines.count, height: rect.height)
        let shift = state.viewState.isUnwrapped && pane != .arguments ? state.pane(pane).shift * Self.shiftStep : 0
        let find = state.viewState.find.isEmpty ? nil : Needle(state.viewState.find)
        guard !lines.isEmpty else {
            let words = Placeholder.empty(pane, hidden: 0, state)
            frame.put(
                cut(words.text, to: max(0, rect.width - 1), utf8: utf8), row: rect.row, column: rect.column + 1,
                role: words.role)
            return
        }
        for (index, whole) in lines.dropFirst(top).prefix(rect.height).enumerated() {
            let line = whole.shifted(by: shift)
            line.draw(into: &frame, row: rect.row + index, column: rect.column, width: rect.width)
            if let find { frame.markHits(of: find, in: line.text, row: rect.row + index, column: rect.column) }
        }
    }

    /// A rule above a pane: its title, and a word at the right end.
    mutating func drawRule(
        above rect: Rect, _ title: String, right: String = "", rightRole: StyleRole = .dim, isFocused: Bool = false
    ) {
        let row = rect.row - 1
        let rightText = right.isEmpty ? "" : " \(right) "
        let rightWidth = TextWidth.width(of: rightText)
        frame.rule(
            row: row, column: rect.column, width: rect.width,
            title: cut(title, to: max(0, rect.width - rightWidth - 8), utf8: utf8),
            titleRole: isFocused ? .select : .title)
        if !right.isEmpty {
            frame.put(rightText, row: row, column: rect.endColumn - rightWidth - 2, role: rightRole)
        }
    }

    /// A vertical line left of a rectangle.
    mutating func drawDivider(leftOf rect: Rect) {
        frame.fill(
            row: rect.row, column: rect.column - 1, width: 1, height: rect.height, glyph: frame.boxGlyphs.vertical,
            role: .border)
    }

    /// The position in a text, for its rule.
    func scrollWord(_ pane: PaneID) -> String {
        guard let rect = layout.panes[pane] else { return "" }
        let count = TextPanes.lines(pane, of: state, width: rect.width).count
        let last = max(0, count - rect.height)
        if TextPanes.startsAtEnd(pane), state.pane(pane).isFollowing { return "FOLLOW" }
        guard last > 0 else { return "" }
        let top = min(state.pane(pane).top, last)
        return top == last ? "end of \(count) lines" : "line \(top + 1) of \(count), \(last - top) below"
    }
}
