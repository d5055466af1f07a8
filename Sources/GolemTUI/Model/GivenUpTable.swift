// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension TableData {
    /// The messages of a channel that were given up, oldest first.
    static func givenUp(_ channel: OutboundState, now: Timestamp) -> TableData {
        let columns = [
            TableColumn("number", "NUMBER", 8),
            TableColumn("chat", "CHAT", 14, priority: 1, isFlexible: true),
            TableColumn("age", "AGE", 4, .right, priority: 2),
            TableColumn("tries", "TRIES", 5, .right, priority: 4),
            TableColumn("req", "REQ", 8, priority: 5),
            TableColumn("reason", "REASON", 20, priority: 3, isFlexible: true),
        ]
        let rows = channel.givenUp.map { message in
            let age = now.since(message.time)
            return TableRow(
                id: "\(message.id)",
                cells: [
                    TableCell("\(message.id)", .crit, rank: Double(message.id)), TableCell(message.chatID),
                    TableCell(Format.age(age), rank: Double(age)),
                    TableCell("\(message.attempts)", rank: Double(message.attempts)),
                    TableCell(Format.shortID(message.requestID), .link), TableCell(Format.oneLine(message.error)),
                ], requestID: message.requestID)
        }
        return TableData(columns: columns, rows: rows)
    }
}

extension ConsoleState {
    /// The channel whose given-up messages are shown.
    var shownChannel: (name: String, state: OutboundState)? {
        guard view == .overview, let name = location.path.first else { return nil }
        return (name, shownEngine?.outbound[name] ?? OutboundState())
    }

    /// The given-up messages that a key takes: the marked ones, else the selected one.
    var chosenGivenUp: [Int64] {
        guard shownChannel != nil else { return [] }
        let marked = markedIDs(.givenUp).compactMap(Int64.init)
        return marked.isEmpty ? selectedID(.givenUp).flatMap { Int64($0) }.map { [$0] } ?? [] : marked
    }

    /// A message that was given up and its channel, by its number.
    func givenUp(_ id: Int64) -> (channel: String, message: GivenUpMessage)? {
        for (name, channel) in engine?.outbound ?? [:] {
            if let message = channel.givenUp.first(where: { $0.id == id }) { return (name, message) }
        }
        return nil
    }
}
