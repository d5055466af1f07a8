// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// The body of a response that is written while it is sent, with back-pressure.
///
/// Any task may write; writes are sent in the order in which they were called. Each write leaves at once, as one chunk
/// or more. The server's thread reads; it never waits: when there is nothing to send it parks the connection, and the
/// next write wakes it.
package final class HTTPResponseStream: Sendable {
    /// A write that waits for room.
    private struct Waiter {
        let id: UInt64
        let bytes: [UInt8]
        let continuation: CheckedContinuation<HTTPStreamClosed?, Never>
    }

    private struct State {
        var chunks: [[UInt8]] = []
        /// Bytes of the first chunk that were read.
        var offset = 0
        var buffered = 0
        var waiters: [Waiter] = []
        var nextWaiter: UInt64 = 0
        var isFinished = false
        var closed: HTTPStreamClosed.Reason?
        var isAttached = false
        /// Wakes the parked connection; present exactly while it is parked, so each park is answered by one wake.
        var wake: (@Sendable () -> Void)?
    }

    /// What the server's thread gets.
    enum Piece: Equatable {
        case bytes(Int)
        case parked
        case end
        case broken
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// Makes a stream that buffers `capacity` bytes before a write waits.
    package init(capacity: Int = 256 * 1024) {
        self.capacity = max(1, capacity)
    }

    /// Sends bytes; returns when they are buffered, which takes until the client has read enough of the earlier ones.
    ///
    /// A single write larger than the capacity waits for an empty buffer and is then taken whole. Throws when the
    /// client left, the server stops, the stream was finished, or the writing task is cancelled while it waits.
    package func write(_ bytes: [UInt8]) async throws(HTTPStreamClosed) {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let failure = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.admit(Waiter(id: id, bytes: bytes, continuation: continuation))
            }
        } onCancel: {
            self.cancelWrite(id)
        }
        if let failure { throw failure }
    }

    /// Ends the body after everything that was written.
    ///
    /// Further writes throw; calling it again does nothing.
    package func finish() {
        let wake = state.withLock { state in
            state.isFinished = true
            return state.wake.take()
        }
        wake?()
    }

    /// Whether a write would throw now.
    package var isClosed: Bool {
        state.withLock { $0.closed != nil || $0.isFinished }
    }

    // MARK: - For the server

    /// How many writes wait for room.
    var waitingWrites: Int { state.withLock { $0.waiters.count } }

    /// Claims the stream for one response; false when another one has it.
    func attach() -> Bool {
        state.withLock { state in
            defer { state.isAttached = true }
            return !state.isAttached
        }
    }

    /// Ends the stream from the reader's side: buffered bytes are dropped and all writers throw.
    func close(_ reason: HTTPStreamClosed.Reason) {
        let (waiters, wake) = state.withLock { state in
            // The reason given first is the true one.
            if state.closed == nil { state.closed = reason }
            state.chunks = []
            state.offset = 0
            state.buffered = 0
            defer { state.waiters = [] }
            return (state.waiters, state.wake.take())
        }
        for waiter in waiters { waiter.continuation.resume(returning: HTTPStreamClosed(reason: reason)) }
        wake?()
    }

    /// Copies what fits into `buffer`.
    ///
    /// With nothing to copy it calls `park`, under the lock, so that no wake can get lost or come twice, and keeps
    /// `wake` for the next write.
    func read(
        into buffer: UnsafeMutableRawBufferPointer, park: () -> Void, wake: @escaping @Sendable () -> Void
    ) -> Piece {
        let (piece, admitted) = state.withLock { state -> (Piece, [Waiter]) in
            if state.closed != nil { return (.broken, []) }
            guard state.buffered > 0 else {
                if state.isFinished { return (.end, []) }
                park()
                state.wake = wake
                return (.parked, [])
            }
            let count = Self.take(from: &state, into: buffer)
            return (.bytes(count), admitWaiters(&state))
        }
        for waiter in admitted { waiter.continuation.resume(returning: nil) }
        return piece
    }

    // MARK: - Inside

    private func admit(_ waiter: Waiter) {
        enum Outcome {
            case taken(wake: (@Sendable () -> Void)?)
            case refused(HTTPStreamClosed)
            case waits
        }
        let outcome = state.withLock { state -> Outcome in
            if let reason = state.closed { return .refused(HTTPStreamClosed(reason: reason)) }
            if state.isFinished { return .refused(HTTPStreamClosed(reason: .finished)) }
            if state.waiters.isEmpty, hasRoom(state, for: waiter.bytes) {
                Self.put(waiter.bytes, into: &state)
                return .taken(wake: waiter.bytes.isEmpty ? nil : state.wake.take())
            }
            // The flag is set before the cancellation handler runs, and that takes this lock: none gets between.
            if Task.isCancelled { return .refused(HTTPStreamClosed(reason: .cancelled)) }
            state.waiters.append(waiter)
            return .waits
        }
        switch outcome {
        case .taken(let wake):
            wake?()
            waiter.continuation.resume(returning: nil)
        case .refused(let error): waiter.continuation.resume(returning: error)
        case .waits: break
        }
    }

    private func cancelWrite(_ id: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiters.remove(at: index)
        }
        waiter?.continuation.resume(returning: HTTPStreamClosed(reason: .cancelled))
    }

    private func hasRoom(_ state: borrowing State, for bytes: [UInt8]) -> Bool {
        state.buffered == 0 || state.buffered + bytes.count <= capacity
    }

    private func admitWaiters(_ state: inout State) -> [Waiter] {
        var admitted: [Waiter] = []
        while let first = state.waiters.first, hasRoom(state, for: first.bytes) {
            Self.put(first.bytes, into: &state)
            admitted.append(state.waiters.removeFirst())
        }
        return admitted
    }

    private static func put(_ bytes: [UInt8], into state: inout State) {
        guard !bytes.isEmpty else { return }
        state.chunks.append(bytes)
        state.buffered += bytes.count
    }

    private static func take(from state: inout State, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        var used = 0
        while used < state.chunks.count, filled < buffer.count {
            let chunk = state.chunks[used]
            let count = min(chunk.count - state.offset, buffer.count - filled)
            chunk.withUnsafeBytes { source in
                let piece = UnsafeRawBufferPointer(rebasing: source[state.offset..<state.offset + count])
                UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(from: piece)
            }
            filled += count
            state.offset += count
            if state.offset == chunk.count {
                state.offset = 0
                used += 1
            }
        }
        state.chunks.removeFirst(used)
        state.buffered -= filled
        return filled
    }
}
