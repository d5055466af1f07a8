// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// What the client's thread and the task that waits for an answer share.
///
/// The thread puts in head, chunks and outcome and never waits; the task takes them out. The thread wakes the task in a
/// step of its own (`wakeReader`), so that head, body and end of a short answer cost one wake-up.
final class HTTPClientExchange: Sendable {
    /// The head of the final answer.
    struct Head: Sendable {
        var status: Int
        var headers: [HTTPClientHeader]
        var effectiveURL: String
    }

    /// What became of a chunk.
    enum Acceptance {
        case taken
        case paused
        case refused
    }

    private struct State {
        var head: Head?
        var pending: [UInt8] = []
        var isPaused = false
        var outcome: Result<Void, HTTPClientError>?
        var waiter: CheckedContinuation<Bool, Never>?
    }

    /// Above so many unread bytes the transfer pauses.
    static let highWater = 256 * 1024

    let id: UInt64
    private let mailbox: CurlMailbox
    private let state = Mutex(State())

    init(id: UInt64, mailbox: CurlMailbox) {
        self.id = id
        self.mailbox = mailbox
    }

    /// Whether it has ended, also when nobody has sent it yet.
    var isOver: Bool { state.withLock { $0.outcome != nil } }
    var bufferedCount: Int { state.withLock { $0.pending.count } }
    var isPaused: Bool { state.withLock { $0.isPaused } }

    // MARK: the client's thread

    func deliver(_ head: Head) { state.withLock { $0.head = head } }

    func append(_ bytes: UnsafeRawBufferPointer) -> Acceptance {
        state.withLock { state in
            guard state.outcome == nil else { return .refused }
            guard state.pending.count < HTTPClientExchange.highWater else {
                state.isPaused = true
                return .paused
            }
            state.pending.append(contentsOf: bytes)
            return .taken
        }
    }

    /// Records the end; the first one counts.
    func finish(_ outcome: Result<Void, HTTPClientError>) {
        state.withLock { state in if state.outcome == nil { state.outcome = outcome } }
    }

    func wakeReader() {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: true)
    }

    // MARK: the reading task

    func waitForHead() async throws(HTTPClientError) -> Head {
        while true {
            let ready = state.withLock { state -> Result<Head, HTTPClientError>? in
                if let head = state.head { return .success(head) }
                if case .failure(let error) = state.outcome { return .failure(error) }
                return nil
            }
            if let ready { return try ready.get() }
            try await wait { $0.head == nil && $0.outcome == nil }
        }
    }

    func nextChunk() async throws(HTTPClientError) -> [UInt8]? {
        while true {
            var resume = false
            let ready = state.withLock { state -> Result<[UInt8]?, HTTPClientError>? in
                if case .failure(let error) = state.outcome, error.code == .cancelled { return .failure(error) }
                if !state.pending.isEmpty {
                    let chunk = state.pending
                    state.pending = []
                    resume = state.isPaused
                    state.isPaused = false
                    return .success(chunk)
                }
                return state.outcome.map { $0.map { nil } }
            }
            if resume { mailbox.post(.resume(id)) }
            if let ready { return try ready.get() }
            try await wait { $0.pending.isEmpty && $0.outcome == nil }
        }
    }

    /// Ends the exchange at once and lets the thread drop the transfer.
    func cancel() {
        let cancelled = state.withLock { state -> Bool in
            guard state.outcome == nil else { return false }
            state.outcome = .failure(
                HTTPClientError(
                    .cancelled, "the request was cancelled", isRetryable: false, requestMayHaveBeenSent: true))
            state.pending = []
            return true
        }
        guard cancelled else { return }
        mailbox.post(.cancel(id))
        wakeReader()
    }

    func noteProgress() { mailbox.post(.progress(id)) }

    /// Ends the exchange as complete and lets the thread swallow what still comes.
    func drain() {
        let drains = state.withLock { state -> Bool in
            guard state.outcome == nil else { return false }
            state.outcome = .success(())
            state.pending = []
            return true
        }
        guard drains else { return }
        mailbox.post(.drain(id))
        wakeReader()
    }

    /// Suspends until the next `wakeReader`, unless something has already come.
    private func wait(while isEmpty: (borrowing State) -> Bool) async throws(HTTPClientError) {
        let isAlone = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
                let answer = state.withLock { state -> Bool? in
                    if state.waiter != nil { return false }
                    guard isEmpty(state) else { return true }
                    state.waiter = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            cancel()
        }
        guard isAlone else {
            throw HTTPClientError(
                .misuse, "the body is already being read", isRetryable: false, requestMayHaveBeenSent: true)
        }
    }
}
