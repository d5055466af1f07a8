// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Writes help pages from the definitions, in lines of at most `width` columns.
struct UsageText {
    let root: CommandDefinition
    let global: [FlagDefinition]
    var width = 80

    /// The page of the command at a path.
    func page(for path: [String]) throws(CommandFailure) -> String {
        var command = root
        var known: [String] = []
        for name in path {
            guard let next = command.subcommands.first(where: { $0.name == name }) else {
                throw .usage("there is no command \"\((known + [name]).joined(separator: " "))\"", help: known)
            }
            command = next
            known.append(name)
        }
        return page(command, path)
    }

    private func page(_ command: CommandDefinition, _ path: [String]) -> String {
        let name = (["golem"] + path).joined(separator: " ")
        var usage = name
        if !command.subcommands.isEmpty { usage += " <command>" }
        for positional in command.positionals { usage += " " + positional.usage }
        // The flags of every command go with each of them.
        usage += " [flags]"
        var sections = ["Usage: \(usage)", wrapped(command.summary)]
        if !command.discussion.isEmpty { sections.append(discussion(command.discussion)) }
        let visible = command.subcommands.filter { !$0.name.hasPrefix("_") }
        if !visible.isEmpty { sections.append(table("Commands:", visible.map { ($0.name, $0.summary) })) }
        if !command.positionals.isEmpty {
            sections.append(table("Arguments:", command.positionals.map { ($0.usage, $0.help) }))
        }
        let own = command.flags.filter { !$0.isHidden }
        if !own.isEmpty { sections.append(table("Flags:", own.map { (Self.label($0), $0.help) })) }
        sections.append(table("Flags of every command:", global.map { (Self.label($0), $0.help) }))
        if !visible.isEmpty {
            sections.append(
                wrapped("More about a command: golem help \((path + ["<command>"]).joined(separator: " "))"))
        }
        return sections.joined(separator: "\n\n")
    }

    private static func label(_ flag: FlagDefinition) -> String {
        (flag.short.map { "-\($0), " } ?? "") + "--\(flag.name)" + (flag.placeholder.map { " <\($0)>" } ?? "")
    }

    private func table(_ title: String, _ rows: [(String, String)]) -> String {
        let column = min(26, (rows.map(\.0.count).max() ?? 0) + 4)
        let lines = rows.map { label, help -> String in
            let start = "  " + label
            let text = wrapped(help, indentation: column)
            guard start.count + 2 <= column else { return start + "\n" + text }
            return start + text.dropFirst(start.count)
        }
        return ([title] + lines).joined(separator: "\n")
    }

    /// A discussion: paragraphs that are wrapped, and indented lines that stay as they are.
    private func discussion(_ text: String) -> String {
        var lines: [String] = []
        var paragraph: [Substring] = []
        func endParagraph() {
            if !paragraph.isEmpty { lines.append(wrapped(paragraph.joined(separator: " "))) }
            paragraph = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty || line.hasPrefix("  ") {
                endParagraph()
                lines.append(String(line))
            } else {
                paragraph.append(line)
            }
        }
        endParagraph()
        return lines.joined(separator: "\n")
    }

    /// Text in lines of at most `width` columns, each indented.
    private func wrapped(_ text: String, indentation: Int = 0) -> String {
        let margin = String(repeating: " ", count: indentation)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indentation + line.count + 1 + word.count > width {
                lines.append(margin + line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " " + word
        }
        lines.append(margin + line)
        return lines.joined(separator: "\n")
    }
}
