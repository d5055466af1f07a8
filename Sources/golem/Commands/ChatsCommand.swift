// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEngine
import GolemEvents

/// `golem chats`, `golem models`, `golem outbound` and `golem stop`: actions on a running engine.
enum ChatsCommand {
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
                name: "show", summary: "Prints the transcript of a session as JSON.", positionals: [session],
                run: { invocation throws(CommandFailure) in
                    let reply = try Control.send(
                        .readTranscript(session: invocation.words[0], limit: 500), invocation)
                    Output.line(reply.payload ?? "[]")
                    return ExitCode.success
                }),
        ])

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
                })
        ])

    static let stop = CommandDefinition(
        name: "stop", summary: "Ends the running engine in order.",
        run: { invocation throws(CommandFailure) in try Control.carryOut(.stopEngine, invocation) })
}
