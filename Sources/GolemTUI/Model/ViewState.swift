// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// What the operator set up in one view; survives switching views.
package struct ViewState: Sendable, Equatable {
    /// Which rows are shown.
    package var filter = Filter.none
    /// What is highlighted; empty for nothing.
    package var find = ""
    /// The focused pane: an index into the view's panes.
    package var focus = 0
    /// The picture that is shown while the view is paused; nil while it runs.
    package var frozen: FrozenPicture?
    /// Whether folded text (thinking, tool output) is shown.
    package var isUnfolded = false
    /// Whether thinking and tool output are folded in the whole transcript.
    package var isTranscriptFolded = false
    /// Whether lines of texts are cut at the edge instead of going on below.
    package var isUnwrapped = false
    /// Whether the focused pane fills the body.
    package var isZoomed = false

    /// Makes a fresh view.
    package init() {}
}

/// A state of the engine that stays on the screen although the engine goes on.
package struct FrozenPicture: Sendable, Equatable {
    /// The state.
    package var engine: EngineState
    /// The engine's clock then.
    package var time: Timestamp
}

/// Where the operator is in one list or text.
package struct PaneState: Sendable, Equatable {
    /// The identity of the selected row; nil for "the first".
    package var selected: String?
    /// The row where it was last, used when the identity is gone.
    package var index = 0
    /// Where the selected row stands on the screen, so that it stays there when the list changes.
    package var screenRow = 0
    /// The first shown line of a text.
    package var top = 0
    /// Columns shifted out at the left, after the first one.
    package var shift = 0
    /// The key of the column that is sorted by; nil for the list's own order.
    package var sortKey: String?
    /// Whether the order is turned round.
    package var isReversed = false
    /// The order that the operator looks at, kept for 2 s after a key.
    package var heldOrder: [String] = []
    /// The identities of the marked rows.
    package var marked: Set<String> = []
    /// Whether the newest line stays in sight; in lists that begin with it, the first row.
    package var isFollowing = true
    /// The newest log line when following ended; what came later counts as new.
    package var newestSeen: UInt64 = 0

    /// Makes a fresh pane.
    package init() {}
}
