// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension ConsoleState {
    /// The marked rows of a pane that still exist, in the order of the list.
    func markedIDs(_ id: PaneID) -> [String] {
        let marked = pane(id).marked
        guard !marked.isEmpty else { return [] }
        return table(id).rows.map(\.id).filter(marked.contains)
    }

    /// Marks the selected row, or takes its mark away, and goes to the next one.
    mutating func mark() {
        let id = focusedPane
        guard let selected = selectedID(id) else { return }
        if panes[id, default: PaneState()].marked.remove(selected) == nil { panes[id]?.marked.insert(selected) }
        move(by: 1)
    }

    /// Takes all marks of the view away; false when there were none.
    mutating func clearMarks() -> Bool {
        let marked = view.panes(path: location.path).filter { !markedIDs($0).isEmpty }
        for id in view.panes(path: location.path) { panes[id]?.marked = [] }
        return !marked.isEmpty
    }

    /// The approvals that a rejection takes: the marked ones, else the one that is shown.
    var approvalsToReject: [Int64] {
        let marked = location.path.isEmpty && view == .policy ? markedIDs(.pending).compactMap(Int64.init) : []
        return marked.isEmpty ? shownApproval.map { [$0.request.id] } ?? [] : marked
    }

    /// The chats whose turns a cancellation takes: the marked ones that run, else the one that is shown.
    var chatsToCancel: [String] {
        let marked = location.path.isEmpty && view == .chats ? markedIDs(.chats) : []
        let chosen = marked.isEmpty ? shownChat.map { [$0.session] } ?? [] : marked
        return chosen.filter { engine?.chats[$0]?.phase.isRunning == true }
    }
}
