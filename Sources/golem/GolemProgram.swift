// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine

/// The command line.
enum GolemProgram {
    /// Runs a command and gives the exit code.
    static func run(_ arguments: [String]) -> Int32 {
        let words = Array(arguments.dropFirst())
        switch words.first {
        case "run": return RunCommand.run(Array(words.dropFirst()))
        case "attach": return AttachCommand.run(Array(words.dropFirst()))
        case "version":
            Output.line("golem \(GolemVersion.current) linux")
            return ExitCode.success
        default:
            Output.error("usage: golem run [--tui] [--demo]")
            return ExitCode.usage
        }
    }
}
