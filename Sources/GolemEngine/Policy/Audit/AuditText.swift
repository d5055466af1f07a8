// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Lines of the audit log for people and for spreadsheets.
package enum AuditText {
    /// The columns of an export, in their order.
    package static let columns = [
        "seq", "time", "type", "request_id", "tool", "result", "actor", "channel", "session", "approval",
        "arguments_sha256", "outcome", "duration_ms", "hash",
    ]

    /// One line for a terminal.
    package static func line(_ value: JSONValue) -> String {
        func word(_ key: String) -> String { value[key]?.stringValue ?? value[key]?.text ?? "" }
        var parts = [word("time"), word("type")]
        for key in ["tool", "result", "outcome", "actor", "session", "request_id"] where value[key] != nil {
            parts.append(key == "tool" || key == "result" ? word(key) : "\(key)=\(word(key))")
        }
        if value["approval"] != nil { parts.append("approval=\(word("approval"))") }
        if value["duration_ms"] != nil { parts.append("\(word("duration_ms"))ms") }
        return parts.joined(separator: "  ")
    }

    /// One row of an export (RFC 4180); what a spreadsheet would take for a formula begins with an apostrophe.
    package static func csv(_ value: JSONValue) -> String {
        columns.map { key in
            let text = value[key]?.stringValue ?? value[key]?.text ?? ""
            // Scalars, not characters: to Swift `\r\n` is one sign, and a mark joins the quote before it.
            let safe =
                text.unicodeScalars.first.map { "=+-@\t\r\n".unicodeScalars.contains($0) } ?? false ? "'" + text : text
            guard safe.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else { return safe }
            var quoted = String.UnicodeScalarView()
            for scalar in safe.unicodeScalars {
                if scalar == "\"" { quoted.append("\"") }
                quoted.append(scalar)
            }
            return "\"" + String(quoted) + "\""
        }.joined(separator: ",")
    }
}
