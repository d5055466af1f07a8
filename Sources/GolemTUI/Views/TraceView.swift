// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Screen {
    mutating func drawTrace() {
        if state.location.path.isEmpty {
            drawList(.requests)
            return
        }
        if let rect = layout.blocks[.head] { drawTraceHead(rect) }
        drawList(.steps)
        if let rect = layout.panes[.payload] {
            if state.location.path.count == 1 { drawRule(above: rect, payloadTitle(), right: "Enter opens") }
            drawText(.payload)
        }
    }

    private mutating func drawTraceHead(_ rect: Rect) {
        guard let trace = state.shownTrace else { return }
        let now = state.shownTime
        if rect.height == 1 {
            drawRule(
                above: Rect(row: rect.row + 1, column: 0, width: rect.width, height: 0), payloadTitle(),
                right: scrollWord(.payload))
            return
        }
        let took = durationText((trace.finished ?? now).since(trace.started))
        TextLine(spans: [
            (" REQ ", .title), (trace.requestID, .link),
            ("  \(trace.session ?? "-")\(trace.sender.isEmpty ? "" : " \(trace.sender)")", .normal),
            (
                "  started \(state.zone.preciseClock(trace.started))\(state.zone.isUTC ? "Z" : " " + state.zone.name(at: trace.started))  ",
                .normal
            ), ("\(trace.outcome) \(took)", trace.role),
        ]).draw(into: &frame, row: rect.row, column: 0, width: rect.width)
        let tokens =
            "in \(Format.count(UInt64(max(0, trace.tokensIn)))) out \(Format.count(UInt64(max(0, trace.tokensOut)))) tok"
        var text =
            " \(tokens)  llm \(Self.took(trace.modelMicroseconds))  tools \(Self.took(trace.toolMicroseconds))  "
            + "queue \(Self.took(trace.queueMicroseconds))  send \(Self.took(trace.sendMicroseconds))"
        if let longest = trace.longestStep(now: now) {
            let whole = trace.axis(now: now).length
            text += "  step \(longest.index + 1) is \(longest.microseconds * 100 / whole)%"
        }
        if trace.droppedSteps > 0 { text += "   \(trace.droppedSteps) later steps not kept" }
        frame.put(cut(text, to: rect.width, utf8: utf8), row: rect.row + 1, column: 0)
    }

    private static func took(_ microseconds: Int64) -> String { microseconds == 0 ? "-" : durationText(microseconds) }

    private func payloadTitle() -> String {
        guard let trace = state.shownTrace else { return "no request" }
        let chosen = state.location.path.count > 1 ? state.location.path[1] : state.selectedID(.steps)
        guard let index = chosen.flatMap({ Int($0) }), index < trace.steps.count else { return "no step" }
        return "step \(index + 1) of \(trace.allSteps): \(trace.steps[index].kind.rawValue) \(trace.steps[index].title)"
    }
}
