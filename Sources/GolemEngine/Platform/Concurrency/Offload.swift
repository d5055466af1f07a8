// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Keeps what computes for long away from an event loop.
enum Offload {
    /// Up to so many bytes are read, written or searched in place: that takes less than waking another thread up twice.
    static let limit = 65_536

    /// Runs `body` on the global executor when it handles more than `limit` bytes, and in place otherwise.
    static func run<Value: Sendable, Failure>(
        _ bytes: Int, _ body: () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        guard bytes > limit else { return try body() }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) { () throws(Failure) in try body() }
    }
}
