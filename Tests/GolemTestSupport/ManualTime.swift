// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEngine
package import GolemEvents
import Synchronization

/// A clock that only the test moves.
///
/// Sleepers wake in the order of their times; those of one instant in the order in which they went to sleep.
package final class ManualTime: TimeSource {
    private struct Sleeper {
        var due: Int64
        /// It is no task, and does not go to sleep again.
        var isAlarm = false
        /// Told whether the time came, or why not.
        var end: @Sendable (Result<Void, any Error>) -> Void
    }

    private struct State {
        var now: Int64 = 0
        var sleepers: [Int: Sleeper] = [:]
        var next = 0
    }

    private let start: Timestamp
    private let state = Mutex(State())

    /// Makes a clock that stands at `start`.
    package init(start: Timestamp = Timestamp(seconds: 1_771_125_129)) { self.start = start }

    package func wallNow() -> Timestamp { start.adding(microseconds: monotonicMicroseconds()) }

    package func monotonicMicroseconds() -> Int64 { state.withLock { $0.now } }

    /// How many tasks sleep and alarms wait.
    package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    package func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isReady = state.withLock { state -> Result<Void, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    guard duration.microseconds > 0 else { return .success(()) }
                    state.sleepers[id] = Sleeper(
                        due: state.now + duration.microseconds, end: { continuation.resume(with: $0) })
                    return nil
                }
                if let isReady { continuation.resume(with: isReady) }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.end(.failure(CancellationError()))
        }
    }

    package func alarm(after delay: Duration, _ action: @escaping @Sendable () -> Void) -> Alarm {
        let id = state.withLock { state in
            state.next += 1
            state.sleepers[state.next] = Sleeper(
                due: state.now + delay.microseconds, isAlarm: true, end: { if case .success = $0 { action() } })
            return state.next
        }
        return Alarm { _ = self.state.withLock { $0.sleepers.removeValue(forKey: id) } }
    }

    /// Moves the clock, stopping at every time for which somebody sleeps, and lets those who wake run.
    package func advance(by duration: Duration) async {
        let end = monotonicMicroseconds() + duration.microseconds
        while true {
            let woken = state.withLock { state -> [Sleeper] in
                guard let due = state.sleepers.values.map(\.due).min(), due <= end else {
                    state.now = end
                    return []
                }
                state.now = max(state.now, due)
                let ids = state.sleepers.filter { $0.value.due <= due }.map(\.key).sorted()
                return ids.compactMap { state.sleepers.removeValue(forKey: $0) }
            }
            for sleeper in woken {
                let beds = state.withLock { $0.next }
                sleeper.end(.success(()))
                await settle()
                if !sleeper.isAlarm { await waitForSleep(after: beds) }
            }
            if woken.isEmpty { return await settle() }
        }
    }

    /// Waits until at least `count` tasks sleep; false when they do not in time.
    package func waitForSleepers(_ count: Int) async -> Bool {
        await eventually { sleeperCount >= count }
    }

    /// Gives a task that woke up on another thread some time to go to sleep again: what it sleeps for counts from the time
    /// at which it does.
    private func waitForSleep(after beds: Int) async {
        for _ in 0..<20 where state.withLock({ $0.next }) == beds {
            try? await ContinuousClock().sleep(for: .microseconds(500))
        }
    }

    /// Lets other tasks run, so that who woke goes to sleep again before the clock moves on.
    private func settle() async {
        for _ in 0..<40 { await Task.yield() }
    }
}
