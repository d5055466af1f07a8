// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// A value that is set once, by whoever comes first, and waited for by one task.
package final class OneShot<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Makes an unset value.
    package init() {}

    /// Sets the value; false when it was set before.
    @discardableResult
    package func fulfil(_ value: Value) -> Bool {
        let (isFirst, waiter) = state.withLock { state in
            let isFirst = state.value == nil
            if isFirst { state.value = value }
            return (isFirst, exchange(&state.waiter, with: nil))
        }
        waiter?.resume()
        return isFirst
    }

    /// The value, if it is set.
    package var current: Value? { state.withLock { $0.value } }

    /// Waits for the value; nil when the waiting task is cancelled first.
    package func wait() async -> Value? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.value != nil || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { exchange(&$0.waiter, with: nil) }?.resume()
        }
        return current
    }
}

/// Replaces `value` and returns what it was.
func exchange<Value>(_ value: inout Value, with new: Value) -> Value {
    let old = value
    value = new
    return old
}
