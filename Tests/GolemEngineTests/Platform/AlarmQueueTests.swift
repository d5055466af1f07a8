// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Synchronization
import Testing

@testable import GolemEngine

@Suite struct AlarmQueueTests {
    private final class Calls: Sendable {
        let numbers = Mutex<[Int]>([])

        func note(_ number: Int) { numbers.withLock { $0.append(number) } }
        var all: [Int] { numbers.withLock { $0 } }
    }

    @Test func `Alarms are called in the order of their times, and those that were cancelled not at all`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20 {
            let queue = AlarmQueue()
            let calls = Calls()
            // Each a second after the one before, so that the number is the order however slow this is.
            let numbers = Array(0..<200).shuffled(using: &random)
            let entries = numbers.map { number in
                (number, queue.add(.seconds(number)) { calls.note(number) }.entry)
            }
            let cancelled = Set(entries.shuffled(using: &random).prefix(70).map(\.0))
            for (number, entry) in entries where cancelled.contains(number) { queue.cancel(entry) }
            #expect(queue.count == 130)
            queue.callDue(at: AlarmQueue.now() + 300_000_000_000)
            #expect(calls.all == (0..<200).filter { !cancelled.contains($0) })
            #expect(queue.count == 0)
            // Cancelling what is over harms nothing.
            for (_, entry) in entries { queue.cancel(entry) }
        }
    }

    @Test func `The thread is woken only for what comes before its time`() {
        let queue = AlarmQueue()
        #expect(queue.timeoutBeforeSleep() == -1)
        #expect(queue.add(.seconds(50)) {}.wakes)
        let timeout = queue.timeoutBeforeSleep()
        #expect(timeout > 40_000 && timeout <= 50_000)
        #expect(!queue.add(.seconds(600)) {}.wakes)
        let first = queue.add(.seconds(10)) {}
        #expect(first.wakes)
        queue.callDue()
        #expect(!queue.add(.seconds(1)) {}.wakes, "it looks by itself before it sleeps")
    }

    @Test func `An alarm of the machine's clock is called, and one that was cancelled is not`() async throws {
        let time = SystemTime()
        let calls = Calls()
        time.alarm(after: .milliseconds(200)) { calls.note(1) }.cancel()
        _ = time.alarm(after: .milliseconds(250)) { calls.note(2) }
        #expect(await eventually { calls.all == [2] })
        let inTime = try await time.withDeadline(.milliseconds(1)) { await Latch().wait() }
        #expect(inTime == nil)
    }
}
