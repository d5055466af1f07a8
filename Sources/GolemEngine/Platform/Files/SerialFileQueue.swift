// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Runs file operations one after the other on a thread of its own.
///
/// They may block on the disk without holding up the cooperative pool, and what reads, changes and writes a file in
/// one operation cannot lose the change of another one.
package final class SerialFileQueue: Sendable {
    private let worker: WorkerThread<@Sendable () -> Void>

    /// Starts the thread.
    package init(name: String) {
        worker = WorkerThread(name: name) { jobs in
            for job in jobs { job() }
        }
    }

    deinit { worker.stop() }

    /// Runs `body` on the thread and returns what it returns.
    ///
    /// Not cancelled once it has been queued.
    package func run<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            // The thread stops in deinit only, and whoever calls this holds a reference.
            _ = worker.submit {
                do throws(Failure) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
