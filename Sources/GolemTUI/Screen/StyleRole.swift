// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What a piece of the screen means; the terminal driver decides how that looks at its colour depth.
package enum StyleRole: UInt8, Sendable, CaseIterable {
    /// Ordinary text.
    case normal
    /// A heading or the host name.
    case title
    /// The selected row.
    case select
    /// Less important text; it never carries meaning, because some terminals cannot show it.
    case dim
    /// A good state.
    case ok
    /// A state that deserves a look.
    case warn
    /// A state that needs action.
    case crit
    /// Something waits for the operator.
    case ask
    /// A name that can be opened, such as a request id.
    case link
    /// A search hit or a marked row.
    case mark
    /// A rule or a frame.
    case border
    /// A key in a hint line.
    case key

    /// The letter that stands for the role in a style map of a golden file.
    package var letter: Character {
        switch self {
        case .normal: "."
        case .title: "t"
        case .select: "s"
        case .dim: "d"
        case .ok: "o"
        case .warn: "w"
        case .crit: "c"
        case .ask: "a"
        case .link: "l"
        case .mark: "m"
        case .border: "b"
        case .key: "k"
        }
    }
}
