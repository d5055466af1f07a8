// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Runs blocking work, such as reading files, on one thread of its own and in order.
///
/// It may block on the disk without holding up the cooperative pool, and what reads, changes and writes a file in one
/// piece of work cannot lose the change of another one.
package final class BlockingQueue: Sendable {
    private let thread: WorkerThread<@Sendable () -> Void>

    /// Makes a queue whose thread is called `name` (at most 15 bytes); it starts with the first work.
    package init(name: String) {
        thread = WorkerThread(name: name) { jobs in for job in jobs { job() } }
    }

    deinit { thread.stop() }

    /// Runs `body` on the thread and returns what it returns.
    ///
    /// Not cancelled once it is queued. After `stop()` the caller does the work itself.
    package func run<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            let work: @Sendable () -> Void = {
                do throws(Failure) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            if !thread.submit(work) { work() }
        }
        return try result.get()
    }

    /// Ends the thread after what was asked; blocks until then.
    package func stop() { thread.stop() }
}
