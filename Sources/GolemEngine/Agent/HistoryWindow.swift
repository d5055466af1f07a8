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

    /// Without the oldest turn when it may have been cut because only `limit` messages were read.
    static func wholeTurns(_ history: [HistoryMessage], limit: Int) -> [HistoryMessage] {
        guard history.count >= limit, let first = history.first else { return history }
        return Array(history.drop { $0.turn == first.turn })
    }
}
