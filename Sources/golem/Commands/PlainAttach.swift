// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemEvents
import GolemTUI

/// `golem attach --plain`: events as lines.
enum PlainAttach {
    /// Prints until the link closes or a signal comes; `unreached` says why an engine was never reached and gives the
    /// exit code.
    static func run(_ client: AttachClient, unreached: @escaping @Sendable (String) -> Int32) -> Int32 {
        SignalBridge.run {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await client.run() }
                defer { group.cancelAll() }
                for await update in client.updates() {
                    if case .closed(let reason) = update, client.endReason != nil { return unreached(reason) }
                    for line in PlainPrinter.lines(Intake.clean(update)) { Output.line(line) }
                    if case .closed = update { return ExitCode.unavailable }
                }
                return ExitCode.success
            }
        } onSignal: { number in
            exit(128 + number)
        }
    }
}
