// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Dispatch
import Synchronization

/// All open connections, and the watch over their deadlines.
///
/// libmicrohttpd only knows a time of inactivity in whole seconds, which a client that drips bytes never reaches.
/// The watch is one timer, set to the earliest deadline: an idle server has none. It looks at all connections when it
/// fires, at most once per `granularity`.
///
/// `@unchecked Sendable`: the timer's functions may be called from any thread (Dispatch); all else is in a mutex.
final class ConnectionTable: @unchecked Sendable {
    private struct Members {
        var connections: [ObjectIdentifier: HTTPConnection] = [:]
        var isAborted = false
        var onEmpty: CheckedContinuation<Void, Never>?
    }

    private let queue: DispatchQueue
    private let timer: any DispatchSourceTimer
    private let granularity: UInt64
    private let members = Mutex(Members())
    private let nextSweep = Mutex(MonotonicTime.never)
    private let nextSweepHint = Atomic<UInt64>(MonotonicTime.never)
    private let onExpired: @Sendable (HTTPConnection, ConnectionPhase) -> Void

    /// Makes a table whose watch runs on `queue` and calls `onExpired` once for each connection whose time is over.
    init(
        queue: DispatchQueue, limits: HTTPServerLimits,
        onExpired: @escaping @Sendable (HTTPConnection, ConnectionPhase) -> Void
    ) {
        self.queue = queue
        self.onExpired = onExpired
        let shortest =
            [limits.headerTimeout, limits.bodyTimeout, limits.idleTimeout, limits.writeTimeout, limits.lingerTimeout]
            .map(MonotonicTime.nanoseconds).min() ?? 0
        granularity = min(max(shortest / 16, 5_000_000), 250_000_000)
        timer = DispatchSource.makeTimerSource(queue: queue)
        timer.setEventHandler { [weak self] in self?.sweep() }
        timer.schedule(deadline: .distantFuture)
        timer.activate()
    }

    deinit {
        timer.cancel()
    }

    func add(_ connection: HTTPConnection) {
        let isAborted = members.withLock { members in
            members.connections[ObjectIdentifier(connection)] = connection
            return members.isAborted
        }
        // A new connection has no exchange yet, and will not get one.
        if isAborted { connection.abort { _ in [] } }
        watch(connection.clock.deadline)
    }

    func remove(_ connection: HTTPConnection) {
        let waiter = members.withLock { members -> CheckedContinuation<Void, Never>? in
            members.connections[ObjectIdentifier(connection)] = nil
            return members.connections.isEmpty ? members.onEmpty.take() : nil
        }
        waiter?.resume()
    }

    /// Makes sure that the watch looks no later than at this time.
    func watch(_ deadline: UInt64) {
        guard deadline < nextSweepHint.load(ordering: .sequentiallyConsistent) else { return }
        nextSweep.withLock { next in
            guard deadline < next else { return }
            setTimer(&next, deadline)
        }
    }

    /// Cuts the connections on which no request is under way.
    func cutIdle() {
        for connection in snapshot() where connection.clock.phase == .idle || connection.clock.phase == .fresh {
            connection.cut()
        }
    }

    /// Aborts all connections, and those that may still come; `message` makes the last words for an exchange.
    func abortAll(_ message: (HTTPExchange) -> [UInt8]) {
        let connections = members.withLock { members in
            members.isAborted = true
            return Array(members.connections.values)
        }
        for connection in connections { connection.abort(message) }
    }

    /// Returns when no connection is open, or after `duration`.
    ///
    /// For one caller at a time.
    func waitUntilEmpty(atMost duration: Duration) async {
        let nanoseconds = MonotonicTime.nanoseconds(duration)
        await withCheckedContinuation { continuation in
            let isEmpty = members.withLock { members in
                if members.connections.isEmpty || nanoseconds == 0 { return true }
                members.onEmpty = continuation
                return false
            }
            guard !isEmpty else { return continuation.resume() }
            let wait = DispatchTimeInterval.nanoseconds(Int(clamping: nanoseconds))
            queue.asyncAfter(deadline: .now() + wait) { [self] in
                members.withLock { $0.onEmpty.take() }?.resume()
            }
        }
    }

    private func snapshot() -> [HTTPConnection] {
        members.withLock { Array($0.connections.values) }
    }

    private func sweep() {
        nextSweep.withLock { next in
            next = MonotonicTime.never
            nextSweepHint.store(next, ordering: .sequentiallyConsistent)
        }
        // From here on a new deadline sets the timer itself; older ones are seen below. None falls between.
        let now = MonotonicTime.now()
        var earliest = MonotonicTime.never
        for connection in snapshot() {
            if let phase = connection.clock.expire(at: now) {
                onExpired(connection, phase)
            } else {
                earliest = min(earliest, connection.clock.deadline)
            }
        }
        if earliest != MonotonicTime.never { watch(max(earliest, now + granularity)) }
    }

    private func setTimer(_ next: inout UInt64, _ deadline: UInt64) {
        next = deadline
        nextSweepHint.store(deadline, ordering: .sequentiallyConsistent)
        // On Linux, Dispatch's uptime is CLOCK_MONOTONIC too. The low bits that the clock gave up are added again.
        timer.schedule(deadline: DispatchTime(uptimeNanoseconds: deadline + 8), leeway: .milliseconds(1))
    }
}
