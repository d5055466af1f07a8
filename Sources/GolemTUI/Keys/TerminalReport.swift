// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// An answer of the terminal, which arrives among the keys.
package enum TerminalReport: Sendable, Hashable {
    /// To a status query (`CSI 5 n`): the terminal has processed everything before it.
    case status
    /// To a mode query (DECRQM): the mode's number, and 1 or 2 when it is supported and set or reset.
    case mode(Int, Int)
    /// Any other: swallowed.
    case other
}
