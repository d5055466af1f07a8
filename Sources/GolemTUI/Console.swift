// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// The console: what the executable needs to run one on the terminal of this process.
package struct Console: Sendable {
    /// How a console ended.
    package struct Outcome: Sendable, Equatable {
        /// How its loop ended.
        package var exit: ConsoleExit
        /// What the operator decided about the engine; nil when the console ended in another way.
        package var choice: QuitChoice?
    }

    /// Where others leave messages; `stop` of it ends the console, for example on a signal.
    package let mailbox: ConsoleMailbox<ConsoleAction>

    private let link: any EngineLink
    private let actor: Command.Actor
    private let isReadOnly: Bool
    private let isInProcess: Bool
    private let commandPrefix: String
    private let folder: String
    private let memory: MemoryFile?

    /// Makes a console.
    ///
    /// `commandPrefix` makes command ids unique among all consoles (random, short, printable). `folder` is where `^S` saves; empty for
    /// the working directory. `memory` is where the order of lists is kept from one start to the next. `isInProcess` says that leaving
    /// the console may stop the engine.
    package init(
        link: any EngineLink, actor: Command.Actor, isReadOnly: Bool, isInProcess: Bool, commandPrefix: String,
        folder: String = "", memory: MemoryFile? = nil, mailbox: ConsoleMailbox<ConsoleAction> = ConsoleMailbox()
    ) {
        self.mailbox = mailbox
        self.link = link
        self.actor = actor
        self.isReadOnly = isReadOnly
        self.isInProcess = isInProcess
        self.commandPrefix = commandPrefix
        self.folder = folder
        self.memory = memory
    }

    /// Runs until the operator leaves, the terminal is gone, or the calling task is cancelled; gives terminal and link back.
    package func run(
        options: TerminalOptions, environment: [String: String],
        clock: @escaping @Sendable () -> ConsoleTime = ConsoleClock.now
    ) async throws(TerminalError) -> Outcome {
        let runner = EffectRunner(link: link, mailbox: mailbox, folder: folder, memory: memory)
        let result = await withTaskGroup(of: Result<ConsoleExit, TerminalError>?.self) { group in
            group.addTask {
                await runner.run()
                return nil
            }
            group.addTask { await loop(options, environment, clock, runner) }
            var result: Result<ConsoleExit, TerminalError> = .success(.quit)
            for await ended in group {
                guard let ended else { continue }
                result = ended
                group.cancelAll()
            }
            return result
        }
        return Outcome(exit: try result.get(), choice: runner.quitChoice)
    }

    private func loop(
        _ options: TerminalOptions, _ environment: [String: String], _ clock: @escaping @Sendable () -> ConsoleTime,
        _ runner: EffectRunner
    ) async -> Result<ConsoleExit, TerminalError> {
        let mailbox = mailbox
        let start = clock()
        var fresh = ConsoleState(
            actor: actor, isReadOnly: isReadOnly, isInProcess: isInProcess, ids: CommandIDs(prefix: commandPrefix),
            size: Size(columns: 80, rows: 24), now: start, localZone: LocalZone.read(now: start.wall))
        if let memory { fresh.recall(memory.read()) }
        let state = fresh
        do throws(TerminalError) {
            let exit = try await ConsoleThread.run(mailbox: mailbox) { () throws(TerminalError) in
                let terminal = try CursesTerminal(options: options)
                return ConsoleLoop(
                    program: ConsoleApp(state: state), mailbox: mailbox, terminal: terminal, options: options,
                    clipboard: Clipboard(environment: environment), clock: clock, perform: runner.perform)
            }
            return .success(exit)
        } catch {
            return .failure(error)
        }
    }
}
