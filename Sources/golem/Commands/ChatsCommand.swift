// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEngine
import GolemEvents
import GolemTUI

/// `golem chats`, `golem models`, `golem outbound` and `golem stop`: actions on a running engine.
enum ChatsCommand {
    private static let json = Switch("json", "Prints JSON.")
    private static let session = Positional("session", "The session: <channel>:<chat id>.")

    static let definition = CommandDefinition(
        name: "chats", summary: "Acts on the chats of the running engine.",
        subcommands: [
            CommandDefinition(
                name: "send", summary: "Sends a message into a session as the operator.",
                positionals: [session, Positional("text", "The message.", count: .some)],
                run: { invocation throws(CommandFailure) in
                    let text = invocation.words.dropFirst().joined(separator: " ")
                    return try Control.carryOut(
                        .sendMessage(session: invocation.words[0], text: text), invocation)
                }),
            CommandDefinition(
                name: "cancel", summary: "Ends the running answer of a session.", positionals: [session],
                run: { invocation throws(CommandFailure) in
                    try Control.carryOut(.cancelTurn(session: invocation.words[0]), invocation)
                }),
            CommandDefinition(
                name: "show", summary: "Prints the stored messages of a session.", flags: [FlagDefinition(json)],
                positionals: [session], run: show),
        ])

    @Sendable private static func show(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let reply = try Control.send(.readTranscript(session: invocation.words[0], limit: 500), invocation)
        guard reply.status != .refused, let payload = reply.payload else {
            throw CommandFailure(Output.printable("\(reply.message) (\(reply.code))"), exitCode: ExitCode.refused)
        }
        if invocation.has(json) {
            Output.line(payload)
            return ExitCode.success
        }
        guard let lines = PlainPrinter.transcript(payload) else {
            throw CommandFailure(
                "the engine sent a transcript that this version cannot read (--json prints it as it is)",
                exitCode: ExitCode.failure)
        }
        for line in lines { Output.line(line) }
        return ExitCode.success
    }

    static let models = CommandDefinition(
        name: "models", summary: "Acts on the models of the running engine.",
        subcommands: [
            CommandDefinition(
                name: "clear-cooldown", summary: "Uses a model again that is left alone after failures.",
                positionals: [Positional("model", "The model as configured.")],
                run: { invocation throws(CommandFailure) in
                    try Control.carryOut(.clearCooldown(model: invocation.words[0]), invocation)
                })
        ])

    static let outbound = CommandDefinition(
        name: "outbound", summary: "Acts on messages to chats.",
        subcommands: [
            CommandDefinition(
                name: "retry", summary: "Sends a message again that was given up.",
                positionals: [Positional("id", "The number of the message.")],
                run: { invocation throws(CommandFailure) in
                    guard let id = Int64(invocation.words[0]) else {
                        throw .usage("a message has a number", help: invocation.path)
                    }
                    return try Control.carryOut(.retryOutbound(id: id), invocation)
                }),
            CommandDefinition(
                name: "drop", summary: "Drops a message that was given up: nobody gets it, and its alarm ends.",
                positionals: [Positional("id", "The number of the message.")],
                run: { invocation throws(CommandFailure) in
                    guard let id = Int64(invocation.words[0]) else {
                        throw .usage("a message has a number", help: invocation.path)
                    }
                    return try Control.carryOut(.dropOutbound(id: id), invocation)
                }),
        ])

    static let stop = CommandDefinition(
        name: "stop", summary: "Ends the running engine in order.",
        run: { invocation throws(CommandFailure) in try Control.carryOut(.stopEngine, invocation) })
}
