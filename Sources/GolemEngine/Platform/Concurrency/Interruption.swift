// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// A signal that may end one piece of work, and that costs nothing while it does not.
final class Interruption: Sendable {
    private struct State {
        var isFired = false
        var action: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Whether it fired.
    var isFired: Bool { state.withLock { $0.isFired } }

    /// Ends the work.
    func fire() {
        let action = state.withLock { state in
            state.isFired = true
            return exchange(&state.action, with: nil)
        }
        action?()
    }

    /// Has `action`, which must be quick, called when it fires: at once if it has; the last one counts.
    func onFire(_ action: @escaping @Sendable () -> Void) {
        let isFired = state.withLock { state in
            if !state.isFired { state.action = action }
            return state.isFired
        }
        if isFired { action() }
    }
}
