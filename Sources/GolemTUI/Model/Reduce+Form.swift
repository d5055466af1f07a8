// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension ConsoleState {
    /// Takes a key in the form of a question.
    mutating func fillIn(_ form: QuestionForm, _ key: Key) -> [Effect] {
        var form = form
        switch key {
        case .escape:
            overlay = nil
            say("nothing was answered: question \(form.question.id) still waits")
            return []
        case .enter: return goOn(form)
        case .tab: step(&form, 1)
        case .backTab: step(&form, -1)
        default:
            guard let field = form.field else { return [] }
            if field.options.isEmpty {
                type(&form, key)
            } else {
                choose(&form, field, key)
            }
        }
        overlay = .form(form)
        return []
    }

    private mutating func goOn(_ form: QuestionForm) -> [Effect] {
        var form = form
        if let field = form.field, !field.options.isEmpty, !QuestionForm.takesSeveral(field) {
            form.entries[form.index].chosen = [form.entries[form.index].cursor]
        }
        guard form.check() else {
            overlay = .form(form)
            return []
        }
        if form.index + 1 < form.question.fields.count {
            form.index += 1
            overlay = .form(form)
            return []
        }
        guard !form.goToMisfit() else {
            overlay = .form(form)
            return []
        }
        return ask(Acting.answerBox(self, form))
    }

    /// Goes to another field; what does not fit yet may be left for later.
    private func step(_ form: inout QuestionForm, _ step: Int) {
        let count = form.question.fields.count
        guard count > 0 else { return }
        form.error = nil
        form.index = ((form.index + step) % count + count) % count
    }

    private func type(_ form: inout QuestionForm, _ key: Key) {
        switch key {
        case .up: step(&form, -1)
        case .down: step(&form, 1)
        default: if form.entries[form.index].editor.apply(key.onOneLine) { form.error = nil }
        }
    }

    private func choose(_ form: inout QuestionForm, _ field: QuestionField, _ key: Key) {
        let count = QuestionForm.choices(field).count
        var entry = form.entries[form.index]
        switch key {
        case .up, .character("k"): entry.cursor = max(0, entry.cursor - 1)
        case .down, .character("j"): entry.cursor = min(count - 1, entry.cursor + 1)
        case .home: entry.cursor = 0
        case .end: entry.cursor = count - 1
        case .character(" "):
            if !QuestionForm.takesSeveral(field) {
                entry.chosen = [entry.cursor]
            } else if entry.chosen.remove(entry.cursor) == nil {
                entry.chosen.insert(entry.cursor)
            }
        default: return
        }
        form.error = nil
        form.entries[form.index] = entry
    }
}
