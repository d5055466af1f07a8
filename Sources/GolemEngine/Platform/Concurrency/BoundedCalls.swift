// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// Calls operations that may ignore both their deadline and their cancellation, and goes on without them.
///
/// An operation that is to end is cancelled and gets a grace; after that its caller goes on and the operation is
/// abandoned: it may run on, its value is dropped. How many abandoned ones of a name still run is counted, and above
/// a limit the name is refused, so that one that always hangs cannot pile up.
final class BoundedCalls: Sendable {
    /// How a call ended for its caller.
    enum Ending<Value: Sendable>: Sendable {
        /// With a value.
        case value(Value)
        /// At its deadline; `isAbandoned` when the operation still runs.
        case timedOut(isAbandoned: Bool)
        /// Because the caller was cancelled; `isAbandoned` when the operation still runs.
        case cancelled(isAbandoned: Bool)
        /// It was not called: so many earlier ones of its name still run.
        case refused(abandoned: Int)
    }

    /// How many abandoned operations of one name may run before the name is refused.
    static let abandonedLimit = 4

    private let tasks = TaskRegistry()
    private let abandoned = Mutex<[String: Int]>([:])

    /// How many operations were abandoned and still run.
    var abandonedCount: Int { abandoned.withLock { $0.values.reduce(0, +) } }

    /// Runs `operation` until it ends, `limit` has passed, the calling task is cancelled or `interruption` fires; in the
    /// last three cases it gets `grace` to end by itself.
    ///
    /// With a `clock` the limit counts as that says, and signs of life begin it anew up to the `ceiling`. The
    /// operation prefers `executor`, without one the global one. Costs one task and one alarm: a call of an MCP server
    /// runs through here twice.
    func run<Value: Sendable>(
        _ name: String, limit: Duration, ceiling: Duration? = nil, clock: CallClock? = nil, grace: Duration,
        time: any TimeSource, until interruption: Interruption? = nil, on executor: (any TaskExecutor)? = nil,
        _ operation: @escaping @Sendable () async -> Value
    ) async -> Ending<Value> {
        let stuck = abandoned.withLock { $0[name] ?? 0 }
        guard stuck < Self.abandonedLimit else { return .refused(abandoned: stuck) }
        // Whoever comes first decides: the operation with its value, or its caller who goes on without one.
        let result = OneShot<Value?>()
        let isOver = OneShot<Void>()
        let task = tasks.start(on: executor) {
            let value = await operation()
            if !result.fulfil(value) { self.countAbandoned(name, -1) }
            isOver.fulfil(())
        }
        let alarm =
            clock?.alarm(through: limit, ceiling: ceiling) { isOver.fulfil(()) }
            ?? time.alarm(after: limit) { isOver.fulfil(()) }
        interruption?.onFire { isOver.fulfil(()) }
        _ = await isOver.wait()
        alarm.cancel()
        if case .some(.some(let value)) = result.current { return .value(value) }
        let isCancelled = Task.isCancelled || interruption?.isFired ?? false
        task.cancel()
        await allow(grace, time, result)
        countAbandoned(name, 1)
        let isAbandoned = result.fulfil(nil)
        if !isAbandoned { countAbandoned(name, -1) }
        if isCancelled {
            if case .some(.some(let value)) = result.current { return .value(value) }
            return .cancelled(isAbandoned: isAbandoned)
        }
        return .timedOut(isAbandoned: isAbandoned)
    }

    /// Waits for the operation in a task of its own: the caller's may be cancelled, and then it cannot wait.
    private func allow<Value: Sendable>(_ grace: Duration, _ time: any TimeSource, _ result: OneShot<Value?>) async {
        await withCheckedContinuation { continuation in
            tasks.start {
                _ = try? await time.withDeadline(grace) { await result.wait() }
                continuation.resume()
            }
        }
    }

    private func countAbandoned(_ name: String, _ change: Int) {
        abandoned.withLock { abandoned in
            let count = (abandoned[name] ?? 0) + change
            abandoned[name] = count > 0 ? count : nil
        }
    }
}
