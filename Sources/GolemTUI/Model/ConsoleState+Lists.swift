// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// The rows of a pane as the operator sees them: filtered and in order.
struct ListContent: Equatable {
    /// The columns.
    var columns: [TableColumn]
    /// The rows, or the ids of log lines.
    var source: Source
    /// Rows that the filter hides.
    var hidden: Int

    enum Source: Equatable {
        case rows([TableRow])
        case log([UInt64])
    }

    var count: Int {
        switch source {
        case .rows(let rows): rows.count
        case .log(let ids): ids.count
        }
    }

    func id(at index: Int) -> String? {
        guard index >= 0, index < count else { return nil }
        switch source {
        case .rows(let rows): return rows[index].id
        case .log(let ids): return "\(ids[index])"
        }
    }

    func index(of id: String) -> Int? {
        switch source {
        case .rows(let rows): return rows.firstIndex { $0.id == id }
        case .log(let ids):
            guard let number = UInt64(id) else { return nil }
            var low = 0
            var high = ids.count
            while low < high {
                let middle = (low + high) / 2
                if ids[middle] < number { low = middle + 1 } else { high = middle }
            }
            return low < ids.count && ids[low] == number ? low : nil
        }
    }
}

extension ConsoleState {
    /// How long a list keeps its order after a key.
    static let orderHold = Duration.seconds(2)

    /// A list before filter and order.
    func table(_ pane: PaneID) -> TableData {
        guard let engine = shownEngine else { return .empty }
        let now = shownTime
        switch pane {
        case .problems: return .problems(engine.problems(now: now), in: engine, now: now)
        case .lastEvents: return .events(lastEventLines(of: engine), in: zone)
        case .chats: return .chats(engine, now: now)
        case .tools: return .tools(engine, now: now)
        case .failures:
            let name = location.view == .tools ? location.path.first ?? selectedID(.tools) : selectedID(.tools)
            return name.flatMap { engine.tools[$0] }.map { TableData.failures($0, in: zone) } ?? .empty
        case .servers: return .servers(engine, now: now)
        case .serverTools:
            return shownServer.map { .serverTools($0.server, in: engine, now: now) } ?? .empty
        case .pending: return .pending(engine, now: now)
        case .decided: return .decided(engine, in: zone)
        case .requests: return .requests(engine, now: now, in: zone)
        case .steps: return shownTrace.map { .steps($0, now: now) } ?? .empty
        case .log: return TableData(columns: logColumns, rows: [])
        case .transcript, .fullTranscript, .arguments, .payload, .record, .serverDetail, .serverStderr: return .empty
        case .givenUp: return shownChannel.map { .givenUp($0.state, now: now) } ?? .empty
        }
    }

    private var logColumns: [TableColumn] { TableData.logColumns(zoneName: zone.name(at: shownTime)) }

    private func lastEventLines(of engine: EngineState) -> [LogLine] {
        let events = engine.recent.elements.suffix(60).filter { $0.level >= .info }
        return events.map { LogLine(id: $0.seq, event: $0, level: $0.level, summary: $0.summary) }
    }

    /// The rows of a pane as they are shown.
    func content(_ pane: PaneID) -> ListContent {
        if pane == .log {
            let hidden = log.lines.count - log.shown.count
            return ListContent(columns: logColumns, source: .log(log.shown), hidden: hidden)
        }
        let table = table(pane)
        let state = self.pane(pane)
        // Only the main list of a view is filtered: a detail would look broken without its rows.
        let isMain = view.panes(path: location.path).first == pane
        let filtered = isMain ? table.filtered(by: viewState.filter) : table.rows
        let sorted = table.sorted(filtered, by: state.sortKey, isReversed: state.isReversed)
        // New events come in at the top of the overview's tail: held back, it would look as if nothing happened.
        let ordered = isOrderHeld && pane != .lastEvents ? Self.keepOrder(state.heldOrder, of: sorted) : sorted
        return ListContent(columns: table.columns, source: .rows(ordered), hidden: table.rows.count - filtered.count)
    }

    /// Whether lists keep their order because a key was pressed a moment ago.
    var isOrderHeld: Bool { now.monotonic - lastKeyAt < Self.orderHold }

    /// Rows in a remembered order; new ones at the end.
    private static func keepOrder(_ order: [String], of rows: [TableRow]) -> [TableRow] {
        guard !order.isEmpty else { return rows }
        var places = [String: Int](minimumCapacity: order.count)
        for (index, id) in order.enumerated() { places[id] = index }
        return rows.enumerated().sorted {
            (places[$0.element.id] ?? .max, $0.offset) < (places[$1.element.id] ?? .max, $1.offset)
        }.map(\.element)
    }

    /// The place of the selected row; nil when the list is empty.
    func selectedIndex(_ pane: PaneID, in content: ListContent) -> Int? {
        guard content.count > 0 else { return nil }
        let state = self.pane(pane)
        if pane == .log, state.isFollowing { return content.count - 1 }
        if pane.beginsWithNewest, state.isFollowing { return 0 }
        if let id = state.selected, let index = content.index(of: id) { return index }
        if pane == .log, let id = state.selected.flatMap(UInt64.init) {
            return min(content.count - 1, log.shownIndex(atOrAfter: id))
        }
        return min(max(0, state.index), content.count - 1)
    }

    /// The places of the rows that are on the screen, in `height` rows.
    func window(_ pane: PaneID, _ content: ListContent, height: Int) -> Range<Int> {
        guard height > 0, let selected = selectedIndex(pane, in: content) else { return 0..<0 }
        let top = min(max(0, selected - self.pane(pane).screenRow), max(0, content.count - height))
        // The row under the cursor is always in sight, whatever the stored position says.
        let start = min(max(top, selected - height + 1), selected)
        return start..<min(content.count, start + height)
    }

    /// The identity of the selected row; nil when the list is empty.
    func selectedID(_ pane: PaneID) -> String? {
        let content = content(pane)
        return selectedIndex(pane, in: content).flatMap { content.id(at: $0) }
    }

    /// A row as it is drawn.
    func row(_ content: ListContent, at index: Int) -> TableRow? {
        switch content.source {
        case .rows(let rows): return index >= 0 && index < rows.count ? rows[index] : nil
        case .log(let ids):
            guard index >= 0, index < ids.count, let line = log.line(ids[index]) else { return nil }
            return TableData.logRow(line, precise: true, showsBody: showsBodies, in: zone)
        }
    }

    /// Whether log lines show the texts that belong to them.
    var showsBodies: Bool { views[.logs]?.isUnfolded ?? false }

    /// How many events are above what the overview's tail shows; nil while it follows the newest.
    var lastEventsHeld: Int? {
        guard view == .overview, !pane(.lastEvents).isFollowing else { return nil }
        let content = content(.lastEvents)
        return window(.lastEvents, content, height: Layout(self).rows(of: .lastEvents)).lowerBound
    }

    /// The request whose trace is opened; by its id or by a unique beginning of it.
    package var shownTrace: TraceState? {
        guard view == .trace, let id = location.path.first else { return nil }
        return shownEngine?.traces[id]
    }

    /// The chat that is opened or selected, with its session key.
    var shownChat: (session: String, chat: ChatState)? {
        let id = location.view == .chats ? location.path.first ?? selectedID(.chats) : nil
        guard let id, let chat = shownEngine?.chats[id] else { return nil }
        return (id, chat)
    }

    /// The pending approval that is opened or selected.
    var shownApproval: ApprovalState? {
        let id = location.path.first ?? selectedID(.pending)
        return id.flatMap(Int64.init).flatMap { shownEngine?.approvals[$0] }
    }

    /// The request of the row under the cursor.
    var selectedRequestID: String? {
        switch focusedPane {
        case .transcript, .fullTranscript: return shownChat?.chat.requestID
        case .arguments: return shownApproval?.requestID ?? shownQuestion?.requestID
        case .payload: return location.path.first
        case .serverDetail, .serverStderr: return shownServer?.server.lastFailure?.requestID
        case .record: return location.path.first.flatMap(UInt64.init).flatMap { log.line($0)?.event?.requestID }
        default:
            let content = content(focusedPane)
            return selectedIndex(focusedPane, in: content).flatMap { row(content, at: $0)?.requestID }
        }
    }
}
