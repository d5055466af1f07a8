// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Screen {
    mutating func drawPolicy() {
        guard let engine = state.shownEngine else { return }
        if let rect = layout.blocks[.head] {
            if state.location.path.isEmpty { drawPolicyHead(engine, rect) } else { drawApprovalRule(below: rect) }
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

    private mutating func drawPolicyHead(_ engine: EngineState, _ rect: Rect) {
        let mode = engine.engine?.policyMode ?? "unknown"
        let line = TextLine(spans: [
            (" MODE ", .title), (mode, mode == "off" ? .crit : .normal),
            ("   \(engine.approvals.count) pending", engine.approvals.isEmpty ? .normal : .ask),
            (
                "   \(engine.decidedApprovals.elements.count) decided lately   \(Format.plural(engine.policyWarnings.count, "warning"))",
                .normal
            ),
        ])
        line.draw(into: &frame, row: rect.row, column: rect.column, width: rect.width)
        let warnings = engine.policyWarnings.sorted { $0.key < $1.key }
        for (index, warning) in warnings.prefix(max(0, rect.height - 1)).enumerated() {
            frame.put(
                cut(" ! WARNING \(warning.value)", to: rect.width, utf8: utf8), row: rect.row + 1 + index,
                column: rect.column,
                role: .warn)
        }
    }

    private func approvalTitle() -> String {
        guard let approval = state.shownApproval else { return "no call selected" }
        var title = "\(approval.request.id) \(approval.request.tool)  asked by \(approval.session ?? "-")"
        if let session = approval.session, let chat = state.shownEngine?.chats[session], chat.stepLimit > 0 {
            title += "  step \(chat.step)/\(chat.stepLimit)"
        }
        return title
    }

    /// Whether every line of the arguments is in sight: only then may the call be approved from the list.
    private func argumentsWord(_ rect: Rect) -> String {
        guard state.shownApproval != nil else { return "" }
        let count = TextPanes.lines(.arguments, of: state, width: rect.width).count
        return count <= rect.height ? "all \(count) lines shown" : "\(rect.height) of \(count) lines, Enter shows all"
    }

    private mutating func drawApprovalRule(below rect: Rect) {
        drawRule(
            above: Rect(row: rect.row + 1, column: 0, width: rect.width, height: 0), approvalTitle(),
            right: scrollWord(.arguments).isEmpty ? "all lines shown" : scrollWord(.arguments), isFocused: true)
    }
}
