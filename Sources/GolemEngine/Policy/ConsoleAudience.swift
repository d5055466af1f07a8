// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// How many consoles watch the engine: the people who see a question without being sent it.
package final class ConsoleAudience: Sendable {
    private let counts = Mutex((present: 0, arrivals: 0))

    /// Makes an empty audience.
    package init() {}

    /// Consoles that watch now.
    package var present: Int { counts.withLock { $0.present } }

    /// Consoles that ever came.
    package var arrivals: Int { counts.withLock { $0.arrivals } }

    /// Notes that a console came.
    func enter() {
        counts.withLock {
            $0.present += 1
            $0.arrivals += 1
        }
    }

    /// Notes that a console left.
    func leave() { counts.withLock { $0.present -= 1 } }
}
