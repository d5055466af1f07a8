// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Runs short blocking work, such as reading files, on one thread of its own and in order.
package final class BlockingQueue: Sendable {
    private let thread: WorkerThread<@Sendable () -> Void>

    /// Makes a queue whose thread is called `name` (at most 15 bytes); it starts with the first work.
    package init(name: String) {
        thread = WorkerThread(name: name) { jobs in for job in jobs { job() } }
    }

    /// Runs `body` on the thread and gives its value.
    ///
    /// Not cancellable.
    package func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value? {
        await withCheckedContinuation { continuation in
            if !thread.submit({ continuation.resume(returning: body()) }) { continuation.resume(returning: nil) }
        }
    }

    /// Ends the thread after what was asked; blocks until then.
    package func stop() { thread.stop() }
}
