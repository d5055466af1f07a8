// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The lines of the help, made from the key table.
enum HelpText {
    /// Lines of help that fit on a screen.
    static func height(_ size: Size) -> Int { max(1, size.rows - 5) }

    /// Columns of a line of help.
    static func width(_ size: Size) -> Int { max(20, size.columns - 4) }

    /// The keys of the shown view, then those that hold everywhere, then the commands; only what matches the search.
    static func lines(for state: ConsoleState, search: String) -> [TextLine] {
        let needle = Needle(search)
        func isShown(_ text: String) -> Bool { search.isEmpty || needle.isIn(text) }
        var lines: [TextLine] = []
        func section(_ title: String, _ body: [TextLine]) {
            guard !body.isEmpty else { return }
            lines.append(TextLine(title, .title))
            lines += body
        }
        for scope in [KeyScope.pane(state.focusedPane), .view(state.view), .everywhere] {
            let bindings = KeyTable.bindings.filter { $0.scope == scope && isShown("\($0.label) \($0.description)") }
            section(
                scope == .everywhere
                    ? "Everywhere" : (scope == .view(state.view) ? "In \(state.view.title)" : "In this list"),
                bindings.flatMap { binding in
                    let reason = binding.disabledReason(state).map { " [not now: \($0)]" } ?? ""
                    let text = wrap(binding.description + reason, width: width(state.size) - 14, limit: 4)
                    return text.enumerated().map { index, line in
                        let label = padded(index == 0 ? binding.label : "", to: 12, utf8: false)
                        return TextLine(spans: [(" " + label + " ", .key), (line, reason.isEmpty ? .normal : .dim)])
                    }
                })
        }
        section(
            "Commands after :",
            CommandWords.usages.filter(isShown).map { TextLine(spans: [(" :", .key), ($0, .normal)]) })
        section("Filters after /", filters.filter(isShown).map { TextLine(" " + $0) })
        section(
            "Notes",
            notes.filter(isShown).flatMap {
                wrap($0, width: width(state.size) - 1, limit: 4).map { TextLine(" " + $0) }
            })
        return lines.isEmpty ? [TextLine("nothing in the help matches \(search)", .warn)] : lines
    }

    private static let filters = [
        "word other     rows with both, in any column; capitals matter only when typed",
        "!word          rows without it",
        "state:waiting  rows whose column STATE has it",
        "~err(or)?$     rows that match the regular expression, to the end of the line",
    ]

    private static let notes = [
        "The capitals A D M R X change something, after a question whose default is Cancel; i sends what you write on Enter.",
        "A new line in a message: paste it. P acts on things that this version does not have.",
        "The mouse is off, so that the terminal marks text as always; :set mouse on gives wheel and click.",
        "Esc inside tmux may take half a second: set escape-time 20 in tmux helps.",
    ]
}
