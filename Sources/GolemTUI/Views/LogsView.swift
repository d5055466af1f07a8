// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Screen {
    mutating func drawLogs() {
        if let rect = layout.blocks[.head] {
            drawRule(
                above: Rect(row: rect.row + 1, column: 0, width: rect.width, height: 0), "record",
                right: scrollWord(.record), isFocused: true)
            drawText(.record)
            return
        }
        drawList(.log)
        guard let rect = layout.panes[.record] else { return }
        if !state.viewState.isZoomed, layout.mode == .full {
            let log = state.log
            let title =
                "level>=\(log.minimumLevel.rawValue)  \(Format.grouped(log.shown.count)) of \(Format.grouped(log.lines.count)) kept"
            drawRule(
                above: rect, title, right: "errors \(Format.grouped(log.errorCount)) (e next)",
                rightRole: log.errorCount > 0 ? .crit : .dim)
        }
        drawText(.record)
    }
}
