// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension ConsoleState {
    /// Rows that one turn of the wheel moves.
    private static let wheelStep = 3

    /// Takes the mouse: a click gives the focus to a pane and selects its row, the wheel moves; a box or prompt ignores both.
    mutating func point(_ key: Key) {
        guard overlay == nil else { return }
        switch key {
        case .click(let place):
            guard let rect = focusPane(at: place) else { return }
            selectRow(place.row - rect.endRow + Layout(self).rows(of: focusedPane))
        case .wheel(let isUp, let place):
            guard focusPane(at: place) != nil else { return }
            move(by: isUp ? -Self.wheelStep : Self.wheelStep)
        default: break
        }
        settle()
    }

    /// Gives the focus to the pane that shows a cell; nil when there is none.
    private mutating func focusPane(at place: Position) -> Rect? {
        let panes = view.panes(path: location.path)
        for (id, rect) in Layout(self).panes where rect.contains(place) {
            guard let index = panes.firstIndex(of: id) else { continue }
            viewState.focus = index
            return rect
        }
        return nil
    }

    /// Selects what stands in a row of the focused list; the heading and empty rows select nothing.
    private mutating func selectRow(_ row: Int) {
        let id = focusedPane
        guard !id.isText, row >= 0 else { return }
        let content = content(id)
        let window = window(id, content, height: Layout(self).rows(of: id))
        guard row < window.count, let old = selectedIndex(id, in: content) else { return }
        let index = window.lowerBound + row
        stopFollowing(id, moving: index - old)
        select(index, in: id, content)
    }
}
