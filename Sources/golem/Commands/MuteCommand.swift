// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// `golem mute` and `golem unmute`: lets a problem of the running engine rest, in all consoles.
enum MuteCommand {
    private static let time = Option<String>.text(
        "for", "time", "How long, such as 60m (the default) or 4h; at most a day.")
    private static let reason = Option<String>.text("reason", "text", "Why; everybody sees it. Required.")
    private static let problem = Positional(
        "problem", "The problem: its kind and its object as golem status shows them, for example: outbound telegram.",
        count: .some)

    static let definition = CommandDefinition(
        name: "mute", summary: "Lets an open problem rest for a while.",
        flags: [FlagDefinition(time), FlagDefinition(reason)], positionals: [problem], run: mute)

    static let unmute = CommandDefinition(
        name: "unmute", summary: "Shows a muted problem again.", positionals: [problem],
        run: { invocation throws(CommandFailure) in
            try Control.carryOut(.unmute(subject: try subject(invocation)), invocation)
        })

    @Sendable private static func mute(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        guard let why = invocation[reason] else { throw .usage("a mute needs --reason", help: invocation.path) }
        let text = invocation[time] ?? "60m"
        guard let number = Int(text.dropLast()), number > 0, number <= 1_440, text.last == "m" || text.last == "h"
        else {
            throw .usage("--for takes minutes or hours, such as 60m or 4h", help: invocation.path)
        }
        let minutes = text.last == "h" ? number * 60 : number
        return try Control.carryOut(
            .mute(subject: try subject(invocation), minutes: minutes, reason: why), invocation)
    }

    private static func subject(_ invocation: Invocation) throws(CommandFailure) -> String {
        // As golem status prints it: in one word or two, with the colon behind the name or what follows it.
        let text = invocation.words.joined(separator: " ")
        let name = text.firstRange(of: ": ").map { String(text[..<$0.lowerBound]) } ?? text
        let words = name.split(separator: " ")
        guard words.count > 1 else {
            throw .usage("a problem has a kind and an object, such as: outbound telegram", help: invocation.path)
        }
        return words.joined(separator: " ").hasSuffix(":") ? String(name.dropLast()) : name
    }
}
