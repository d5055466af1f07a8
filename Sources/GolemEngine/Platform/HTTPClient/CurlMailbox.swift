// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import Synchronization

/// How the rest of the program talks to the client's thread: a list of commands and an eventfd that wakes it.
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
        var nextID: UInt64 = 1
    }

    /// Readable when there is something to take.
    let wakeDescriptor: Int32
    private let state = Mutex(State())

    init() { wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)) }

    deinit { if wakeDescriptor >= 0 { close(wakeDescriptor) } }

    /// A number for a new exchange, unique in this client.
    func makeID() -> UInt64 {
        state.withLock { state in
            defer { state.nextID += 1 }
            return state.nextID
        }
    }

    /// Hands a command to the thread; false when it has been told to stop.
    @discardableResult
    func post(_ command: Command) -> Bool {
        let (isAccepted, wakes) = state.withLock { state -> (Bool, Bool) in
            guard !state.isStopping else { return (false, false) }
            state.commands.append(command)
            return (true, state.commands.count == 1)
        }
        if wakes { wake() }
        return isAccepted
    }

    /// Tells the thread to end; later commands are refused.
    func stop() {
        state.withLock { $0.isStopping = true }
        wake()
    }

    /// Takes everything posted so far.
    func take() -> (commands: [Command], isStopping: Bool) {
        var count: UInt64 = 0
        _ = read(wakeDescriptor, &count, MemoryLayout<UInt64>.size)
        return state.withLock { state in
            defer { state.commands = [] }
            return (state.commands, state.isStopping)
        }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeDescriptor, &one, MemoryLayout<UInt64>.size)
    }
}
