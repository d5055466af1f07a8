// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEngine
import GolemEvents

/// `golem mcp questions` and `golem mcp answer`: what MCP servers ask people.
enum MCPQuestionCommand {
    private static let json = Switch("json", "Prints JSON.")
    private static let decline = Switch("decline", "Says no.")
    private static let cancel = Switch("cancel", "Says neither yes nor no.")
    private static let number = Positional("id", "The number of the question.")
    private static let answers = Positional(
        "answer", "field=value; several for a field of several options; none for a page that you opened.",
        count: .any)

    static let definitions = [
        CommandDefinition(
            name: "questions", summary: "Shows what MCP servers ask people, with what can be answered.",
            flags: [FlagDefinition(json)], run: list),
        CommandDefinition(
            name: "answer", summary: "Answers a question of an MCP server; its call goes on by itself.",
            discussion: "The server gets the answers as they are, and nobody else: they are neither logged nor kept. "
                + "Fields that are left out get what the server proposes. Never answer with a password.",
            flags: [FlagDefinition(decline), FlagDefinition(cancel)], positionals: [number, answers], run: answer),
    ]

    /// The open questions.
    static func open(_ invocation: Invocation) throws(CommandFailure) -> [QuestionAsked] {
        let payload = try Control.send(.listQuestions, invocation).payload ?? "[]"
        guard let questions = try? JSONDecoder().decode([QuestionAsked].self, from: Data(payload.utf8)) else {
            throw CommandFailure(
                "the engine's answer was not understood; it may be of another version", exitCode: ExitCode.failure)
        }
        return questions
    }

    @Sendable private static func list(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        if invocation.has(json) {
            Output.line(try Control.send(.listQuestions, invocation).payload ?? "[]")
            return ExitCode.success
        }
        let questions = try open(invocation)
        if questions.isEmpty { Output.line("No MCP server asks anything.") }
        for question in questions { write(question) }
        return ExitCode.success
    }

    /// Prints a question with all that can be answered.
    static func write(_ question: QuestionAsked) {
        func line(_ text: String) { Output.line(Output.printable(text)) }
        let tool = question.tool.map { "  for \($0)" } ?? ""
        line("\(question.id)  \(question.server) asks, not Golem\(tool)  expires \(question.expiresAt.rfc3339)")
        for part in question.message.split(separator: "\n") { line("    \(part)") }
        if let url = question.url {
            line("    host \(question.host ?? "unknown")")
            line("    page \(url)")
            line("    open it yourself, then: golem mcp answer \(question.id)")
        }
        for field in question.fields {
            let about = field.about.isEmpty ? "" : " - \(field.about)"
            let title = field.title.isEmpty || field.title == field.name ? "" : " (\(field.title))"
            line("    \(field.name)\(field.isRequired ? "*" : "")\(title)\(about)")
            let preset = field.preset.map { "; without an answer: \($0.joined(separator: ", "))" } ?? ""
            line("        \(field.rule)\(preset)")
        }
        if question.notified.isEmpty { line("    nobody was told of it") }
    }

    @Sendable private static func answer(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let word = invocation.words[0]
        guard let id = Int64(word.first == "q" ? String(word.dropFirst()) : word), id > 0 else {
            throw .usage("a question has a number (see golem mcp questions)", help: invocation.path)
        }
        let texts = Array(invocation.words.dropFirst())
        let isRefusal = invocation.has(decline) || invocation.has(cancel)
        guard !(invocation.has(decline) && invocation.has(cancel)), !isRefusal || texts.isEmpty else {
            throw .usage("answers, --decline and --cancel exclude each other", help: invocation.path)
        }
        let answer: QuestionAnswer =
            invocation.has(decline)
            ? .decline : invocation.has(cancel) ? .cancel : .accept(QuestionAnswer.texts(texts))
        // The question as it is now: should another one take its number meanwhile, that is not answered.
        let seen = try open(invocation).first { $0.id == id }
        return try Control.carryOut(.answerQuestion(id: id, askedAt: seen?.askedAt, answer: answer), invocation)
    }
}
