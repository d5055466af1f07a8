// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// The time of one call as far as it counts: it stands still while a person is asked, and a sign of life begins the
/// limit anew.
package final class CallClock: Sendable {
    private struct State {
        var pauses = 0
        var pausedAt: Int64 = 0
        var paused: Int64 = 0
        /// When there was a sign of life, in time that counts.
        var lastSign: Int64

        /// How long the time stood still until `now`.
        func pausedTotal(at now: Int64) -> Int64 {
            min(CallClock.pauseLimit.microseconds, paused + (pauses > 0 ? now - pausedAt : 0))
        }
    }

    /// How long the time stands still at most, whoever is asked and however often.
    package static let pauseLimit = Duration.seconds(3_600)

    private let time: any TimeSource
    private let onPause: @Sendable () -> Void
    private let onResume: @Sendable () -> Void
    private let begin: Int64
    private let state: Mutex<State>

    /// Begins; `onPause` and `onResume` are told of each pause, nested ones included.
    package init(
        time: any TimeSource, onPause: @escaping @Sendable () -> Void = {},
        onResume: @escaping @Sendable () -> Void = {}
    ) {
        self.time = time
        self.onPause = onPause
        self.onResume = onResume
        begin = time.monotonicMicroseconds()
        state = Mutex(State(lastSign: begin))
    }

    /// Stops the time until `resume`; may be nested.
    package func pause() {
        let now = time.monotonicMicroseconds()
        state.withLock { state in
            if state.pauses == 0 { state.pausedAt = now }
            state.pauses += 1
        }
        onPause()
    }

    /// Lets the time go on.
    package func resume() {
        let now = time.monotonicMicroseconds()
        state.withLock { state in
            state.pauses -= 1
            if state.pauses == 0 { state.paused += now - state.pausedAt }
        }
        onResume()
    }

    /// Notes a sign of life: the limit begins anew, up to the ceiling.
    package func noteSign() {
        let now = time.monotonicMicroseconds()
        state.withLock { $0.lastSign = now - $0.pausedTotal(at: now) }
    }

    /// Whether there was a sign of life.
    var hadSign: Bool { state.withLock { $0.lastSign > begin } }

    /// How much of a limit is left now; not more than of the ceiling, if there is one.
    ///
    /// While the time stands still it is not less than a quarter of a second, so that whoever waits looks again.
    func left(of limit: Duration, ceiling: Duration?) -> Duration {
        let now = time.monotonicMicroseconds()
        return state.withLock { state in
            let paused = state.pausedTotal(at: now)
            var end = begin + limit.microseconds
            if let ceiling {
                end = min(begin + ceiling.microseconds, max(end, state.lastSign + limit.microseconds))
            }
            let left = end + paused - now
            let isHeld = state.pauses > 0 && paused < Self.pauseLimit.microseconds
            return .microseconds(isHeld ? max(250_000, left) : left)
        }
    }

    /// Waits until the limit has passed; throws `CancellationError` when the task is cancelled.
    func sleep(through limit: Duration, ceiling: Duration?) async throws {
        while true {
            let left = left(of: limit, ceiling: ceiling)
            guard left > .zero else { return }
            try await time.sleep(for: left)
        }
    }
}
