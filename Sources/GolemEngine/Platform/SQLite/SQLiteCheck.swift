// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// Looks for damage in a database that others use at the same time.
///
/// Reads the whole file, about half a gigabyte a second, on a thread and a connection of its own.
package final class SQLiteCheck: Sendable {
    private struct State {
        var interrupt: (@Sendable () -> Void)?
        var isCancelled = false
    }

    private let path: String
    private let state = Mutex(State())

    /// Makes a check of the file at `path`; nothing runs yet.
    package init(path: String) { self.path = path }

    /// The first problem found, nil when the file is sound.
    ///
    /// Ends early with an error when the task is cancelled.
    package func run() async throws -> String? {
        let thread = WorkerThread<CheckedContinuation<String?, any Error>>(name: "golem-check") { waiting in
            for continuation in waiting { continuation.resume(with: Result { try self.check() }) }
        }
        defer { thread.stop() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { _ = thread.submit($0) }
        } onCancel: {
            state.withLock { state in
                state.isCancelled = true
                state.interrupt?()
            }
        }
    }

    private func check() throws -> String? {
        let connection = try SQLiteConnection(path: path, readOnly: true)
        // Cleared before the connection closes: the interrupt must not reach a closed one.
        defer { state.withLock { $0.interrupt = nil } }
        let isCancelled = state.withLock { state in
            state.interrupt = connection.interrupter
            return state.isCancelled
        }
        return isCancelled ? nil : try connection.firstProblem()
    }
}
