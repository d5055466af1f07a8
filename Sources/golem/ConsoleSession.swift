// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEvents
import GolemTUI

/// A console on this process's terminal, from its first frame to its end.
struct ConsoleSession: Sendable {
    /// How it ended.
    struct End: Sendable {
        var exit: ConsoleExit
        /// What the operator decided about an engine in this process.
        var choice: QuitChoice?
    }

    let link: any EngineLink
    let isReadOnly: Bool
    /// Whether the engine runs in this process.
    let isInProcess: Bool
    let terminal: TerminalOptions
    /// Signals and other threads end the console through it.
    let mailbox = ConsoleMailbox<ConsoleAction>()

    /// Runs the console; cancelling the task ends it and restores the terminal.
    func run() async throws(TerminalError) -> End {
        let environment = ProcessInfo.processInfo.environment
        let runner = EffectRunner(
            link: link, mailbox: mailbox, folder: environment["HOME"].map { "\($0)/golem-saved" } ?? "golem-saved")
        let actor = Command.Actor(
            kind: "console", user: environment["USER"] ?? environment["LOGNAME"] ?? "uid\(getuid())",
            host: HostName.current)
        let result: Result<ConsoleExit, TerminalError> = await withTaskGroup(of: Void.self) { group in
            group.addTask { await runner.run() }
            defer { group.cancelAll() }
            do throws(TerminalError) {
                return .success(
                    try await ConsoleThread.run(mailbox: mailbox) {
                        [mailbox, terminal, isReadOnly, isInProcess] () throws(TerminalError) -> ConsoleLoop<ConsoleApp>
                        in
                        let screen = try CursesTerminal(options: terminal)
                        let state = ConsoleState(
                            actor: actor, isReadOnly: isReadOnly, isInProcess: isInProcess,
                            ids: CommandIDs(prefix: String(UInt64.random(in: 0 ... .max), radix: 36)),
                            size: screen.size, now: ConsoleClock.now())
                        return ConsoleLoop(
                            program: ConsoleApp(state: state), mailbox: mailbox, terminal: screen, options: terminal,
                            clipboard: Clipboard(environment: environment), perform: { runner.perform($0) })
                    })
            } catch {
                return .failure(error)
            }
        }
        return End(exit: try result.get(), choice: runner.quitChoice)
    }
}
