// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// What a console remembers from one start to the next: the order of each list, and nothing of what was looked at.
package struct ConsoleMemory: Sendable, Equatable, Codable {
    /// How one list is sorted.
    package struct Sort: Sendable, Equatable, Codable {
        /// The column; nil for the list's own order.
        package var key: String?
        /// Whether the order is turned round.
        package var isReversed: Bool
    }

    /// The lists that are not in their own order, by name.
    package var sorts: [String: Sort] = [:]

    /// Makes an empty memory.
    package init() {}

    /// Reads what ``text`` wrote; anything else is an empty memory.
    package init(text: String) { self = WireJSON.value(ConsoleMemory.self, text) ?? ConsoleMemory() }

    /// The memory as a file holds it.
    package var text: String { WireJSON.text(self, isPretty: true) + "\n" }
}

extension PaneID {
    /// Its name in the memory; nil for what is not sorted.
    var memoryName: String? {
        switch self {
        case .problems: "problems"
        case .lastEvents: "last_events"
        case .chats: "chats"
        case .tools: "tools"
        case .failures: "failures"
        case .pending: "pending"
        case .decided: "decided"
        case .requests: "requests"
        case .steps: "steps"
        case .givenUp: "given_up"
        case .servers: "servers"
        case .serverTools: "server_tools"
        case .transcript, .fullTranscript, .arguments, .payload, .log, .record, .serverDetail, .serverStderr: nil
        }
    }
}

extension ConsoleState {
    /// What is worth remembering of the present state.
    package var memory: ConsoleMemory {
        var memory = ConsoleMemory()
        for (id, pane) in panes where pane.sortKey != nil || pane.isReversed {
            guard let name = id.memoryName else { continue }
            memory.sorts[name] = ConsoleMemory.Sort(key: pane.sortKey, isReversed: pane.isReversed)
        }
        return memory
    }

    /// Takes up what an earlier console remembered.
    package mutating func recall(_ memory: ConsoleMemory) {
        for id in PaneID.allCases {
            guard let sort = id.memoryName.flatMap({ memory.sorts[$0] }) else { continue }
            panes[id, default: PaneState()].sortKey = sort.key
            panes[id, default: PaneState()].isReversed = sort.isReversed
        }
    }
}
