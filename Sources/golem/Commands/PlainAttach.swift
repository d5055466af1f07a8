// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemEvents
import GolemTUI

/// `golem attach --plain`: events as lines, and `:` commands from standard input.
enum PlainAttach {
    /// Follows until the connection ends for good, `:quit`, or the end of a terminal's input; a script's end is not ours.
    ///
    /// `unreached` says why an engine was never reached and gives the exit code.
    static func run(
        _ client: AttachClient, isReadOnly: Bool, unreached: @escaping @Sendable (String) -> Int32
    ) -> Int32 {
        let isTerminal = isatty(STDIN_FILENO) == 1
        let session = Session(
            PlainSession(
                actor: ConsoleFlags.actor, isReadOnly: isReadOnly, isInteractive: isTerminal,
                commandPrefix: ConsoleFlags.commandPrefix(), now: ConsoleClock.now()), client)
        return SignalBridge.run {
            await withTaskGroup(of: Int32?.self) { group in
                group.addTask {
                    await client.run()
                    return nil
                }
                group.addTask {
                    for await update in client.updates() {
                        if case .closed(let reason) = update, client.endReason != nil { return unreached(reason) }
                        if await session.take(update) { return ExitCode.success }
                        if case .closed = update { return ExitCode.unavailable }
                    }
                    return ExitCode.success
                }
                group.addTask {
                    let isOver = OneShot<Bool>()
                    let end = await InputLines().forEach { line in
                        guard await session.take(line: line) else { return true }
                        isOver.fulfil(true)
                        return false
                    }
                    let hasEnded = isTerminal && end == .endOfFile
                    return isOver.current == true || hasEnded ? ExitCode.success : nil
                }
                defer { group.cancelAll() }
                for await code in group {
                    if let code { return code }
                }
                return ExitCode.success
            }
        } onSignal: { number in
            exit(128 + number)
        }
    }

    /// The session and its link; lines are printed in the order in which things happened.
    private actor Session {
        private var session: PlainSession
        private let client: AttachClient

        init(_ session: PlainSession, _ client: AttachClient) {
            self.session = session
            self.client = client
        }

        /// Takes an update; true when the session is over.
        func take(_ update: LinkUpdate) async -> Bool { await carryOut(session.take(update, now: ConsoleClock.now())) }

        /// Takes a line of input; true when the session is over.
        func take(line: String) async -> Bool { await carryOut(session.take(line: line, now: ConsoleClock.now())) }

        private func carryOut(_ outputs: [PlainSession.Output]) async -> Bool {
            for output in outputs {
                switch output {
                case .line(let text):
                    Output.line(text)
                    if Output.failure != nil { return true }
                case .resynchronise: await client.resynchronise()
                case .send(let command):
                    let reply = await client.send(command)
                    if await carryOut(session.take(reply, now: ConsoleClock.now())) { return true }
                case .end: return true
                }
            }
            return false
        }
    }
}
