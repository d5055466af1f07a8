// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// A bounded queue between tasks: a sender waits while it is full, the one receiver while it is empty.
package final class BoundedChannel<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var isFinished = false
        var receiver: CheckedContinuation<Void, Never>?
        var senders: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextSender = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// Makes a channel for `capacity` elements.
    package init(capacity: Int) { self.capacity = max(1, capacity) }

    /// Adds an element, waiting while there is no room; false when the channel is finished or the task cancelled.
    @discardableResult
    package func send(_ element: Element) async -> Bool {
        while true {
            let (isDone, receiver): (Bool?, CheckedContinuation<Void, Never>?) = state.withLock { state in
                if state.isFinished || Task.isCancelled { return (false, nil) }
                guard state.elements.count < capacity else { return (nil, nil) }
                state.elements.append(element)
                return (true, exchange(&state.receiver, with: nil))
            }
            receiver?.resume()
            if let isDone { return isDone }
            await waitForRoom()
        }
    }

    /// The next element, waiting for one; nil when the channel is finished and empty or the task cancelled.
    package func next() async -> Element? {
        while true {
            let (element, isOver, senders) = state.withLock {
                state -> (Element?, Bool, [CheckedContinuation<Void, Never>]) in
                guard !state.elements.isEmpty else { return (nil, state.isFinished || Task.isCancelled, []) }
                let element = state.elements.removeFirst()
                return (element, false, exchange(&state.senders, with: [:]).map(\.value))
            }
            for sender in senders { sender.resume() }
            if let element { return element }
            if isOver { return nil }
            await waitForElement()
        }
    }

    /// Ends the channel; what is in it can still be received.
    package func finish() {
        let (receiver, senders) = state.withLock { state in
            state.isFinished = true
            return (exchange(&state.receiver, with: nil), exchange(&state.senders, with: [:]))
        }
        receiver?.resume()
        for sender in senders.values { sender.resume() }
    }

    private func waitForRoom() async {
        let id = state.withLock { state in
            state.nextSender += 1
            return state.nextSender
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.elements.count < capacity || state.isFinished || Task.isCancelled { return true }
                    state.senders[id] = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.senders.removeValue(forKey: id) }?.resume()
        }
    }

    private func waitForElement() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if !state.elements.isEmpty || state.isFinished || Task.isCancelled { return true }
                    state.receiver = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { exchange(&$0.receiver, with: nil) }?.resume()
        }
    }
}
