// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine

/// `golem store`: the way out when the store is damaged.
enum StoreCommand {
    static let definition = CommandDefinition(
        name: "store", summary: "Repairs the store of a workspace.",
        subcommands: [
            CommandDefinition(
                name: "recover", summary: "Sets a damaged store aside and keeps what can be read.",
                discussion: "No engine may run on the workspace. A sound store is left alone.", run: recover)
        ])

    @Sendable private static func recover(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let workspace = try GlobalFlags.load(invocation).workspace
        do throws(StoreError) {
            let report = try StoreRecovery.recover(path: workspace + "/state/golem.db")
            Output.line("The damaged store was kept as \(report.damagedPath).")
            for table in report.tables {
                let loss = table.isComplete ? "" : ", the rest could not be read"
                Output.line("  \(table.name): \(table.recovered) rows\(loss)")
            }
            return ExitCode.success
        } catch {
            throw CommandFailure(error.message, exitCode: ExitCode.failure)
        }
    }
}
