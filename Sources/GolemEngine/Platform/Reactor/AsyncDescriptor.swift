// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import Synchronization

/// A descriptor of our own (pipe, socket, pidfd) that tasks read and write without blocking a thread.
///
/// One reader and one writer at a time. `close` may be called at any time and by any task; it ends pending waits.
final class AsyncDescriptor: Sendable {
    private struct State {
        var descriptor: Int32
        var endsWhenEmpty = false
    }

    private let state: Mutex<State>
    private let token: Reactor.Token

    /// Takes over an open descriptor and makes it non-blocking.
    init(owning descriptor: Int32) {
        let flags = clinux_fcntl_int(descriptor, F_GETFL, 0)
        _ = clinux_fcntl_int(descriptor, F_SETFL, flags | O_NONBLOCK)
        state = Mutex(State(descriptor: descriptor))
        token = Reactor.shared.adopt(descriptor)
    }

    deinit { close() }

    /// Runs a non-blocking call on the descriptor.
    ///
    /// The lock is held, so that it cannot be closed and its number
    /// given to another file in the middle of the call.
    func withDescriptor<Result>(_ body: (Int32) throws -> Result) throws -> Result {
        try state.withLock { state in
            guard state.descriptor >= 0 else { throw ReactorError.closed }
            return try body(state.descriptor)
        }
    }

    /// Waits until reading makes sense.
    func waitReadable(isCancellable: Bool = true) async throws {
        try await Reactor.shared.wait(token, .read, isCancellable: isCancellable)
    }

    /// Reads what is there, at most `buffer.count` bytes, waiting for the first one.
    ///
    /// 0 is the end.
    func read(into buffer: inout [UInt8], isCancellable: Bool = true) async throws -> Int {
        while true {
            let (count, error, endsWhenEmpty) = try state.withLock { state -> (Int, Int32, Bool) in
                guard state.descriptor >= 0 else { throw ReactorError.closed }
                let count = retryingInterrupts { Glibc.read(state.descriptor, &buffer, buffer.count) }
                return (count, errno, state.endsWhenEmpty)
            }
            if count >= 0 { return count }
            guard error == EAGAIN else { throw SystemError(call: "read", errno: error) }
            if endsWhenEmpty { return 0 }
            try await waitReadable(isCancellable: isCancellable)
        }
    }

    /// Writes all bytes, waiting while the other side does not take them.
    ///
    /// Cancellation leaves an unknown prefix written. SIGPIPE is the caller's matter: sockets never raise it here.
    func write(_ bytes: [UInt8], isSocket: Bool, isCancellable: Bool = true) async throws {
        var offset = 0
        while offset < bytes.count {
            let (count, error) = try withDescriptor { descriptor -> (Int, Int32) in
                let count = bytes.withUnsafeBytes { all in
                    let rest = UnsafeRawBufferPointer(rebasing: all[offset...])
                    return retryingInterrupts {
                        isSocket
                            ? clinux_send(descriptor, rest.baseAddress, rest.count)
                            : clinux_write_quietly(descriptor, rest.baseAddress, rest.count)
                    }
                }
                return (count, errno)
            }
            if count >= 0 {
                offset += count
                continue
            }
            guard error == EAGAIN else { throw SystemError(call: "write", errno: error) }
            try await Reactor.shared.wait(token, .write, isCancellable: isCancellable)
        }
    }

    /// Writes to a pipe what it takes at once, from `offset` on; 0 when it is full.
    func write(some bytes: [UInt8], from offset: Int) throws -> Int {
        let (count, error) = try withDescriptor { descriptor -> (Int, Int32) in
            let count = bytes.withUnsafeBytes { all in
                let rest = UnsafeRawBufferPointer(rebasing: all[offset...])
                return retryingInterrupts { clinux_write_quietly(descriptor, rest.baseAddress, rest.count) }
            }
            return (count, errno)
        }
        if count >= 0 { return count }
        guard error == EAGAIN else { throw SystemError(call: "write", errno: error) }
        return 0
    }

    /// Waits until writing makes sense.
    func waitWritable(isCancellable: Bool = true) async throws {
        try await Reactor.shared.wait(token, .write, isCancellable: isCancellable)
    }

    /// From now on an empty pipe counts as its end: nobody who still holds the other side is waited for.
    func endWhenEmpty() {
        state.withLock { $0.endsWhenEmpty = true }
        Reactor.shared.wake(token: token)
    }

    /// Closes the descriptor once; pending waits end with `reactor.closed`.
    func close() {
        let descriptor = state.withLock { state -> Int32 in
            defer { state.descriptor = -1 }
            return state.descriptor
        }
        guard descriptor >= 0 else { return }
        Reactor.shared.forget(token: token)
        Glibc.close(descriptor)
    }
}
