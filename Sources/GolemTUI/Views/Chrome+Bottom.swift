// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Screen {
    // MARK: - Row 23: the last reply, or the worst that is open

    mutating func drawMessage() {
        let row = layout.mode == .full ? frame.rows - 2 : frame.rows - 1
        let message = message()
        frame.put(cut(message.text, to: frame.columns - 2, utf8: utf8), row: row, column: 1, role: message.role)
    }

    private func message() -> (text: String, role: StyleRole) {
        if case .confirm(let box)? = state.overlay {
            let isArmed = box.isArmed(at: state.now.monotonic)
            if !isArmed {
                return ("keys typed before this box opened are dropped; its letters work in a moment", .warn)
            }
            if box.droppedKeys > 0 {
                return ("dropped, typed too early: \(Format.plural(box.droppedKeys, "key"))", .warn)
            }
        }
        if let notice = state.notice {
            if let pending = state.pending.first(where: { $0.command.id == notice.commandID }) {
                let waited = state.now.monotonic - pending.sentAt
                if waited >= .seconds(3) {
                    let age = Format.age(Self.microseconds(waited))
                    return (
                        "\(pending.isAccepted ? "accepted" : "sent") \(age) ago, not done: \(pending.commandLine)",
                        .warn
                    )
                }
            }
            return (Format.oneLine(notice.text), notice.role)
        }
        switch state.link.phase {
        case .lost(let reason): return ("connection lost: \(reason); it is tried again, the picture stays", .crit)
        case .closed(let reason): return ("connection closed: \(reason)", .crit)
        case .connecting(let attempt):
            if let reason = state.link.lossReason {
                return ("connection lost: \(reason); attempt \(attempt), the picture stays", .crit)
            }
        case .up: break
        }
        if let stopping = state.engine?.stopping { return ("the engine stops: \(stopping)", .crit) }
        if let worst = state.problems.first {
            let isThere = state.view == worst.subject.view
            return ("! \(Format.oneLine(worst.text))\(isThere ? "" : " (! goes there)")", worst.severity.word.role)
        }
        return ("", .normal)
    }

    // MARK: - Row 24: what can be done here

    mutating func drawHints() {
        let row = frame.rows - 1
        if case .confirm(let box)? = state.overlay {
            drawBoxHints(box, row: row)
            return
        }
        if case .form(let form)? = state.overlay {
            frame.put(cut(formHints(form), to: frame.columns - 2, utf8: utf8), row: row, column: 1)
            return
        }
        if case .help? = state.overlay {
            frame.put("Esc closes   type to search   PgUp PgDn scroll", row: row, column: 1)
            return
        }
        var column = 1
        for binding in KeyTable.hints(for: state) where !binding.hint.isEmpty {
            let isSign = binding.label.count == 1 && binding.label.allSatisfy { !$0.isLetter && !$0.isNumber }
            let text = binding.label + (isSign ? "" : " ") + binding.hint
            guard column + TextWidth.width(of: text) <= frame.columns - 1 else { continue }
            let isOff = binding.disabledReason(state) != nil
            frame.put(text, row: row, column: column, role: isOff ? .dim : .normal)
            if !isOff { frame.put(binding.label, row: row, column: column, role: .key) }
            column += TextWidth.width(of: text) + 2
        }
    }

    private mutating func drawBoxHints(_ box: ConfirmBox, row: Int) {
        if box.requiredWord != nil {
            frame.put("type the name, then Enter   Esc cancels", row: row, column: 1)
            return
        }
        let buttons = box.buttons.map { "\($0.key) \($0.label.lowercased())" }.joined(separator: "   ")
        let long = "\(buttons)   " + (box.back == nil ? "Esc/n/Enter cancel (default)" : "Esc back to the form")
        let fits = TextWidth.width(of: long) < frame.columns
        frame.put(fits ? long : "\(buttons)   Esc cancels", row: row, column: 1)
    }

    // MARK: - The prompt

    mutating func drawPrompt(_ prompt: Prompt) {
        let row = frame.rows - 1
        frame.fill(row: row, column: 0, width: frame.columns)
        let lead = label(of: prompt.kind)
        let leadWidth = frame.put(cut(lead, to: frame.columns / 2, utf8: utf8), row: row, column: 0, role: .key)
        let right =
            prompt.error
            ?? (prompt.completions.isEmpty ? promptHint(prompt) : prompt.completions.joined(separator: " "))
        let before = Self.visible(prompt.editor.textBeforeCursor)
        let whole = Self.visible(prompt.editor.text)
        let cursorWidth = TextWidth.width(of: before)
        let room = max(4, frame.columns - leadWidth - 1)
        // A long line is shown from the word that keeps the cursor in sight.
        var start = whole.startIndex
        var hidden = 0
        while cursorWidth - hidden > room - 1, start < whole.endIndex {
            hidden += TextWidth.width(of: whole[start])
            start = whole.index(after: start)
        }
        let used = frame.put(String(whole[start...]), row: row, column: leadWidth, width: room, role: .normal)
        frame.cursor = Position(row: row, column: min(frame.columns - 1, leadWidth + cursorWidth - hidden))
        let free = frame.columns - leadWidth - used - 3
        if free >= 12 {
            let text = cut(right, to: free, utf8: utf8)
            frame.putRight(TextLine(text, prompt.error == nil ? .dim : .warn), row: row, endColumn: frame.columns - 1)
        }
    }

    private func label(of kind: Prompt.Kind) -> String {
        switch kind {
        case .filter: "/"
        case .find: "find: "
        case .command: ":"
        case .message(let session): "to \(session): "
        case .muteReason(let subject): "why mute \(subject): "
        case .note(let approvals): "note for rejecting \(approvals.map { "\($0)" }.joined(separator: " ")): "
        }
    }

    private func promptHint(_ prompt: Prompt) -> String {
        switch prompt.kind {
        case .filter: "!not ~regex column:value"
        case .find: "Enter goes to the hit"
        case .command: "Tab completes, Up recalls"
        case .message: "Enter sends as \(state.actor.name)"
        case .muteReason: "for all consoles, 1 h; Enter asks"
        case .note: "the model reads it; Enter asks"
        }
    }

    /// A line feed in a prompt as a sign that takes one cell.
    private static func visible(_ text: String) -> String { String(text.map { $0.isNewline ? "|" : $0 }) }
}
