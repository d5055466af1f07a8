// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The size and lines of a confirm box on a screen.
struct BoxLayout: Equatable {
    let rect: Rect
    let lines: [TextLine]
    /// Empty lines above and below the text.
    let padding: Int
    /// Lines that do not fit.
    let missing: Int

    init(_ box: ConfirmBox, size: Size, warning: String?) {
        let width = min(70, size.columns - 2)
        var lines: [TextLine] = []
        for line in box.lines {
            lines += TextPanes.field(
                line.label, line.text, width: width - 4, role: line.isWarning ? .crit : .normal)
        }
        if let warning {
            lines.append(TextLine())
            lines += wrap(warning, width: width - 4, limit: 4).map { TextLine(" " + $0, .warn) }
        }
        if let word = box.requiredWord { lines.append(TextLine(" type \(word) to go on: \(box.typed.text)_", .ask)) }
        // The frame and the buttons; empty lines above and below only where there is room.
        let isRoomy = lines.count + 5 <= size.rows
        padding = isRoomy ? 1 : 0
        let room = max(1, size.rows - 3 - 2 * padding)
        missing = max(0, lines.count - room)
        self.lines = Array(lines.prefix(room))
        let height = self.lines.count + 3 + 2 * padding
        rect = Rect(
            row: max(0, (size.rows - height) / 2), column: (size.columns - width) / 2, width: width,
            height: min(height, size.rows))
    }
}

extension ConfirmBox {
    /// What is said about the freshness of the picture that the operator decides on.
    func warning(_ state: ConsoleState) -> String? {
        guard needsLink else { return nil }
        switch state.linkWord {
        case .live: return nil
        case .stale(let age):
            let seq = seenSeq.map { " (event \($0))" } ?? ""
            return "your view is \(Format.age(Screen.microseconds(age))) old\(seq); the engine checks again first"
        case .lost(let age, let reason):
            return "LOST \(Format.age(Screen.microseconds(age))): \(reason). Nothing can be changed now"
        case .closed(_, let reason): return "the connection is closed: \(reason). Nothing can be changed now"
        case .connecting: return "reconnecting. Nothing can be changed now"
        }
    }

    /// Whether all of it can be read on a screen; a question that cannot be read must not be answered.
    func fits(_ state: ConsoleState) -> Bool {
        BoxLayout(self, size: state.size, warning: warning(state)).missing == 0
    }
}

extension Screen {
    mutating func drawOverlay() {
        switch state.overlay {
        case .confirm(let box): draw(box)
        case .prompt(let prompt): drawPrompt(prompt)
        case .help(let help): draw(help)
        case .form(let form): draw(form)
        case nil: break
        }
    }

    private mutating func draw(_ box: ConfirmBox) {
        let layout = BoxLayout(box, size: frame.size, warning: box.warning(state))
        let rect = layout.rect
        frame.box(
            row: rect.row, column: rect.column, width: rect.width, height: rect.height, title: box.title, role: .border,
            titleRole: .ask)
        for (index, line) in layout.lines.enumerated() {
            line.draw(
                into: &frame, row: rect.row + 1 + layout.padding + index, column: rect.column + 2, width: rect.width - 4
            )
        }
        let row = rect.endRow - 2
        guard layout.missing == 0 else {
            frame.put(
                cut(
                    "\(Format.plural(layout.missing, "more line")): enlarge the window. Esc cancels",
                    to: rect.width - 4, utf8: utf8),
                row: row,
                column: rect.column + 2, role: .warn)
            return
        }
        let canAct = box.isArmed(at: state.now.monotonic) && (!box.needsLink || state.changeRefusal == nil)
        var buttons = [TextLine("[ Cancel ]", .select)]
        if box.requiredWord == nil {
            buttons += box.buttons.map { button in
                TextLine(spans: [
                    ("[ ", .normal), ("\(button.key)", canAct ? .key : .dim),
                    (" \(button.label) ]", canAct ? .normal : .dim),
                ])
            }
        }
        let width = buttons.reduce(-3) { $0 + TextWidth.width(of: $1.text) + 3 }
        var column = rect.column + max(2, (rect.width - width) / 2)
        for button in buttons {
            column += button.draw(into: &frame, row: row, column: column, width: rect.endColumn - 1 - column) + 3
        }
    }

    private mutating func draw(_ help: HelpState) {
        let lines = HelpText.lines(for: state, search: help.search.text)
        let height = HelpText.height(frame.size)
        let rect = Rect(row: 1, column: 0, width: frame.columns, height: min(frame.rows - 2, height + 3))
        let title = "Help: \(state.view.title), \(KeyTable.hints(for: state).count) keys here"
        frame.box(row: rect.row, column: rect.column, width: rect.width, height: rect.height, title: title)
        let search = "search: \(help.search.text)"
        frame.put(cut(search, to: rect.width - 4, utf8: utf8), row: rect.row + 1, column: rect.column + 2, role: .ask)
        frame.cursor = Position(
            row: rect.row + 1,
            column: min(rect.endColumn - 2, rect.column + 10 + TextWidth.width(of: help.search.textBeforeCursor)))
        let shown = rect.height - 3
        let top = min(help.top, max(0, lines.count - shown))
        for (index, line) in lines.dropFirst(top).prefix(shown).enumerated() {
            line.draw(into: &frame, row: rect.row + 2 + index, column: rect.column + 2, width: rect.width - 4)
        }
        if lines.count > shown {
            let word = " \(top + 1)-\(min(lines.count, top + shown)) of \(lines.count) "
            frame.put(word, row: rect.endRow - 1, column: rect.endColumn - word.count - 3, role: .dim)
        }
    }
}
