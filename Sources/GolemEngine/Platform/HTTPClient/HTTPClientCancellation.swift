// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// Ends the transfer of one request, whoever waits for it; also one that has not begun.
///
/// For deadlines that are kept elsewhere: cancelling the waiting task would need a task for each request.
package final class HTTPClientCancellation: Sendable {
    private struct State {
        var exchange: HTTPClientExchange?
        var isCancelled = false
        var ended: OneShot<Void>?
    }

    private let state = Mutex(State())

    /// Makes a cancellation that nothing is attached to.
    package init() {}

    /// Ends the transfer; who waits for it gets `cancelled`.
    ///
    /// Callable from any thread, any number of times.
    package func cancel() {
        let (exchange, ended) = state.withLock { state in
            state.isCancelled = true
            return (GolemEngine.exchange(&state.exchange, with: nil), state.ended)
        }
        exchange?.cancel()
        ended?.fulfil(())
    }

    /// Waits until it is cancelled, or the waiting task is; for one task at a time.
    package func wait() async {
        let ended = OneShot<Void>()
        let isCancelled = state.withLock { state in
            state.ended = ended
            return state.isCancelled
        }
        if !isCancelled { _ = await ended.wait() }
    }

    /// Puts a transfer under this cancellation, in place of the one before; false when it is cancelled already.
    func attach(_ exchange: HTTPClientExchange) -> Bool {
        state.withLock { state in
            if !state.isCancelled { state.exchange = exchange }
            return !state.isCancelled
        }
    }
}
