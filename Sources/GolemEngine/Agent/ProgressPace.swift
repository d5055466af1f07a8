// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Synchronization

/// Passes on how far a call is, at most five times a second; of what comes faster the newest counts.
///
/// Its task exists only while something waits for its time.
final class ProgressPace: Sendable {
    private struct State {
        var last: Int64?
        var waiting: ToolProgress?
        var isTimed = false
        var isOver = false
    }

    private static let interval = Duration.milliseconds(200)

    private let time: any TimeSource
    private let publish: @Sendable (ToolProgress) -> Void
    private let tasks = TaskRegistry()
    private let state = Mutex(State())

    init(time: any TimeSource, publish: @escaping @Sendable (ToolProgress) -> Void) {
        self.time = time
        self.publish = publish
    }

    /// Takes what a call says.
    func take(_ progress: ToolProgress) {
        let now = time.monotonicMicroseconds()
        let wait = state.withLock { state -> Duration? in
            guard !state.isOver else { return nil }
            let due = state.last.map { $0 + Self.interval.microseconds } ?? now
            guard due > now else {
                state.last = now
                state.waiting = nil
                // Under the lock, so that an older word is never published after a newer one.
                publish(progress)
                return nil
            }
            state.waiting = progress
            return exchange(&state.isTimed, with: true) ? nil : .microseconds(due - now)
        }
        guard let wait else { return }
        tasks.start { [weak self, time] in
            guard (try? await time.sleep(for: wait)) != nil else { return }
            self?.flush()
        }
    }

    /// Ends it: what waits is dropped, and nothing is taken any more.
    func end() {
        state.withLock { $0.isOver = true }
        tasks.cancelAll()
    }

    private func flush() {
        state.withLock { state in
            state.isTimed = false
            guard let progress = exchange(&state.waiting, with: nil), !state.isOver else { return }
            state.last = time.monotonicMicroseconds()
            publish(progress)
        }
    }
}
