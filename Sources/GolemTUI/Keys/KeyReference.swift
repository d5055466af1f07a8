// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The key reference in `docs/keys.md`, made from the key table; a test fails when the file is stale.
package enum KeyReference {
    /// The whole file.
    package static var markdown: String {
        var lines = [
            "# Keys of the console", "",
            "Generated from the key table (`Sources/GolemTUI/Keys/KeyTable.swift`); the test `KeyTableTests` fails when this file is stale",
            "and writes it anew when `GOLEM_RECORD_GOLDENS=1` is set. `?` in the console shows the same, with reasons where a key",
            "cannot be used. `^X` is Ctrl and x. Keys marked * change something: a question comes first, Cancel is its default; only `i` asks\nnothing, it sends what was written on Enter.",
            "",
        ]
        for scope in KeyScope.all {
            let bindings = KeyTable.bindings.filter { $0.scope == scope }
            guard !bindings.isEmpty else { continue }
            lines += ["## \(scope.title)", "", "| Key | What it does |", "| --- | --- |"]
            lines += bindings.map { "| \(escaped($0.label))\($0.isChange ? " *" : "") | \(escaped($0.description)) |" }
            lines.append("")
        }
        lines += ["## After `:`", ""]
        lines += CommandWords.usages.map { "- `:\($0)`" }
        lines += [
            "", "## While typing", "", "| Key | What it does |", "| --- | --- |", "| Enter | Take the line. |",
            "| Esc ^C | Leave it; a filter becomes what it was. |", "| Tab | Complete a command. |",
            "| Up Down ^P ^N | Commands typed before. |", "| ^A ^E ^B ^F | Begin, end, left, right. |",
            "| ^W ^U ^K | Delete the word, to the begin, to the end. |", "",
        ]
        return lines.joined(separator: "\n")
    }

    private static func escaped(_ text: String) -> String {
        String(text.flatMap { $0 == "|" ? ["\\", "|"] : [$0] })
    }
}
