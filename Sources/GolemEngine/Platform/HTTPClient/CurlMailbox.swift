// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// How the rest of the program talks to the client's driver: a list of commands, which the loop is poked to take.
final class CurlMailbox: Sendable {
    /// A wish of the rest of the program.
    enum Command: Sendable {
        case start(HTTPClientRequest, HTTPClientExchange)
        case cancel(UInt64)
        case resume(UInt64)
        case progress(UInt64)
        case drain(UInt64)
    }

    private struct State {
        var commands: [Command] = []
        var isStopping = false
        var isClosed = false
        var closeWaiters: [CheckedContinuation<Void, Never>] = []
        var nextID: UInt64 = 1
    }

    private let loop: EventLoop
    private let state = Mutex(State())

    init(loop: EventLoop) { self.loop = loop }

    /// A number for a new exchange, unique in this client.
    func makeID() -> UInt64 {
        state.withLock { state in
            defer { state.nextID += 1 }
            return state.nextID
        }
    }

    /// Hands a command to the driver; false when it has been told to stop.
    @discardableResult
    func post(_ command: Command) -> Bool {
        let (isAccepted, wakes) = state.withLock { state -> (Bool, Bool) in
            guard !state.isStopping else { return (false, false) }
            state.commands.append(command)
            return (true, state.commands.count == 1)
        }
        if wakes { loop.poke() }
        return isAccepted
    }

    /// Tells the driver to end; later commands are refused.
    func stop() {
        state.withLock { $0.isStopping = true }
        loop.poke()
    }

    /// Takes everything posted so far.
    func take() -> (commands: [Command], isStopping: Bool) {
        state.withLock { state in
            // Without a copy in the usual case, in which there is nothing.
            state.commands.isEmpty
                ? ([], state.isStopping) : (exchange(&state.commands, with: []), state.isStopping)
        }
    }

    /// The driver has ended.
    func noteClosed() {
        let waiters = state.withLock { state in
            state.isClosed = true
            return exchange(&state.closeWaiters, with: [])
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until the driver has ended.
    func waitUntilClosed() async {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if !state.isClosed { state.closeWaiters.append(continuation) }
                return state.isClosed
            }
            if isClosed { continuation.resume() }
        }
    }
}
