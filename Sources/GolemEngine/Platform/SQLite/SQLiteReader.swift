// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A reading connection on a thread of its own, so that questions do not wait for the writer's fsync.
package final class SQLiteReader: Sendable {
    private let thread: WorkerThread<@Sendable (SQLiteConnection) -> Void>

    /// Takes over `connection`.
    package init(connection: sending SQLiteConnection) {
        let owner = ConnectionOwner(connection)
        thread = WorkerThread(name: "golem-read", finally: { owner.close() }) { jobs in owner.run(jobs) }
    }

    /// Runs `body` on the connection.
    ///
    /// Not cancellable.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = thread.submit { connection in
                continuation.resume(with: Result { try body(connection) })
            }
            if !isTaken {
                continuation.resume(throwing: SQLiteError(code: 21, message: "the store is closed", statement: ""))
            }
        }
    }

    /// Answers what was asked and closes; blocks until then.
    package func close() { thread.stop() }

    /// Owns the connection.
    ///
    /// Guard of the unchecked conformance: only the reader's thread calls `run` and `close`.
    private final class ConnectionOwner: @unchecked Sendable {
        private var connection: SQLiteConnection?

        init(_ connection: SQLiteConnection) { self.connection = connection }

        func run(_ jobs: [@Sendable (SQLiteConnection) -> Void]) {
            guard let connection else { return }
            for job in jobs { job(connection) }
        }

        /// Here and not with the last reference: who closes a database wants the file to be closed.
        func close() { connection = nil }
    }
}
