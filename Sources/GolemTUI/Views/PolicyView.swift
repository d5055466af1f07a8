// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Screen {
    mutating func drawPolicy() {
        guard state.shownEngine != nil else { return }
        if let rect = layout.blocks[.head] {
            if state.location.path.isEmpty { drawPolicyHead(rect) } else { drawApprovalRule(below: rect) }
        }
        drawList(.pending)
        if let rect = layout.panes[.arguments] {
            if state.location.path.isEmpty, rect.row > layout.body.row {
                drawRule(above: rect, approvalTitle(), right: argumentsWord(rect))
            }
            drawText(.arguments)
        }
        drawList(.decided)
    }

    private mutating func drawPolicyHead(_ rect: Rect) {
        let lines = PolicyHead.lines(state, rows: layout.body.height, width: rect.width)
        for (index, line) in lines.prefix(rect.height).enumerated() {
            line.draw(into: &frame, row: rect.row + index, column: rect.column, width: rect.width)
        }
    }

    private func approvalTitle() -> String {
        if let open = state.shownQuestion {
            let tool = open.question.tool.map { "  for \($0)" } ?? ""
            let told = open.question.notified.isEmpty ? "  NOBODY WAS TOLD" : ""
            return "question \(open.question.id)  \(open.question.server) asks, not Golem\(tool)\(told)"
        }
        guard let approval = state.shownApproval else { return "no call selected" }
        var title = "\(approval.request.id) \(approval.request.tool)  asked by \(approval.session ?? "-")"
        if let session = approval.session, let chat = state.shownEngine?.chats[session], chat.stepLimit > 0 {
            title += "  step \(chat.step)/\(chat.stepLimit)"
        }
        if approval.request.notified == [] { title += "  NOBODY WAS TOLD" }
        return title
    }

    /// Whether every line of the arguments is in sight: only then may the call be approved from the list.
    private func argumentsWord(_ rect: Rect) -> String {
        guard state.shownApproval != nil || state.shownQuestion != nil else { return "" }
        let count = TextPanes.lines(.arguments, of: state, width: rect.width).count
        return count <= rect.height ? "all \(count) lines shown" : "\(rect.height) of \(count) lines, Enter shows all"
    }

    private mutating func drawApprovalRule(below rect: Rect) {
        drawRule(
            above: Rect(row: rect.row + 1, column: 0, width: rect.width, height: 0), approvalTitle(),
            right: scrollWord(.arguments).isEmpty ? "all lines shown" : scrollWord(.arguments), isFocused: true)
    }
}
