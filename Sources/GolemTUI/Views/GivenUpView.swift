// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Screen {
    /// The messages of a channel that were given up, and what can be done about the selected one.
    mutating func drawGivenUp() {
        guard let (name, channel) = state.shownChannel else { return }
        if let rect = layout.blocks[.head] {
            let older = Int(channel.dead) - channel.givenUp.count
            let more = older > 0 ? ", the newest \(channel.givenUp.count) are listed" : ""
            drawRule(
                above: Rect(row: rect.row + 1, column: 0, width: rect.width, height: 0),
                "outbound \(name): \(channel.dead) given up\(more)", right: "\(channel.queued) queued",
                isFocused: true)
        }
        drawList(.givenUp)
        guard let rect = layout.blocks[.detail] else { return }
        let id = state.selectedID(.givenUp)
        guard let message = channel.givenUp.first(where: { "\($0.id)" == id }) else { return }
        drawRule(
            above: rect, "message \(message.id) to \(name):\(message.chatID)",
            right: "given up \(state.zone.clock(message.time))")
        var lines = TextPanes.field("R", "golem outbound retry \(message.id)", width: rect.width)
        lines += TextPanes.field("X", "golem outbound drop \(message.id)", width: rect.width)
        lines += TextPanes.field("reason", message.error, width: rect.width, role: .crit)
        for (index, line) in lines.prefix(rect.height).enumerated() {
            line.draw(into: &frame, row: rect.row + index, column: rect.column, width: rect.width)
        }
    }
}
