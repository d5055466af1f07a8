// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Synchronization
import Testing

@testable import GolemEngine

struct WorkerThreadTests {
    @Test func `Jobs run in their order, whoever adds them and whether or not they wake the thread`() async {
        let seen = Mutex<[Int]>([])
        let worker = WorkerThread<Int>(name: "test-worker") { jobs in seen.withLock { $0 += jobs } }
        for number in 0..<1_000 { #expect(worker.submit(number, wakes: number % 3 == 0)) }
        worker.stop()
        #expect(seen.withLock { $0 } == Array(0..<1_000))
        #expect(!worker.submit(1_000))
    }

    @Test func `A job that wakes nobody begins when the thread is woken up`() async {
        let seen = Mutex<[Int]>([])
        let batch = Mutex(Latch())
        let worker = WorkerThread<Int>(name: "test-worker") { jobs in
            seen.withLock { $0 += jobs }
            batch.withLock { $0.open() }
        }
        for number in 1...200 {
            // The thread sleeps, or is about to: both must be seen.
            let next = Latch()
            batch.withLock { $0 = next }
            #expect(worker.submit(number, wakes: false))
            worker.wakeUp()
            await next.wait()
        }
        #expect(seen.withLock { $0 } == Array(1...200))
        worker.stop()
    }

    @Test func `Many threads that add jobs lose none`() async {
        let count = Mutex(0)
        let worker = WorkerThread<Int>(name: "test-worker") { jobs in count.withLock { $0 += jobs.count } }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for number in 0..<2_000 {
                        _ = worker.submit(number, wakes: number % 2 == 0)
                        if number % 2 == 1 { worker.wakeUp() }
                    }
                }
            }
        }
        #expect(await eventually { count.withLock { $0 } == 16_000 })
        worker.stop()
    }
}
