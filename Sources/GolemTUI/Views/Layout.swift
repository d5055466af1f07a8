// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// A rectangle of cells.
struct Rect: Equatable {
    var row: Int
    var column: Int
    var width: Int
    var height: Int

    var endRow: Int { row + height }
    var endColumn: Int { column + width }

    /// Whether a cell lies in it.
    func contains(_ place: Position) -> Bool {
        place.row >= row && place.row < endRow && place.column >= column && place.column < endColumn
    }

    /// The upper part, `height` rows high at most; what is left stays.
    mutating func takeTop(_ height: Int) -> Rect {
        let taken = min(max(0, height), self.height)
        defer {
            row += taken
            self.height -= taken
        }
        return Rect(row: row, column: column, width: width, height: taken)
    }

    /// The lower part, `height` rows high at most; what is left stays.
    mutating func takeBottom(_ height: Int) -> Rect {
        let taken = min(max(0, height), self.height)
        self.height -= taken
        return Rect(row: row + self.height, column: column, width: width, height: taken)
    }

    /// The right part, `width` columns wide at most, after one column for a line; what is left stays.
    mutating func takeRight(_ width: Int) -> Rect {
        let taken = min(max(0, width), max(0, self.width - 1))
        self.width -= taken + 1
        return Rect(row: row, column: column + self.width + 1, width: taken, height: height)
    }
}

/// Where everything is on the screen, for one state and its size; a pure function of both.
struct Layout: Equatable {
    /// How much fits.
    enum Mode: Equatable {
        /// One line.
        case tiny
        /// One list, header and message row.
        case list
        /// Everything.
        case full
    }

    /// A block of a view that is no pane.
    enum Block: Hashable {
        case now
        case side
        case head
        case histogram
        case refused
        case detail
    }

    let mode: Mode
    let size: Size
    let body: Rect
    private(set) var panes: [PaneID: Rect] = [:]
    private(set) var blocks: [Block: Rect] = [:]

    init(_ state: ConsoleState) {
        size = state.size
        mode = Self.mode(size)
        switch mode {
        case .tiny: body = Rect(row: 0, column: 0, width: size.columns, height: 0)
        case .list: body = Rect(row: 1, column: 0, width: size.columns, height: size.rows - 2)
        case .full: body = Rect(row: 2, column: 0, width: size.columns, height: size.rows - 5)
        }
        guard mode != .tiny else { return }
        if state.viewState.isZoomed {
            panes[state.focusedPane] = body
            return
        }
        if mode == .list {
            panes[state.focusedPane] = body
            return
        }
        place(state)
    }

    static func mode(_ size: Size) -> Mode {
        if size.columns < 40 || size.rows < 8 { return .tiny }
        return size.columns < 60 || size.rows < 15 ? .list : .full
    }

    /// Whether a detail stands at the right of its list.
    var isWide: Bool { size.columns >= 120 }

    /// Rows of a pane that show data.
    func rows(of pane: PaneID) -> Int {
        guard let rect = panes[pane] else { return 0 }
        return max(0, rect.height - (Self.hasHeading(pane) ? 1 : 0))
    }

    static func hasHeading(_ pane: PaneID) -> Bool { !pane.isText && pane != .lastEvents }

    private mutating func place(_ state: ConsoleState) {
        switch (state.view, state.location.path.count) {
        case (.overview, 0): placeOverview(state)
        case (.overview, _): placeGivenUp()
        case (.chats, 0): placeChats(state)
        case (.chats, _): placeText(.fullTranscript)
        case (.tools, 0): placeTools(state)
        case (.tools, _): placeTool()
        case (.mcp, 0): placeServers(state)
        case (.mcp, 1): placeText(.serverTools)
        case (.mcp, _): placeText(.serverStderr)
        case (.policy, 0): placePolicy(state)
        case (.policy, _): placeText(.arguments)
        case (.trace, 0): panes[.requests] = body
        case (.trace, 1): placeTrace()
        case (.trace, _): placeText(.payload)
        case (.logs, 0): placeLogs(showsBodies: state.showsBodies)
        case (.logs, _): placeText(.record)
        }
    }

    /// One text below a line that names it.
    private mutating func placeText(_ pane: PaneID) {
        var rest = body
        blocks[.head] = rest.takeTop(1)
        panes[pane] = rest
    }

    private mutating func placeOverview(_ state: ConsoleState) {
        var rest = body
        if isWide { blocks[.side] = rest.takeRight(min(56, size.columns - 81)) }
        let nowHeight = rest.height >= 14 ? 7 : 0
        let room = rest.height - nowHeight - 4
        let count = state.shownEngine?.problems(now: state.shownTime).count ?? 0
        panes[.problems] = rest.takeTop(1 + min(max(1, count), max(1, room - 1)))
        if nowHeight > 0 { blocks[.now] = rest.takeTop(nowHeight) }
        _ = rest.takeTop(1)
        panes[.lastEvents] = rest
    }

    private mutating func placeGivenUp() {
        var rest = body
        blocks[.head] = rest.takeTop(1)
        if rest.height >= 8 {
            blocks[.detail] = rest.takeBottom(size.rows >= 36 ? 6 : 4)
            _ = rest.takeBottom(1)
        }
        panes[.givenUp] = rest
    }

    private mutating func placeChats(_ state: ConsoleState) {
        var rest = body
        if state.shownEngine?.refused.isEmpty == false, rest.height >= 12 { blocks[.refused] = rest.takeBottom(1) }
        if isWide {
            panes[.transcript] = rest.takeRight(size.columns - max(70, size.columns * 11 / 20) - 1)
            panes[.transcript]?.row += 1
            panes[.transcript]?.height -= 1
            panes[.chats] = rest
            return
        }
        guard rest.height >= 12 else {
            panes[.chats] = rest
            return
        }
        let count = state.shownEngine?.chats.count ?? 0
        panes[.chats] = rest.takeTop(min(max(4, count + 1), max(5, rest.height - 10)))
        _ = rest.takeTop(1)
        panes[.transcript] = rest
    }

    private mutating func placeTools(_ state: ConsoleState) {
        var rest = body
        guard rest.height >= 14 else {
            panes[.tools] = rest
            return
        }
        let count = state.shownEngine?.tools.count ?? 0
        panes[.tools] = rest.takeTop(min(max(4, count + 1), rest.height - 9))
        _ = rest.takeTop(1)
        rest = rest.takeTop(max(9, min(rest.height, 12)))
        let failures = rest.takeRight(size.columns >= 100 ? size.columns / 2 : 36)
        panes[.failures] = failures
        blocks[.histogram] = rest
    }

    private mutating func placeTool() {
        var rest = body
        blocks[.head] = rest.takeTop(2)
        if rest.height >= 14 { blocks[.histogram] = rest.takeTop(9) }
        panes[.failures] = rest
    }

    private mutating func placeServers(_ state: ConsoleState) {
        var rest = body
        if isWide {
            panes[.serverDetail] = rest.takeRight(size.columns - 84)
            panes[.serverDetail]?.row += 1
            panes[.serverDetail]?.height -= 1
            panes[.servers] = rest
            return
        }
        guard rest.height >= 12 else {
            panes[.servers] = rest
            return
        }
        let count = state.shownEngine?.mcpServers.count ?? 0
        panes[.servers] = rest.takeTop(min(max(3, count + 1), max(4, rest.height - 10)))
        _ = rest.takeTop(1)
        panes[.serverDetail] = rest
    }

    private mutating func placePolicy(_ state: ConsoleState) {
        var rest = body
        blocks[.head] = rest.takeTop(PolicyHead.lines(state, rows: rest.height, width: rest.width).count)
        let engine = state.shownEngine
        let count = (engine?.approvals.count ?? 0) + (engine?.questions.count ?? 0)
        guard rest.height >= 12 else {
            panes[.pending] = rest
            return
        }
        let known = (engine?.decidedApprovals.elements.count ?? 0) + (engine?.closedQuestions.elements.count ?? 0)
        let decided = min(max(1, known), max(3, rest.height / 4))
        panes[.decided] = rest.takeBottom(1 + decided)
        panes[.pending] = rest.takeTop(1 + min(max(1, count), max(2, rest.height / 3)))
        _ = rest.takeTop(1)
        panes[.arguments] = rest
    }

    private mutating func placeTrace() {
        var rest = body
        blocks[.head] = rest.takeTop(2)
        if rest.height >= 12 {
            panes[.payload] = rest.takeBottom(size.rows >= 36 ? 8 : 4)
            _ = rest.takeBottom(1)
        }
        panes[.steps] = rest
    }

    private mutating func placeLogs(showsBodies: Bool) {
        var rest = body
        if rest.height >= 12 {
            panes[.record] = rest.takeBottom(size.rows >= 36 ? (showsBodies ? 12 : 6) : (showsBodies ? 6 : 2))
            _ = rest.takeBottom(1)
        }
        panes[.log] = rest
    }
}
