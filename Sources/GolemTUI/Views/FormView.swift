// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The lines of a form on a screen, with those of the field that is being filled in.
struct FormLayout {
    /// Options that are shown at once.
    private static let optionRows = 7

    let rect: Rect
    /// The lines that fit; the field that is being filled in is among them.
    private(set) var lines: [TextLine] = []
    /// Where typing goes on; nil where nothing is typed.
    private(set) var cursor: (line: Int, column: Int)?

    init(_ form: QuestionForm, size: Size, warning: String?) {
        let width = min(76, size.columns - 2)
        let inner = max(1, width - 4)
        let room = max(1, size.rows - 4)
        var all: [TextLine] = []
        let head = wrap(form.question.message, width: inner, limit: max(1, room / 3))
        all += head.map { TextLine($0) }
        if let warning { all += wrap(warning, width: inner, limit: 2).map { TextLine($0, .warn) } }
        all += wrap("never type a password here: the server sees what you send", width: inner, limit: 2).map {
            TextLine($0, .dim)
        }
        let fixed = all.count
        var first = fixed
        var typing: (line: Int, column: Int)?
        for (index, field) in form.question.fields.enumerated() {
            let isCurrent = index == form.index
            if isCurrent { first = all.count }
            let mark = field.isRequired ? "*" : " "
            let label = "\(isCurrent ? ">" : " ")\(mark)\(cut(field.label, to: max(4, inner / 3), utf8: false)): "
            let room = max(1, inner - TextWidth.width(of: label))
            if isCurrent, field.options.isEmpty {
                let (text, column) = Self.visible(form.entries[index].editor, room)
                typing = (all.count, TextWidth.width(of: label) + column)
                all.append(TextLine(spans: [(label, .select), (text, .normal)]))
            } else {
                let text = form.shown(index)
                let isEmpty = text.isEmpty
                all.append(
                    TextLine(spans: [
                        (label, isCurrent ? .select : .title),
                        (cut(isEmpty ? "-" : Format.oneLine(text), to: room, utf8: false), isEmpty ? .dim : .normal),
                    ]))
            }
            guard isCurrent else { continue }
            if !field.about.isEmpty {
                all += wrap(field.about, width: inner - 3, limit: 2).map { TextLine("   " + $0, .dim) }
            }
            all += Self.options(form, field, inner)
            if field.options.isEmpty {
                all += wrap(field.rule, width: inner - 3, limit: 2).map { TextLine("   " + $0, .dim) }
            }
            if let error = form.error {
                all += wrap(error, width: inner - 3, limit: 3).map { TextLine("   " + $0, .warn) }
            }
            // What belongs to the field comes into sight with it.
            let last = all.count
            if last - first > room - 1 { first = max(first, last - room + 1) }
        }
        // The beginning stays as long as the field fits below it.
        let current = first
        let end = Self.end(of: form, all, from: current)
        let top = end <= room ? 0 : min(current, max(0, all.count - room))
        lines = Array(all.dropFirst(top).prefix(room))
        if let typing, typing.line >= top, typing.line - top < lines.count {
            cursor = (typing.line - top, typing.column)
        }
        let height = lines.count + 2
        rect = Rect(
            row: max(0, (size.rows - 2 - height) / 2), column: (size.columns - width) / 2, width: width,
            height: min(height, size.rows))
    }

    /// The line behind the last one of the current field.
    private static func end(of form: QuestionForm, _ all: [TextLine], from start: Int) -> Int {
        let after = form.question.fields.count - form.index - 1
        return max(start + 1, all.count - after)
    }

    private static func options(_ form: QuestionForm, _ field: QuestionField, _ width: Int) -> [TextLine] {
        let choices = QuestionForm.choices(field)
        guard !choices.isEmpty else { return [] }
        let entry = form.entries[form.index]
        let top = min(max(0, entry.cursor - optionRows / 2), max(0, choices.count - optionRows))
        var lines: [TextLine] = []
        for (place, title) in choices.enumerated().dropFirst(top).prefix(optionRows) {
            let isHere = place == entry.cursor
            let box =
                QuestionForm.takesSeveral(field)
                ? (entry.chosen.contains(place) ? "[x] " : "[ ] ") : (entry.chosen.contains(place) ? "(x) " : "( ) ")
            let text = cut((isHere ? " > " : "   ") + box + Format.oneLine(title), to: width, utf8: false)
            lines.append(TextLine(text, isHere ? .select : .normal))
        }
        let below = choices.count - top - lines.count
        if top + below > 0 { lines.append(TextLine("   \(choices.count) options, \(below) below", .dim)) }
        if case .choices = field.kind {
            lines.append(TextLine("   " + cut(field.rule, to: width - 3, utf8: false), .dim))
        }
        return lines
    }

    /// The part of a line that keeps the cursor in sight, and the cursor's column in it.
    private static func visible(_ editor: LineEditor, _ room: Int) -> (text: String, column: Int) {
        let whole = editor.text
        var start = whole.startIndex
        var hidden = 0
        let before = TextWidth.width(of: editor.textBeforeCursor)
        while before - hidden > room - 1, start < whole.endIndex {
            hidden += TextWidth.width(of: whole[start])
            start = whole.index(after: start)
        }
        return (String(whole[start...]), before - hidden)
    }
}

extension Screen {
    mutating func draw(_ form: QuestionForm) {
        let known = state.engine?.questions[form.question.id]?.question.askedAt
        let warning = known == form.question.askedAt ? nil : "this question is closed: what you send comes too late"
        let layout = FormLayout(form, size: frame.size, warning: warning)
        let rect = layout.rect
        let place = form.question.fields.count > 1 ? ", field \(form.index + 1) of \(form.question.fields.count)" : ""
        frame.box(
            row: rect.row, column: rect.column, width: rect.width, height: rect.height,
            title: cut("\(form.question.server) asks, not Golem\(place)", to: max(1, rect.width - 6), utf8: utf8),
            role: .border, titleRole: .ask)
        for (index, line) in layout.lines.enumerated() {
            line.draw(into: &frame, row: rect.row + 1 + index, column: rect.column + 2, width: rect.width - 4)
        }
        if let cursor = layout.cursor {
            frame.cursor = Position(
                row: rect.row + 1 + cursor.line, column: min(rect.endColumn - 2, rect.column + 2 + cursor.column))
        }
    }

    func formHints(_ form: QuestionForm) -> String {
        guard let field = form.field else { return "Enter goes on   Esc leaves it open" }
        let isLast = form.index + 1 == form.question.fields.count
        let next = isLast ? "Enter asks before it is sent" : "Enter next field"
        let choose =
            field.options.isEmpty ? "" : QuestionForm.takesSeveral(field) ? "   j k Space mark" : "   j k choose"
        return "\(next)\(choose)   Tab S-Tab fields   Esc leaves it open"
    }
}
