// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemEvents
import GolemTUI

/// `golem attach --plain`: events as lines.
enum PlainAttach {
    static func run(_ client: AttachClient) -> Int32 {
        SignalBridge.run {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await client.run() }
                defer { group.cancelAll() }
                for await update in client.updates() {
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
