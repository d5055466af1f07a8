// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import Synchronization

/// Waits for descriptors and times on one epoll thread, so that no task blocks a thread of the pool.
///
/// Every wait is one-shot: a descriptor without a waiter is disarmed, so a peer that hung up costs nothing until
/// somebody asks again. One task may wait for each direction of a descriptor.
///
/// Closing rule: call `forget` before `close`, never after. The number of a closed descriptor is given to the next
/// one that opens, and a registration left behind would wake the wrong task. `AsyncDescriptor` keeps this rule.
package final class Reactor: Sendable {
    /// The reactor of the process; its thread starts at first use and lives as long as the process.
    package static let shared = Reactor()

    /// One registered descriptor.
    ///
    /// Tokens are never used twice, descriptor numbers are.
    typealias Token = UInt64

    enum Direction { case read, write }

    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Entry {
        let descriptor: Int32
        var isAdded = false
        var reader: Waiter?
        var writer: Waiter?

        /// The epoll interest; 0 when nobody waits.
        var events: UInt32 {
            let read = reader == nil ? 0 : EPOLLIN.rawValue | EPOLLRDHUP.rawValue
            let write = writer == nil ? 0 : EPOLLOUT.rawValue
            return UInt32(read | write)
        }
    }

    private struct State {
        var nextNumber: UInt64 = 1
        var entries: [Token: Entry] = [:]
        /// Tokens of descriptors that came in by number through `readable` and `writable`.
        var tokens: [Int32: Token] = [:]
    }

    private let epoll: Int32
    /// Written to when the thread must look at the alarms again; its token is 0.
    private let wakeDescriptor: Int32
    private let failure: SystemError?
    private let state = Mutex(State())
    fileprivate let alarms = AlarmQueue()

    private init() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        var failure = epoll < 0 || wakeDescriptor < 0 ? SystemError.current("epoll_create1") : nil
        if failure == nil {
            var event = epoll_event()
            event.events = EPOLLIN.rawValue | EPOLLET.rawValue
            epoll_ctl(epoll, EPOLL_CTL_ADD, wakeDescriptor, &event)
            let result = Self.startThread(epoll)
            if result != 0 { failure = SystemError(call: "pthread_create", errno: result) }
        }
        self.failure = failure
    }

    /// Has `action` called on the reactor's thread after a time; it must be quick.
    func setAlarm(after delay: Duration, _ action: @escaping @Sendable () -> Void) -> AlarmQueue.Entry {
        let (entry, wakes) = alarms.add(delay, action)
        if wakes {
            var one: UInt64 = 1
            _ = write(wakeDescriptor, &one, MemoryLayout<UInt64>.size)
        }
        return entry
    }

    /// Forgets an alarm.
    func cancelAlarm(_ entry: AlarmQueue.Entry) { alarms.cancel(entry) }

    /// Starts the thread with all signals blocked: signals belong to the thread that reads them.
    private static func startThread(_ epoll: Int32) -> Int32 {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil, reactorThreadMain, UnsafeMutableRawPointer(bitPattern: Int(epoll) + 1))
        if result == 0 { pthread_detach(thread) }
        return result
    }

    /// Waits until the descriptor can be read, is at end of file or has an error.
    ///
    /// Throws `CancellationError` when the task is cancelled, `ReactorError` when the descriptor is forgotten meanwhile.
    package func readable(_ descriptor: Int32) async throws {
        try await wait(token(for: descriptor), .read)
    }

    /// Waits until the descriptor can be written or has an error.
    ///
    /// Throws like `readable`.
    package func writable(_ descriptor: Int32) async throws {
        try await wait(token(for: descriptor), .write)
    }

    /// Ends every wait for the descriptor with `reactor.closed`.
    ///
    /// To be called before it is closed.
    package func forget(_ descriptor: Int32) {
        guard let token = state.withLock({ $0.tokens.removeValue(forKey: descriptor) }) else { return }
        forget(token: token)
    }

    /// Takes in a descriptor; `forget(token:)` must come before it is closed.
    func adopt(_ descriptor: Int32) -> Token {
        state.withLock { state in
            let token = state.nextNumber
            state.nextNumber += 1
            state.entries[token] = Entry(descriptor: descriptor)
            return token
        }
    }

    func forget(token: Token) {
        let entry = state.withLock { state -> Entry? in
            guard let entry = state.entries.removeValue(forKey: token) else { return nil }
            if entry.isAdded { epoll_ctl(epoll, EPOLL_CTL_DEL, entry.descriptor, nil) }
            return entry
        }
        entry?.reader?.continuation.resume(throwing: ReactorError.closed)
        entry?.writer?.continuation.resume(throwing: ReactorError.closed)
    }

    /// Wakes the waiters of a descriptor as if it had become ready.
    func wake(token: Token) {
        ready(token, events: ~0)
    }

    /// Waits for one direction.
    ///
    /// With `isCancellable` false the wait ignores the cancellation of the task: for
    /// whoever must see the end of a thing that ends by itself.
    func wait(_ token: Token, _ direction: Direction, isCancellable: Bool = true) async throws {
        if let failure { throw ReactorError.unavailable(failure) }
        let id = state.withLock { state -> UInt64 in
            state.nextNumber += 1
            return state.nextNumber - 1
        }
        guard isCancellable else {
            return try await withCheckedThrowingContinuation {
                add(Waiter(id: id, continuation: $0), to: token, direction)
            }
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                add(Waiter(id: id, continuation: continuation), to: token, direction)
                // A cancellation before the line above found nothing to cancel.
                if Task.isCancelled { cancel(token, id) }
            }
        } onCancel: {
            cancel(token, id)
        }
    }

    private func token(for descriptor: Int32) -> Token {
        if let token = state.withLock({ $0.tokens[descriptor] }) { return token }
        let token = adopt(descriptor)
        let winner = state.withLock { state -> Token in
            if let other = state.tokens[descriptor] {
                state.entries[token] = nil
                return other
            }
            state.tokens[descriptor] = token
            return token
        }
        return winner
    }

    private func add(_ waiter: Waiter, to token: Token, _ direction: Direction) {
        let failure = state.withLock { state -> (any Error)? in
            guard var entry = state.entries[token] else { return ReactorError.closed }
            switch direction {
            case .read:
                guard entry.reader == nil else { return ReactorError.busy }
                entry.reader = waiter
            case .write:
                guard entry.writer == nil else { return ReactorError.busy }
                entry.writer = waiter
            }
            if let error = arm(&entry, token) { return error }
            state.entries[token] = entry
            return nil
        }
        if let failure { waiter.continuation.resume(throwing: failure) }
    }

    private func cancel(_ token: Token, _ id: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard var entry = state.entries[token] else { return nil }
            var found: Waiter?
            if entry.reader?.id == id {
                found = entry.reader
                entry.reader = nil
            } else if entry.writer?.id == id {
                found = entry.writer
                entry.writer = nil
            }
            guard found != nil else { return nil }
            _ = arm(&entry, token)
            state.entries[token] = entry
            return found
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }

    /// Tells epoll what is waited for now.
    ///
    /// Returns why it cannot.
    private func arm(_ entry: inout Entry, _ token: Token) -> SystemError? {
        var event = epoll_event()
        event.events = entry.events | EPOLLONESHOT.rawValue
        event.data.u64 = token
        if epoll_ctl(epoll, entry.isAdded ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, entry.descriptor, &event) == 0 {
            entry.isAdded = true
            return nil
        }
        return SystemError.current("epoll_ctl")
    }

    /// Resumes whoever waits for what has happened.
    ///
    /// Called on the reactor's thread.
    fileprivate func ready(_ token: Token, events: UInt32) {
        let ended = EPOLLERR.rawValue | EPOLLHUP.rawValue
        let canRead = events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue | ended) != 0
        let canWrite = events & (EPOLLOUT.rawValue | ended) != 0
        let waiters = state.withLock { state -> (Waiter?, Waiter?) in
            guard var entry = state.entries[token] else { return (nil, nil) }
            let result = (canRead ? entry.reader : nil, canWrite ? entry.writer : nil)
            if canRead { entry.reader = nil }
            if canWrite { entry.writer = nil }
            // One-shot: the descriptor is disarmed now. Arm it again only for a waiter of the other direction.
            if entry.events != 0 { _ = arm(&entry, token) }
            state.entries[token] = entry
            return result
        }
        waiters.0?.continuation.resume()
        waiters.1?.continuation.resume()
    }
}

/// The body of the reactor's thread.
///
/// Top level, so that it belongs to no actor.
private func reactorThreadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    let epoll = Int32(Int(bitPattern: argument) - 1)
    clinux_name_thread("golem-reactor")
    var events = [epoll_event](repeating: epoll_event(), count: 256)
    while true {
        let count = epoll_wait(epoll, &events, Int32(events.count), Reactor.shared.alarms.timeoutBeforeSleep())
        // Only EINTR is possible: the descriptor lives as long as the process.
        if count < 0 && errno != EINTR { return nil }
        // What came first: a deadline that ends together with an answer is none.
        for event in events[..<Int(max(0, count))] where event.data.u64 != 0 {
            Reactor.shared.ready(event.data.u64, events: event.events)
        }
        Reactor.shared.alarms.callDue()
    }
}
