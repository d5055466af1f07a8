// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import Synchronization

/// A thread that waits with epoll, drives C libraries which want one thread, and runs Swift tasks between.
///
/// As a task executor it makes a request that crosses several libraries cost one thread: what a socket brings, the task
/// that waits for it and what that task sends happen without a wake-up of another thread, each of which costs as much
/// as the work itself. The price: whatever runs here must be quick and must never block; most tools, and whatever
/// computes for long, run on the global executor.
///
/// Guard of the unchecked conformance: `sources`, `bySocket` and what is put off are only touched on the thread; all else
/// is constant, atomic or in `state`.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    private enum Work {
        case job(UnownedJob)
        case call(@Sendable () -> Void)
    }

    private struct State {
        var work: [Work] = []
        var isStarted = false
        var isStopping = false
        /// The thread sleeps, or is about to; whoever changes that writes to the descriptor.
        var isWaiting = false
        /// Sources have something to do although nothing is in `work`.
        var isPoked = false
        var stopWaiters: [CheckedContinuation<Void, Never>] = []
        var isStopped = false
    }

    /// How long work is taken, in nanoseconds, before the sockets are looked at again.
    private static let timeWithoutPoll: Int64 = 200_000
    /// How long a busy thread puts off what is to be done before it waits, in nanoseconds.
    private static let longestPending: Int64 = 1_000_000

    private let name: String
    private let epoll: Int32
    private let wakeDescriptor: Int32
    private let state = Mutex(State())
    private var sources: [any EventLoopSource] = []
    private var bySocket: [Int32: any EventLoopSource] = [:]
    private var beforeNextWait: [@Sendable () -> Void] = []
    /// Since when the first of `beforeNextWait` waits.
    private var pendingSince: Int64 = 0
    /// The thread while it runs.
    private let thread = Atomic<pthread_t>(0)

    /// Makes a loop; its thread starts with the first work.
    package init(name: String) {
        self.name = name
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    }

    deinit {
        if epoll >= 0 { close(epoll) }
        if wakeDescriptor >= 0 { close(wakeDescriptor) }
    }

    /// Whether the system gave the descriptors that the loop needs.
    package var isUsable: Bool { epoll >= 0 && wakeDescriptor >= 0 }

    // MARK: from any thread

    package func enqueue(_ job: consuming ExecutorJob) {
        add(.job(UnownedJob(job)))
    }

    package func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }

    /// Starts the thread now; false when the system refuses.
    package func start() -> Bool {
        let starts = state.withLock { state in
            guard !state.isStopped, isUsable else { return false }
            return !exchange(&state.isStarted, with: true)
        }
        if starts, !startThread() { state.withLock { $0.isStarted = false } }
        return state.withLock { $0.isStarted && !$0.isStopping }
    }

    /// Runs `body` on the thread, soon; after `stop` it is not run.
    package func execute(_ body: @escaping @Sendable () -> Void) {
        add(.call(body))
    }

    /// Runs `body` on the thread and returns when it is done.
    package func run(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            execute {
                body()
                continuation.resume()
            }
        }
    }

    /// Runs `body` when the thread has nothing else to do at the moment, after a millisecond of work at the latest; at
    /// once where the caller is another thread.
    ///
    /// For what nobody waits for, such as waking a thread up, which takes longer than most work between two waits.
    package func beforeWaiting(_ body: @escaping @Sendable () -> Void) {
        guard thread.load(ordering: .relaxed) == pthread_self() else { return body() }
        if beforeNextWait.isEmpty { pendingSince = Self.now() }
        beforeNextWait.append(body)
    }

    /// Makes the thread call `turn` of all sources soon.
    package func poke() {
        let wakes = state.withLock { state -> Bool in
            state.isPoked = true
            return exchange(&state.isWaiting, with: false)
        }
        if wakes { wake() }
    }

    /// Ends the thread after the work that is there; returns when it has ended.
    ///
    /// Sources are told with `loopStops`. Tasks that still prefer this executor go on on the global one.
    package func stop() async {
        await withCheckedContinuation { continuation in
            let (isOver, wakes) = state.withLock { state -> (Bool, Bool) in
                if state.isStopped || !state.isStarted {
                    state.isStopped = true
                    state.isStopping = true
                    return (true, false)
                }
                state.isStopping = true
                state.stopWaiters.append(continuation)
                return (false, exchange(&state.isWaiting, with: false))
            }
            if isOver { continuation.resume() }
            if wakes { wake() }
        }
    }

    /// Ends the thread without waiting for it.
    package func requestStop() {
        let wakes = state.withLock { state -> Bool in
            state.isStopping = true
            return exchange(&state.isWaiting, with: false)
        }
        if wakes { wake() }
    }

    // MARK: on the thread

    /// Has a source's `turn` called after each round of work.
    package func add(_ source: any EventLoopSource) { sources.append(source) }

    /// Forgets a source and what it watches.
    package func remove(_ source: any EventLoopSource) {
        sources.removeAll { $0 === source }
        for (descriptor, owner) in bySocket where owner === source { unwatch(descriptor) }
    }

    /// Has `source.ready` called when one of `events` (epoll's, level-triggered) holds.
    package func watch(_ descriptor: Int32, events: UInt32, for source: any EventLoopSource) {
        var event = epoll_event()
        event.events = events
        event.data.fd = descriptor
        bySocket[descriptor] = source
        if epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) != 0, errno == ENOENT {
            epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
        }
    }

    /// Watches a descriptor no longer; harmless when it is closed already.
    package func unwatch(_ descriptor: Int32) {
        bySocket[descriptor] = nil
        epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
    }

    /// The body of the thread.
    fileprivate func main() {
        name.withCString { clinux_name_thread($0) }
        thread.store(pthread_self(), ordering: .relaxed)
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.fd = wakeDescriptor
        epoll_ctl(epoll, EPOLL_CTL_ADD, wakeDescriptor, &event)
        var events = [epoll_event](repeating: epoll_event(), count: 256)
        while true {
            var isStopping = false
            let begin = Self.now()
            // Sources and tasks give each other work: rounds of it cost no look at the sockets.
            while true {
                let work: [Work]
                (work, isStopping) = state.withLock { state in
                    state.isPoked = false
                    return (state.work.isEmpty ? [] : exchange(&state.work, with: []), state.isStopping)
                }
                run(work)
                let now = Self.now()
                for source in sources { source.turn(now: now) }
                let isIdle = state.withLock { $0.work.isEmpty && !$0.isPoked }
                if isIdle || now - pendingSince > Self.longestPending { runBeforeWaiting() }
                if isIdle { break }
                isStopping = false
                if now - begin > Self.timeWithoutPoll { break }
            }
            if isStopping { break }
            let timeout = timeoutBeforeWaiting(sources)
            let count = epoll_wait(epoll, &events, Int32(events.count), timeout)
            if timeout != 0 { state.withLock { $0.isWaiting = false } }
            for event in events.prefix(Int(max(count, 0))) {
                if event.data.fd == wakeDescriptor {
                    var value: UInt64 = 0
                    _ = read(wakeDescriptor, &value, MemoryLayout<UInt64>.size)
                } else {
                    bySocket[event.data.fd]?.ready(event.data.fd, events: event.events)
                }
            }
        }
        for source in sources { source.loopStops() }
        thread.store(0, ordering: .relaxed)
        runBeforeWaiting()
        sources = []
        bySocket = [:]
        let (waiters, left) = state.withLock { state in
            state.isStopped = true
            return (exchange(&state.stopWaiters, with: []), exchange(&state.work, with: []))
        }
        for work in left { Self.runElsewhere(work) }
        for waiter in waiters { waiter.resume() }
    }

    private func runBeforeWaiting() {
        guard !beforeNextWait.isEmpty else { return }
        for body in exchange(&beforeNextWait, with: []) { body() }
    }

    private func run(_ work: [Work]) {
        let executor = asUnownedTaskExecutor()
        for item in work {
            switch item {
            case .job(let job): job.runSynchronously(on: executor)
            case .call(let body): body()
            }
        }
    }

    /// Milliseconds that the thread may sleep; says so to the others when it is not 0.
    private func timeoutBeforeWaiting(_ sources: [any EventLoopSource]) -> Int32 {
        var timeout: Int32 = -1
        if let deadline = sources.lazy.compactMap(\.deadline).min() {
            let left = deadline - Self.now()
            timeout = left <= 0 ? 0 : Int32(min((left + 999_999) / 1_000_000, 60_000))
        }
        guard timeout != 0 else { return 0 }
        return state.withLock { state in
            guard state.work.isEmpty, !state.isPoked, !state.isStopping else { return 0 }
            state.isWaiting = true
            return timeout
        }
    }

    // MARK: private

    private func add(_ work: Work) {
        let next = state.withLock { state -> (starts: Bool, wakes: Bool)? in
            guard !state.isStopped else { return nil }
            state.work.append(work)
            return (!exchange(&state.isStarted, with: true), exchange(&state.isWaiting, with: false))
        }
        guard let next else { return Self.runElsewhere(work) }
        if next.starts, !startThread() {
            preconditionFailure("the system has no thread left for \(name); call start() first")
        }
        if next.wakes { wake() }
    }

    /// Tasks that outlive the loop, for example a call that ignores its end, must not hang for ever.
    private static func runElsewhere(_ work: Work) {
        if case .job(let job) = work { globalConcurrentExecutor.enqueue(job) }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeDescriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// Starts the thread with all signals blocked: signals belong to the thread that reads them.
    private func startThread() -> Bool {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        // The thread keeps the loop alive until it ends.
        let context = Unmanaged.passRetained(self)
        var thread = pthread_t()
        guard pthread_create(&thread, nil, eventLoopThread, context.toOpaque()) == 0 else {
            context.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    /// Nanoseconds of the monotonic clock.
    package static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Top level, so that it belongs to no actor.
private func eventLoopThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<EventLoop>.fromOpaque(context).takeRetainedValue().main()
    return nil
}
