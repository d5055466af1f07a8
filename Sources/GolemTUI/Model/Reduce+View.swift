// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension ConsoleState {
    /// Shows other rows.
    mutating func setFilter(_ filter: Filter) {
        viewState.filter = filter
        if view == .logs { log.show(filter: filter) }
    }

    mutating func pause() {
        if view == .logs {
            var state = pane(.log)
            state.isFollowing.toggle()
            state.newestSeen = log.newestID
            if !state.isFollowing {
                let content = content(.log)
                state.selected = content.id(at: content.count - 1)
                state.index = max(0, content.count - 1)
                state.screenRow = min(max(0, Layout(self).rows(of: .log) - 1), max(0, content.count - 1))
            }
            panes[.log] = state
        } else if viewState.frozen != nil {
            viewState.frozen = nil
        } else if let engine {
            viewState.frozen = FrozenPicture(engine: engine, time: engineTime)
        } else {
            say("pause: nothing to freeze yet", .warn)
        }
    }

    mutating func follow() {
        switch view {
        case .chats:
            panes[location.path.isEmpty ? .transcript : .fullTranscript, default: PaneState()].isFollowing = true
        case .logs: panes[.log, default: PaneState()].isFollowing = true
        case .trace:
            let content = content(.steps)
            if content.count > 0 { select(content.count - 1, in: .steps, content) }
            panes[.steps, default: PaneState()].isFollowing = true
        case .overview where lastEventsHeld != nil:
            let content = content(.lastEvents)
            panes[.lastEvents, default: PaneState()].isFollowing = true
            if content.count > 0 { select(0, in: .lastEvents, content) }
            say("the last events follow again")
        case .mcp where !location.path.isEmpty && focusedPane == .serverStderr:
            panes[.serverStderr, default: PaneState()].isFollowing = true
        case .overview, .tools, .mcp, .policy:
            guard focusedPane.beginsWithNewest else { return }
            moveToEnd(isLast: false)
            say("follows the first row")
        }
    }

    mutating func sortNext() {
        let id = focusedPane
        guard !id.isText, id != .log else {
            say("sort: this list is in order of time", .warn)
            return
        }
        let keys = table(id).columns.map(\.key)
        guard !keys.isEmpty else { return }
        var state = pane(id)
        switch state.sortKey.flatMap({ keys.firstIndex(of: $0) }) {
        case nil: state.sortKey = keys.first
        case keys.count - 1: state.sortKey = nil
        case .some(let index): state.sortKey = keys[index + 1]
        }
        // The operator asked for another order: it is not held back.
        state.heldOrder = []
        panes[id] = state
    }

    /// Moves to the next row that satisfies a condition, without wrapping.
    private mutating func seek(_ step: Int, in id: PaneID, _ condition: (TableRow) -> Bool) -> Bool {
        let content = content(id)
        guard let start = selectedIndex(id, in: content) else { return false }
        var index = start + step
        while index >= 0, index < content.count {
            if let row = row(content, at: index), condition(row) {
                stopFollowing(id, moving: step)
                select(index, in: id, content)
                return true
            }
            index += step
        }
        return false
    }

    mutating func findNext(_ step: Int) {
        guard !viewState.find.isEmpty else {
            say("nothing to find: press f first", .warn)
            return
        }
        let needle = Needle(viewState.find)
        let id = focusedPane
        if id.isText {
            if !scroll(id, step, { needle.isIn($0.text) }) {
                say("no more hits for \(viewState.find) \(step > 0 ? "below" : "above")", .warn)
            }
            return
        }
        if !seek(step, in: id, { row in row.cells.contains { needle.isIn($0.text) } }) {
            say("no more hits for \(viewState.find) \(step > 0 ? "below" : "above")", .warn)
        }
    }

    /// Goes to the next or previous error or warning: of the log, of a trace, or of whatever the focused pane shows as such.
    mutating func jump(to level: LogLevel, _ step: Int) {
        let id = focusedPane
        let isFound: Bool
        if id.isText {
            isFound = scroll(id, step) { line in line.spans.contains { Self.shows(level, $0.role) } }
        } else if id == .log {
            // From the newest line, "next" has nowhere to go: the nearest one above is meant.
            let step = pane(.log).isFollowing ? -1 : step
            let lines = log
            isFound = seek(step, in: id) { row in UInt64(row.id).flatMap { lines.line($0) }?.level == level }
        } else {
            isFound = seek(step, in: id) { row in row.cells.contains { Self.shows(level, $0.role) } }
        }
        if !isFound { say("no more \(level == .error ? "error" : "warning")s \(step > 0 ? "below" : "above")", .warn) }
    }

    private static func shows(_ level: LogLevel, _ role: StyleRole) -> Bool {
        level == .error ? role == .crit : role == .warn || role == .ask
    }

    /// Scrolls a text to the next line that satisfies a condition, without wrapping.
    private mutating func scroll(_ id: PaneID, _ step: Int, _ condition: (TextLine) -> Bool) -> Bool {
        let lines = TextPanes.lines(id, of: self)
        let top = TextPanes.top(of: id, self, count: lines.count, height: Layout(self).rows(of: id))
        let places =
            step > 0
            ? Array(stride(from: top + 1, to: lines.count, by: 1)) : Array(stride(from: top - 1, through: 0, by: -1))
        guard let hit = places.first(where: { condition(lines[$0]) }) else { return false }
        panes[id, default: PaneState()].isFollowing = false
        panes[id, default: PaneState()].top = hit
        return true
    }
}
