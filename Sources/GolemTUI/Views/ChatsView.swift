// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Screen {
    mutating func drawChats() {
        if let rect = layout.blocks[.head], let session = state.location.path.first {
            drawTranscriptRule(
                above: Rect(row: rect.row + 1, column: 0, width: frame.columns, height: 0), session, .fullTranscript)
            drawText(.fullTranscript)
            return
        }
        drawList(.chats)
        if let rect = layout.panes[.transcript] {
            if rect.row > layout.body.row {
                drawTranscriptRule(above: rect, state.shownChat?.session ?? "no chat", .transcript)
            }
            if rect.column > 0 {
                drawDivider(leftOf: Rect(row: layout.body.row, column: rect.column, width: 1, height: rect.height + 1))
            }
            drawText(.transcript)
        }
        if layout.panes[.fullTranscript] != nil { drawText(.fullTranscript) }
        if let rect = layout.blocks[.refused] { drawRefused(rect) }
    }

    private mutating func drawTranscriptRule(above rect: Rect, _ session: String, _ pane: PaneID) {
        var title = session
        if let chat = state.shownEngine?.chats[session] {
            if !chat.sender.isEmpty { title += " \(chat.sender)" }
            if let id = chat.requestID { title += "  req \(Format.shortID(id))" }
            if rect.width >= 70, !chat.model.isEmpty { title += "  \(chat.model)" }
        }
        drawRule(above: rect, title, right: scrollWord(pane), isFocused: state.focusedPane == pane)
    }

    private mutating func drawRefused(_ rect: Rect) {
        let refused = state.shownEngine?.refused.values.sorted { $0.time > $1.time } ?? []
        guard let newest = refused.first else { return }
        let more = refused.count > 1 ? ", \(refused.count - 1) more" : ""
        let age = Format.age(state.shownTime.since(newest.time))
        let count = newest.count > 1 ? " \(newest.count) times" : ""
        let text =
            " REFUSED \(newest.channel):\(newest.chatID) \(newest.sender)\(count), \(age) ago: \(newest.reason)\(more)"
        frame.put(cut(text, to: rect.width - 1, utf8: utf8), row: rect.row, column: rect.column, role: .warn)
    }
}
