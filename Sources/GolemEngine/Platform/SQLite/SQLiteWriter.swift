// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// The one writer of a database: a thread that runs transactions and commits them in groups.
///
/// Everything that arrives while a commit (an fsync) is under way goes into the next one, so that durability costs
/// one fsync a group. A caller resumes after the commit that holds its work.
package final class SQLiteWriter: Sendable {
    private struct Job: Sendable {
        /// Runs in the transaction; the outcome is kept until the commit.
        let run: @Sendable (SQLiteConnection) -> Outcome
        /// Ends a job that cannot run any more.
        let fail: @Sendable (SQLiteError) -> Void
    }

    /// Called after the group's commit with its error, or nil.
    private typealias Completion = @Sendable (SQLiteError?) -> Void

    private enum Outcome {
        case succeeded(Completion)
        case failed(Completion, SQLiteError?)
    }

    private let thread: WorkerThread<Job>

    /// Takes over `connection`.
    package init(connection: sending SQLiteConnection) {
        let owner = ConnectionOwner(connection)
        thread = WorkerThread(name: "golem-store", finally: { owner.close() }) { jobs in owner.run(jobs) }
    }

    /// Runs `body` in the next transaction and returns after its commit.
    ///
    /// An error of `body` undoes only its own work. `onCommit` gets the value on the writer's thread, after the commit
    /// and before the caller resumes, in the order of the transactions; it must be quick.
    ///
    /// Not cancellable: a transaction that was submitted is carried out.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws -> Value,
        onCommit: @escaping @Sendable (Value) -> Void = { _ in }
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let job = Job(
                run: { connection in
                    do {
                        let value = try body(connection)
                        return .succeeded { error in
                            if let error {
                                continuation.resume(throwing: error)
                            } else {
                                onCommit(value)
                                continuation.resume(returning: value)
                            }
                        }
                    } catch {
                        return .failed({ _ in continuation.resume(throwing: error) }, error as? SQLiteError)
                    }
                }, fail: { continuation.resume(throwing: $0) })
            if !thread.submit(job) {
                continuation.resume(throwing: SQLiteError(code: 21, message: "the store is closed", statement: ""))
            }
        }
    }

    /// Commits what was submitted and closes the connection; blocks the calling thread until then.
    package func close() { thread.stop() }

    /// Owns the connection.
    ///
    /// Guard of the unchecked conformance: only the writer's thread calls `run` and `close`.
    private final class ConnectionOwner: @unchecked Sendable {
        private var connection: SQLiteConnection?

        init(_ connection: SQLiteConnection) { self.connection = connection }

        func run(_ jobs: [Job]) {
            guard let connection else { return }
            var completions: [Completion] = []
            var groupError: SQLiteError?
            do {
                // `query` keeps the prepared statement; every turn needs these four.
                try connection.query("BEGIN IMMEDIATE")
            } catch {
                groupError = error
            }
            for job in jobs {
                if let groupError {
                    // A full disk ends the whole transaction: nothing more may run, or it would commit by itself.
                    job.fail(groupError)
                    continue
                }
                do {
                    try connection.query("SAVEPOINT job")
                } catch {
                    groupError = error
                    job.fail(error)
                    continue
                }
                // What made the transaction end, when it turns out that it did: a full disk rolls everything back by
                // itself, and what is left to see is only that the savepoint is gone.
                var cause: SQLiteError?
                do {
                    switch job.run(connection) {
                    case .succeeded(let completion):
                        completions.append(completion)
                        try connection.query("RELEASE job")
                    case .failed(let completion, let error):
                        completions.append(completion)
                        cause = error
                        try connection.execute("ROLLBACK TO job; RELEASE job")
                    }
                } catch {
                    groupError = cause ?? error
                }
            }
            do {
                if groupError == nil { try connection.query("COMMIT") }
            } catch {
                groupError = error
            }
            // A full disk may have ended the transaction already; a second ROLLBACK then fails harmlessly.
            if groupError != nil { try? connection.execute("ROLLBACK") }
            for completion in completions { completion(groupError) }
        }

        /// Here and not with the last reference: who closes a database wants the file to be closed.
        func close() { connection = nil }
    }
}
