// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine

/// `golem init`.
enum InitCommand {
    static let definition = CommandDefinition(
        name: "init", summary: "Makes the configuration and the workspace.",
        discussion:
            "What is there already stays as it is, so it does no harm to run it again. The configuration gets the mode "
            + "0600 and the folders 0700: they are for their owner alone.",
        run: run)

    @Sendable private static func run(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let locations = try GlobalFlags.locations(invocation)
        let outcome: WorkspaceSetup.Outcome
        do { outcome = try WorkspaceSetup.run(locations) } catch { throw CommandFailure(error) }
        guard outcome.isConfigNew else {
            Output.line("Config already exists: \(locations.file)")
            Output.line("Workspace: \(outcome.workspace)")
            for path in outcome.created { Output.line("Created: \(path)") }
            return ExitCode.success
        }
        Output.line("Golem initialized!")
        Output.line("Config: \(locations.file)")
        Output.line("Workspace: \(outcome.workspace)")
        Output.line("")
        Output.line("Next steps:")
        Output.line("  1. golem config set providers.claude.api_key -    (reads the key from standard input)")
        Output.line("  2. golem run")
        return ExitCode.success
    }
}
