// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// The form of an MCP server's question, as it is being filled in.
package struct QuestionForm: Sendable, Equatable {
    /// What stands in one field.
    package struct Entry: Sendable, Equatable {
        /// The line, for a field that is typed.
        package var editor = LineEditor()
        /// The options that are chosen, by their place.
        package var chosen: Set<Int> = []
        /// The option under the cursor.
        package var cursor = 0
    }

    /// The question.
    package let question: QuestionAsked
    /// What stands in the fields.
    package var entries: [Entry]
    /// The field that is being filled in.
    package var index = 0
    /// What is wrong with it.
    package var error: String?

    /// Makes a form that holds what counts when nothing is said.
    package init(_ question: QuestionAsked) {
        self.question = question
        entries = question.fields.map { field in
            var entry = Entry()
            let preset = field.preset ?? []
            if field.options.isEmpty {
                entry.editor = LineEditor(preset.first ?? "")
            } else {
                entry.chosen = Set(field.options.indices.filter { preset.contains(field.options[$0].value) })
                entry.cursor = entry.chosen.min() ?? 0
            }
            return entry
        }
    }

    /// The field that is being filled in; nil in a form without fields.
    var field: QuestionField? { index < question.fields.count ? question.fields[index] : nil }

    /// Whether the field takes several options.
    static func takesSeveral(_ field: QuestionField) -> Bool {
        if case .choices = field.kind { true } else { false }
    }

    /// The lines to choose from: the options, and for a single one that may be left out, none of them.
    static func choices(_ field: QuestionField) -> [String] {
        let titles = field.options.map { $0.title == $0.value ? $0.value : "\($0.title)  (\($0.value))" }
        return titles.isEmpty || field.isRequired || takesSeveral(field) ? titles : titles + ["(no answer)"]
    }

    /// What stands in a field, as the engine takes it: an empty text leaves it out.
    func texts(of index: Int) -> [String] {
        let field = question.fields[index]
        let entry = entries[index]
        guard !field.options.isEmpty else { return [entry.editor.text] }
        let values = entry.chosen.sorted().filter { $0 < field.options.count }.map { field.options[$0].value }
        return values.isEmpty ? [""] : values
    }

    /// All answers.
    var texts: [String: [String]] {
        Dictionary(
            question.fields.indices.map { (question.fields[$0].name, texts(of: $0)) }, uniquingKeysWith: { $1 })
    }

    /// An answer as people read it.
    func shown(_ index: Int) -> String {
        let field = question.fields[index]
        guard !field.options.isEmpty else { return entries[index].editor.text }
        return entries[index].chosen.sorted().filter { $0 < field.options.count }.map { field.options[$0].title }
            .joined(separator: ", ")
    }

    /// Checks the field; false when it does not fit, and then `error` says why.
    mutating func check() -> Bool {
        error = nil
        guard let field else { return true }
        do throws(QuestionField.Misfit) {
            _ = try field.value(of: texts(of: index))
            return true
        } catch {
            self.error = error.reason
            return false
        }
    }

    /// Goes to the first field that does not fit; false when there is none.
    mutating func goToMisfit() -> Bool {
        let before = index
        for place in question.fields.indices {
            index = place
            if !check() { return true }
        }
        index = before
        return false
    }
}
