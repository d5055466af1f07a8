// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What the user and the environment say about the terminal.
package struct TerminalOptions: Sendable, Equatable {
    /// Whether colours are used.
    package enum Color: Sendable, Equatable {
        /// By the terminal's description, unless `NO_COLOR` is set.
        case automatic
        /// Never: bold, reverse and underline only.
        case never
    }

    /// Colours or none (`--color never`).
    package var color = Color.automatic
    /// Whether only ASCII is drawn.
    package var isASCII = false
    /// Whether frames are wrapped in synchronized output where the terminal says that it knows it.
    package var allowsSynchronizedOutput = true
    /// `TERM`: the terminal's type; empty when unknown.
    package var type = ""
    /// Whether tmux or screen is in between.
    package var isMultiplexed = false
    /// Whether the terminal is on the far side of SSH, and frames are dear.
    package var isRemote = false
    /// How long a lone escape may wait for the rest of a sequence.
    package var escapeDelay = Duration.milliseconds(25)

    /// Makes the options of a plain local terminal.
    package init() {}

    /// Reads `TERM`, `NO_COLOR`, `TMUX`, `STY`, `SSH_CONNECTION`, `SSH_TTY` and `ESCDELAY` (milliseconds).
    package init(environment: [String: String]) {
        type = environment["TERM"] ?? ""
        if environment["NO_COLOR"]?.isEmpty == false { color = .never }
        isMultiplexed = environment["TMUX"]?.isEmpty == false || environment["STY"]?.isEmpty == false
        isRemote = environment["SSH_CONNECTION"] != nil || environment["SSH_TTY"] != nil
        if let delay = environment["ESCDELAY"].flatMap(Int.init), (1...10_000).contains(delay) {
            escapeDelay = .milliseconds(delay)
        }
    }

    /// The types to try, in order; the first is the terminal's own.
    ///
    /// Debian's base system has no description of kitty, alacritty, foot and ghostty, and all of them know what xterm knows.
    package var candidateTypes: [String] {
        var types = type.isEmpty ? [] : [type]
        types.append(
            isMultiplexed || type.hasPrefix("tmux") || type.hasPrefix("screen") ? "screen-256color" : "xterm-256color")
        types.append("vt100")
        return types
    }

    /// Whether a type understands xterm's private modes; a vt100 and the Linux console do not answer queries about them.
    static func isXtermLike(_ type: String) -> Bool {
        !(type.hasPrefix("vt") || type.hasPrefix("linux") || type.hasPrefix("cons") || type.hasPrefix("ansi"))
    }
}
