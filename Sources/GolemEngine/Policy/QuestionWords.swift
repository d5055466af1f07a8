// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// A question of an MCP server as a chat shows it.
enum QuestionWords {
    /// The question, with how it is answered.
    static func text(_ question: QuestionAsked, lifetime: Duration) -> String {
        var lines = ["Question \(question.id): the MCP server \(question.server) asks, not Golem:", question.message]
        for field in question.fields {
            let preset = field.preset.map { ", \($0.joined(separator: ",")) when nothing is said" } ?? ""
            let need = field.isRequired ? "" : " (may be left out)"
            let about = field.about.isEmpty ? "" : ": \(field.about)"
            let title = field.title.isEmpty || field.title == field.name ? "" : " \(field.title)"
            lines.append("- \(field.name)\(title)\(about); \(field.rule)\(preset)\(need)")
        }
        let id = question.id
        if let url = question.url {
            lines.append("It wants a page of \(question.host ?? "an unknown host") to be opened: \(url)")
            lines.append("Answer /answer \(id) when you have opened it, or /decline \(id).")
        } else {
            let form = question.fields.map { " \($0.name)=…" }.joined()
            lines.append("Answer /answer \(id)\(form), or /decline \(id). Never answer with a password.")
        }
        lines.append("(expires in \(lifetime.components.seconds / 60) minutes)")
        return lines.joined(separator: "\n")
    }
}
