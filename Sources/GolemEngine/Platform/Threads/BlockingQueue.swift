// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Runs short blocking work, such as reading files, on one thread of its own and in order.
package final class BlockingQueue: Sendable {
    private let thread: WorkerThread<@Sendable () -> Void>

    /// Starts the thread under `name` (at most 15 bytes).
    package init(name: String) {
        thread = WorkerThread(name: name) { jobs in for job in jobs { job() } }
        thread.start()
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
