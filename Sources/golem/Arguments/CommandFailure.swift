// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine

/// Why a command ended without success: what is said on standard error, and the exit code.
struct CommandFailure: Error, Sendable, Equatable {
    let message: String
    let exitCode: Int32

    /// A failure with its own exit code.
    init(_ message: String, exitCode: Int32 = ExitCode.failure) {
        self.message = message
        self.exitCode = exitCode
    }

    /// A wrong command line: one line that names the help page.
    static func usage(_ message: String, help path: [String]) -> CommandFailure {
        let page = (["golem", "help"] + path).joined(separator: " ")
        return CommandFailure("\(message); see: \(page)", exitCode: ExitCode.usage)
    }

    /// The failure for an error of the configuration, with the warnings that may explain it.
    init(_ error: ConfigError) {
        let warnings = error.problems.filter { $0.severity == .warning }.map { "\ngolem: warning: \($0)" }
        self.init(error.description + warnings.joined(), exitCode: ExitCode.forConfigError(error.code))
    }

    /// The failure for an error of the engine.
    init(_ error: EngineError) {
        self.init(error.message, exitCode: ExitCode.forEngineError(error.code))
    }
}
