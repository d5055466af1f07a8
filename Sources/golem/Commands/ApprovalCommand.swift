// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents

/// `golem approval`: the tool calls that wait for a person.
enum ApprovalCommand {
    private static let scope = Option<String>.text(
        "for", "scope", "How far it reaches: once (the default), session, or minutes such as 60m.")
    private static let note = Option<String>.text("note", "text", "A note that the model sees.")
    private static let json = Switch("json", "Prints JSON.")
    private static let number = Positional("id", "The number of the approval.")

    static let definition = CommandDefinition(
        name: "approval", summary: "Shows and decides tool calls that wait for a person.",
        subcommands: [
            CommandDefinition(
                name: "list", summary: "Shows what waits, with all arguments.", flags: [FlagDefinition(json)],
                run: list),
            CommandDefinition(
                name: "approve", summary: "Lets a call run; the waiting answer goes on by itself.",
                flags: [FlagDefinition(scope)], positionals: [number], run: approve),
            CommandDefinition(
                name: "reject", summary: "Refuses a call.", flags: [FlagDefinition(note)], positionals: [number],
                run: reject),
            CommandDefinition(
                name: "revoke", summary: "Ends a standing grant, which has the number of its approval.",
                positionals: [number],
                run: { invocation throws(CommandFailure) in
                    try Control.carryOut(.revokeGrant(id: try id(invocation)), invocation)
                }),
        ])

    @Sendable private static func list(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let reply = try Control.send(.listApprovals, invocation)
        let payload = reply.payload ?? "[]"
        if invocation.has(json) {
            Output.line((try? JSONValue(parsing: payload))?.prettyText ?? payload)
            return ExitCode.success
        }
        let pending = (try? JSONValue(parsing: payload))?.arrayValue ?? []
        if pending.isEmpty { Output.line("Nothing waits for an approval.") }
        for approval in pending { show(approval) }
        for question in (try? MCPQuestionCommand.open(invocation)) ?? [] {
            Output.line("an MCP server asks (golem mcp answer \(question.id) …):")
            MCPQuestionCommand.write(question)
        }
        let report = try? JSONValue(parsing: try Control.send(.readPolicy, invocation).payload ?? "{}")
        for grant in report?["grants"]?.arrayValue ?? [] {
            let id = grant["id"]?.integerValue ?? 0
            let until = grant["until"]?.stringValue.map { "until \($0)" } ?? "until restart"
            Output.line(
                Output.printable(
                    "granted: \(id)  \(grant["tool"]?.stringValue ?? "")  \(grant["session"]?.stringValue ?? "")  \(until)  "
                        + "by \(grant["by"]?.stringValue ?? "")  (golem approval revoke \(id))"))
        }
        return ExitCode.success
    }

    private static func show(_ approval: JSONValue) {
        func word(_ key: String) -> String { Output.printable(approval[key]?.stringValue ?? "-") }
        let age = approval["age_seconds"]?.integerValue.map { ", asked \($0) s ago" } ?? ""
        Output.line("\(approval["id"]?.integerValue ?? 0)  \(word("tool"))  \(word("reason"))")
        Output.line("    chat \(word("session")), sender \(word("sender"))\(age), expires \(word("expires_at"))")
        if let members = approval["arguments"]?.objectValue {
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                let text = value.stringValue ?? value.text
                Output.line("    \(Output.revealed(name)): \(Output.revealed(text))")
            }
            if members.isEmpty { Output.line("    no arguments") }
        } else {
            Output.line("    \(Output.revealed(approval["arguments"]?.stringValue ?? "-"))")
        }
        if approval["notified"]?.arrayValue?.isEmpty ?? true { Output.line("    nobody was told of it") }
    }

    @Sendable private static func approve(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let reach: Command.ApprovalScope
        switch invocation[scope]?.lowercased() ?? "once" {
        case "once": reach = .once
        case "session": reach = .session
        case let text:
            guard text.hasSuffix("m"), let minutes = Int(text.dropLast()), (1...1_440).contains(minutes) else {
                throw .usage("--for takes once, session, or minutes from 1m to 1440m", help: invocation.path)
            }
            reach = .minutes(minutes)
        }
        return try Control.carryOut(.approve(id: try id(invocation), scope: reach), invocation)
    }

    @Sendable private static func reject(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        try Control.carryOut(.reject(id: try id(invocation), note: invocation[note] ?? ""), invocation)
    }

    private static func id(_ invocation: Invocation) throws(CommandFailure) -> Int64 {
        guard let text = invocation.words.first, let id = Int64(text), id > 0 else {
            throw .usage("an approval has a number (see golem approval list)", help: invocation.path)
        }
        return id
    }
}
