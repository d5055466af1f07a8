// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
package import GolemEvents

/// Where time comes from; injected, so that tests move it by hand.
package protocol TimeSource: Sendable {
    /// The wall clock.
    func wallNow() -> Timestamp

    /// A clock that only goes forward, in microseconds since an arbitrary moment; for durations.
    func monotonicMicroseconds() -> Int64

    /// Waits; ends early with `CancellationError` when the task is cancelled.
    func sleep(for duration: Duration) async throws

    /// Calls `action` once after a time, unless the alarm is cancelled before; the action must be quick.
    func alarm(after delay: Duration, _ action: @escaping @Sendable () -> Void) -> Alarm
}

/// An action that waits for its time.
package struct Alarm: Sendable {
    private let body: @Sendable () -> Void

    /// Makes an alarm that `body` cancels.
    package init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    /// Forgets the action; it may be running just now, and a second call does nothing.
    package func cancel() { body() }
}

extension TimeSource {
    /// Runs `operation` and cancels it when `limit` passes first; nil then.
    package func withDeadline<Value: Sendable>(
        _ limit: Duration, _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await operation() }
            group.addTask {
                try await sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}

/// The machine's clocks.
package struct SystemTime: TimeSource {
    /// Makes the source.
    package init() {}

    package func wallNow() -> Timestamp {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Timestamp(microseconds: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000)
    }

    package func monotonicMicroseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
    }

    package func sleep(for duration: Duration) async throws {
        let isOver = OneShot<Void>()
        let alarm = alarm(after: duration) { isOver.fulfil(()) }
        guard await isOver.wait() == nil else { return }
        alarm.cancel()
        throw CancellationError()
    }

    package func alarm(after delay: Duration, _ action: @escaping @Sendable () -> Void) -> Alarm {
        let entry = Reactor.shared.setAlarm(after: delay, action)
        return Alarm { Reactor.shared.cancelAlarm(entry) }
    }
}

extension Duration {
    /// The duration in whole microseconds.
    package var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
