// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEngine
import GolemEvents
import GolemTUI

/// `golem attach`: a console for an engine that runs in another process.
enum AttachCommand {
    static func run(_ arguments: [String]) -> Int32 {
        SignalBridge.prepare()
        let environment = ProcessInfo.processInfo.environment
        var workspace = (environment["HOME"] ?? "/root") + "/.golem/workspace"
        if let index = arguments.firstIndex(of: "--workspace"), index + 1 < arguments.count {
            workspace = arguments[index + 1]
        }
        let isReadOnly = arguments.contains("--read-only")
        let client = AttachClient(
            path: workspace + "/state/golem.sock", isReadOnly: isReadOnly, time: SystemTime())
        let terminal = TerminalOptions(environment: environment)
        let session = ConsoleSession(link: client, isReadOnly: isReadOnly, isInProcess: false, terminal: terminal)
        return SignalBridge.run {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await client.run() }
                defer { group.cancelAll() }
                do throws(TerminalError) {
                    return ConsoleExitCode.code(for: try await session.run().exit)
                } catch {
                    Output.error("golem: \(error)")
                    return ExitCode.failure
                }
            }
        } onSignal: { number in
            session.mailbox.stop(number == SIGHUP ? .hangup : .signal(number))
        }
    }
}

/// The exit code for the end of a console.
enum ConsoleExitCode {
    static func code(for exit: ConsoleExit) -> Int32 {
        switch exit {
        case .quit: ExitCode.success
        case .signal(let number): 128 + number
        case .hangup: 128 + SIGHUP
        }
    }
}
