// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import Synchronization
import Testing

@testable import GolemEngine

struct EventLoopTests {
    @Test func `Tasks that prefer the loop run on its thread, also after they waited elsewhere`() async {
        let loop = EventLoop(name: "test-loop")
        let thread = OneShot<pthread_t>()
        await loop.run { thread.fulfil(pthread_self()) }
        let expected = thread.current
        let seen = await withTaskExecutorPreference(loop) { () -> [pthread_t] in
            let first = pthread_self()
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                Dispatched.resume(continuation)
            }
            return [first, pthread_self()]
        }
        #expect(seen.allSatisfy { $0 == expected })
        await loop.stop()
    }

    @Test func `Work from many threads is run once each, and none of it sleeps through`() async {
        let loop = EventLoop(name: "test-loop")
        let count = CallCounter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<2_000 { await loop.run { count.add() } } }
            }
        }
        #expect(count.value == 16_000)
        await loop.stop()
    }

    @Test func `A source has its turn after work, at its deadline and when it is poked`() async {
        let loop = EventLoop(name: "test-loop")
        let source = CountingSource()
        await loop.run { loop.add(source) }
        let before = source.turns.withLock { $0 }
        loop.poke()
        while source.turns.withLock({ $0 }) == before { await Task.yield() }
        await loop.run { source.setDeadline(EventLoop.now() + 1_000_000) }
        while source.dueTurns.withLock({ $0 }) == 0 { await Task.yield() }
        await loop.stop()
        #expect(source.hasStopped.withLock { $0 })
    }

    @Test func `What may wait is done after all other work, before the thread sleeps`() async {
        let loop = EventLoop(name: "test-loop")
        func round() async -> [String] {
            let order = Mutex<[String]>([])
            let (isDone, isPutOffDone) = (Latch(), Latch())
            await loop.run {
                loop.beforeWaiting {
                    order.withLock { $0.append("put off") }
                    isPutOffDone.open()
                }
                loop.execute {
                    loop.execute {
                        order.withLock { $0.append("work of work") }
                        isDone.open()
                    }
                }
                order.withLock { $0.append("work") }
            }
            await isDone.wait()
            await isPutOffDone.wait()
            return order.withLock { $0 }
        }
        // A thread that loses its core for a millisecond rightly puts nothing off any longer.
        var seen: [String] = []
        for _ in 0..<20 where seen != ["work", "work of work", "put off"] { seen = await round() }
        #expect(seen == ["work", "work of work", "put off"])
        await loop.stop()
    }

    @Test func `A thread that is always busy does it nevertheless`() async {
        let loop = EventLoop(name: "test-loop")
        let isDone = Latch()
        loop.execute {
            loop.beforeWaiting { isDone.open() }
            Busy.goOn(loop, until: isDone)
        }
        await isDone.wait()
        await loop.stop()
    }

    @Test func `Another thread puts nothing off, also after the loop's end`() async {
        let loop = EventLoop(name: "test-loop")
        let count = CallCounter()
        loop.beforeWaiting { count.add() }
        #expect(count.value == 1)
        await loop.run { loop.beforeWaiting { count.add() } }
        await loop.stop()
        #expect(count.value == 2)
        loop.beforeWaiting { count.add() }
        #expect(count.value == 3)
    }

    @Test(.timeLimit(.minutes(1))) func `A task that outlives the loop goes on elsewhere`() async {
        let loop = EventLoop(name: "test-loop")
        let gate = Latch()
        let task = Task(executorPreference: loop) {
            await gate.wait()
            await Task.yield()
            return 1
        }
        await loop.run {}
        await loop.stop()
        gate.open()
        #expect(await task.value == 1)
    }

    @Test func `Short work stays on the loop and long work leaves it`() async {
        let loop = EventLoop(name: "test-loop")
        let seen = await withTaskExecutorPreference(loop) { () -> [pthread_t] in
            let own = pthread_self()
            let short = await Offload.run(Offload.limit) { pthread_self() }
            let long = await Offload.run(Offload.limit + 1) { pthread_self() }
            return [own, short, long, pthread_self()]
        }
        #expect(seen[0] == seen[1] && seen[0] != seen[2] && seen[0] == seen[3])
        await loop.stop()
    }

    @Test func `After its stop a loop starts nothing any more`() async {
        let loop = EventLoop(name: "test-loop")
        #expect(loop.start())
        await loop.stop()
        await loop.stop()
        #expect(!loop.start())
        let count = CallCounter()
        loop.execute { count.add() }
        #expect(count.value == 0)
    }

    @Test func `A socket that becomes readable wakes its source`() async throws {
        let loop = EventLoop(name: "test-loop")
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        let source = CountingSource()
        let watched = ends[0]
        await loop.run {
            loop.add(source)
            loop.watch(watched, events: EPOLLIN.rawValue, for: source)
        }
        _ = write(ends[1], "x", 1)
        while source.readyDescriptor.withLock({ $0 }) == nil { await Task.yield() }
        #expect(source.readyDescriptor.withLock { $0 } == watched)
        await loop.run { loop.remove(source) }
        await loop.stop()
        #expect(!source.hasStopped.withLock { $0 }, "a source that was removed is not told any more")
    }
}

private final class CallCounter: Sendable {
    private let count = Mutex(0)

    func add() { count.withLock { $0 += 1 } }

    var value: Int { count.withLock { $0 } }
}

/// Work that adds work for as long as a latch is closed.
private enum Busy {
    static func goOn(_ loop: EventLoop, until latch: Latch) {
        guard !latch.isOpen else { return }
        loop.execute { goOn(loop, until: latch) }
    }
}

/// Resumes from a thread that belongs to nobody.
private enum Dispatched {
    static func resume(_ continuation: CheckedContinuation<Void, Never>) {
        let worker = WorkerThread<CheckedContinuation<Void, Never>>(name: "elsewhere") { jobs in
            for job in jobs { job.resume() }
        }
        _ = worker.submit(continuation)
    }
}

/// A source that counts; `deadline` is only touched on the loop's thread.
private final class CountingSource: EventLoopSource, @unchecked Sendable {
    let turns = Mutex(0)
    let dueTurns = Mutex(0)
    let readyDescriptor = Mutex<Int32?>(nil)
    let hasStopped = Mutex(false)
    private(set) var deadline: Int64?

    func setDeadline(_ time: Int64) { deadline = time }

    func ready(_ descriptor: Int32, events: UInt32) {
        var byte: UInt8 = 0
        _ = read(descriptor, &byte, 1)
        readyDescriptor.withLock { $0 = descriptor }
    }

    func turn(now: Int64) {
        turns.withLock { $0 += 1 }
        guard let due = deadline, due <= now else { return }
        deadline = nil
        dueTurns.withLock { $0 += 1 }
    }

    func loopStops() { hasStopped.withLock { $0 = true } }
}
