// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemTUI

/// Flags of every command that shows a console.
enum ConsoleFlags {
    static let color = Option<String>.choice(
        "color", "when", ["auto", "never"],
        "Colours: auto (NO_COLOR is respected) or never; else what console.color says.")

    /// What the flags, the configuration (`console.color`) and the environment say about the terminal.
    static func terminal(_ invocation: Invocation, configured: String) -> TerminalOptions {
        var options = TerminalOptions(environment: ProcessInfo.processInfo.environment)
        if (invocation[color] ?? configured) == "never" { options.color = .never }
        return options
    }
}
