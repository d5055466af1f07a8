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

    /// Calls `action` once the limit has passed, unless the alarm is cancelled before.
    func alarm(through limit: Duration, ceiling: Duration?, _ action: @escaping @Sendable () -> Void) -> Alarm {
        let next = NextAlarm()
        arm(next, limit, ceiling, action)
        return Alarm { next.cancel() }
    }

    private func arm(
        _ next: NextAlarm, _ limit: Duration, _ ceiling: Duration?, _ action: @escaping @Sendable () -> Void
    ) {
        next.set(
            time.alarm(after: max(.zero, left(of: limit, ceiling: ceiling))) {
                // The time may have stood still, or begun anew.
                if self.left(of: limit, ceiling: ceiling) > .zero {
                    self.arm(next, limit, ceiling, action)
                } else {
                    action()
                }
            })
    }
}

/// The alarm that comes next, of several that take turns.
private final class NextAlarm: Sendable {
    private let state = Mutex((alarm: Alarm?.none, isCancelled: false))

    func set(_ alarm: Alarm) {
        let isCancelled = state.withLock { state in
            state.alarm = alarm
            return state.isCancelled
        }
        if isCancelled { alarm.cancel() }
    }

    func cancel() {
        let alarm = state.withLock { state in
            state.isCancelled = true
            return exchange(&state.alarm, with: nil)
        }
        alarm?.cancel()
    }
}
