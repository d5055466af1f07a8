// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemEvents
import GolemTUI

/// `golem attach`: a console for an engine that runs in another process.
enum AttachCommand {
    private static let readOnly = Switch("read-only", "Refuses everything that changes something.")
    private static let plain = Switch(
        "plain", "Prints events as lines, without a screen; what TERM=dumb and a pipe get.")

    static let definition = CommandDefinition(
        name: "attach", summary: "Shows the console of a running engine.",
        discussion: "Leaving it, or losing the terminal, never touches the engine.",
        flags: [FlagDefinition(readOnly), FlagDefinition(plain), FlagDefinition(ConsoleFlags.color)], run: run)

    @Sendable private static func run(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        SignalBridge.prepare()
        let loaded = try GlobalFlags.load(invocation)
        let isReadOnly = invocation.has(readOnly) || loaded.config.console.isReadOnly
        let client = AttachClient(
            path: loaded.workspace + "/state/golem.sock", isReadOnly: isReadOnly, time: SystemTime())
        let terminal = ConsoleFlags.terminal(invocation, configured: loaded.config.console.color)
        if invocation.has(plain) || terminal.type == "dumb" || isatty(STDOUT_FILENO) == 0 {
            return PlainAttach.run(client)
        }
        let session = ConsoleSession(link: client, isReadOnly: isReadOnly, isInProcess: false, terminal: terminal)
        return SignalBridge.run {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await client.run() }
                defer { group.cancelAll() }
                do throws(TerminalError) {
                    let end = try await session.run().exit
                    if let reason = client.endReason {
                        Output.error("golem: \(reason)")
                        return ExitCode.unavailable
                    }
                    return code(for: end)
                } catch {
                    Output.error("golem: \(error)")
                    return ExitCode.failure
                }
            }
        } onSignal: { number in
            session.mailbox.stop(number == SIGHUP ? .hangup : .signal(number))
        }
    }

    private static func code(for exit: ConsoleExit) -> Int32 {
        switch exit {
        case .quit: ExitCode.success
        case .signal(let number): 128 + number
        case .hangup: 128 + SIGHUP
        }
    }
}
