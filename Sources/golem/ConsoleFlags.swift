// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEvents
import GolemTUI

/// What every command that shows a console has in common.
enum ConsoleFlags {
    static let color = Option<String>.choice(
        "color", "when", ["auto", "never"],
        "Colours: auto (NO_COLOR is respected) or never; else what console.color says.")

    /// What the flags, the configuration (`console.color`) and the environment say about the terminal.
    static func terminal(_ invocation: Invocation, configured: String) -> TerminalOptions {
        var options = TerminalOptions(environment: ProcessInfo.processInfo.environment)
        if (invocation[color] ?? configured) == "never" { options.color = .never }
        return options
    }

    /// A console for the person who runs this process.
    static func console(
        link: any EngineLink, isReadOnly: Bool, isInProcess: Bool, mailbox: ConsoleMailbox<ConsoleAction>
    ) -> Console {
        let environment = ProcessInfo.processInfo.environment
        return Console(
            link: link, actor: actor, isReadOnly: isReadOnly, isInProcess: isInProcess,
            commandPrefix: commandPrefix(),
            folder: environment["HOME"].map { "\($0)/golem-saved" } ?? "golem-saved",
            memory: MemoryFile(environment: environment), mailbox: mailbox)
    }

    /// The person who runs this process, at a console.
    static var actor: Command.Actor {
        let environment = ProcessInfo.processInfo.environment
        return Command.Actor(
            kind: "console", user: environment["USER"] ?? environment["LOGNAME"] ?? "uid\(getuid())",
            host: HostName.current)
    }

    /// The beginning of a console's command ids.
    static func commandPrefix() -> String { String(UInt64.random(in: 0 ... .max), radix: 36) }

    /// Runs a console on this process's terminal; cancelling the task ends it and restores the terminal.
    static func run(_ console: Console, _ terminal: TerminalOptions) async throws(TerminalError) -> Console.Outcome {
        try await console.run(options: terminal, environment: ProcessInfo.processInfo.environment)
    }
}
