// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Chooses how much of a history fits into a model call.
enum HistoryWindow {
    /// The newest whole turns whose estimated tokens fit into `budget`; a turn is never cut in two, so that a tool
    /// call and its result stay together.
    static func select(_ history: [HistoryMessage], budget: Int) -> [HistoryMessage] {
        var start = history.endIndex
        var left = budget
        var index = history.endIndex
        while index > history.startIndex {
            let turn = history[index - 1].turn
            var first = index
            var cost = 0
            while first > history.startIndex, history[first - 1].turn == turn {
                first -= 1
                cost += TokenEstimate.tokens(in: history[first].message)
            }
            guard cost <= left else { break }
            left -= cost
            start = first
            index = first
        }
        return Array(history[start...])
    }
}
