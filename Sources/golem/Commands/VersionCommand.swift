// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine

/// `golem version`.
enum VersionCommand {
    static let definition = CommandDefinition(
        name: "version", summary: "Shows the version.",
        run: { _ in
            Output.line(text)
            return ExitCode.success
        })

    /// For example `golem 0.1.0 linux/amd64`, with the architecture's name as the original has it.
    static var text: String {
        #if arch(x86_64)
            let architecture = "amd64"
        #elseif arch(arm64)
            let architecture = "arm64"
        #else
            let architecture = "unknown"
        #endif
        return "golem \(GolemVersion.current) linux/\(architecture)"
    }
}
