// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemTUI

/// Flags of every command that shows a console.
enum ConsoleFlags {
    static let color = Option<String>.choice(
        "color", "when", ["auto", "never"], "Colours: auto (the default; NO_COLOR is respected) or never.")

    /// What the flags and the environment say about the terminal.
    static func terminal(_ invocation: Invocation) -> TerminalOptions {
        var options = TerminalOptions(environment: ProcessInfo.processInfo.environment)
        if invocation[color] == "never" { options.color = .never }
        return options
    }
}
