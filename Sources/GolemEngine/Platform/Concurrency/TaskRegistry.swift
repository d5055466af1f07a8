// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// The owner of tasks that begin in a callback, where there is no task group to add them to.
///
/// Every task is kept until it ends; the owner cancels and awaits them all.
final class TaskRegistry: Sendable {
    private struct State {
        var tasks: [UInt64: Task<Void, Never>] = [:]
        var next: UInt64 = 0
        var isCancelled = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let executor: (any TaskExecutor)?
    private let state = Mutex(State())

    /// Makes a registry whose tasks prefer `executor`; nil is the global one.
    init(executor: (any TaskExecutor)? = nil) { self.executor = executor }

    /// Runs an operation as a task of this registry; after `cancelAll()` it starts cancelled.
    ///
    /// It prefers `executor`, without one that of the registry.
    @discardableResult
    func start(
        on executor: (any TaskExecutor)? = nil, _ operation: @escaping @Sendable () async -> Void
    ) -> Task<Void, Never> {
        state.withLock { state in
            let id = state.next
            state.next += 1
            // The task cannot be forgotten before it is kept: forgetting takes the lock that is held here.
            let task = Task(executorPreference: executor ?? self.executor) {
                await operation()
                self.forget(id)
            }
            state.tasks[id] = task
            if state.isCancelled { task.cancel() }
            return task
        }
    }

    /// How many tasks run.
    var count: Int { state.withLock { $0.tasks.count } }

    /// Cancels what runs, and what is started from now on.
    func cancelAll() {
        let tasks = state.withLock { state in
            state.isCancelled = true
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
    }

    /// Waits until nothing runs.
    func waitUntilEmpty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if !state.tasks.isEmpty { state.waiters.append(continuation) }
                return state.tasks.isEmpty
            }
            if isEmpty { continuation.resume() }
        }
    }

    private func forget(_ id: UInt64) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.tasks[id] = nil
            guard state.tasks.isEmpty else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
