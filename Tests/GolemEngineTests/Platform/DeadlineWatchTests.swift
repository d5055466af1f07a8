// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Synchronization
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct DeadlineWatchTests {
    /// Runs `body` beside a running watch of ten seconds.
    private func withWatch(_ body: @Sendable @escaping (DeadlineWatch, ManualTime) async -> Void) async {
        let time = ManualTime()
        let watch = DeadlineWatch(limit: .seconds(10), time: time)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await watch.run() }
            await body(watch, time)
            group.cancelAll()
        }
    }

    @Test func `An action is called once when its time has come, and not before`() async {
        let calls = Mutex(0)
        await withWatch { watch, time in
            _ = watch.add {
                calls.withLock { $0 += 1 }
                return nil
            }
            #expect(await eventually { time.sleeperCount == 1 })
            await time.advance(by: .milliseconds(9_900))
            #expect(calls.withLock { $0 } == 0)
            await time.advance(by: .milliseconds(200))
            #expect(await eventually { calls.withLock { $0 } == 1 })
            await time.advance(by: .seconds(60))
            #expect(calls.withLock { $0 } == 1)
        }
    }

    @Test func `A removed deadline is not called, and thousands need one timer`() async {
        let calls = Mutex<[Int]>([])
        await withWatch { watch, time in
            let ids = (0..<5_000).map { number in
                watch.add {
                    calls.withLock { $0.append(number) }
                    return nil
                }
            }
            #expect(await eventually { time.sleeperCount == 1 })
            for (number, id) in ids.enumerated() where number != 4_321 { watch.remove(id) }
            await time.advance(by: .seconds(11))
            #expect(await eventually { calls.withLock { $0 } == [4_321] })
            #expect(time.sleeperCount == 0)
        }
    }

    @Test func `An action may ask for more time, and the watch works again after it had nothing to do`() async {
        let calls = Mutex<[Int64]>([])
        await withWatch { watch, time in
            for round in 1...2 as ClosedRange<Int64> {
                let began = time.monotonicMicroseconds()
                _ = watch.add {
                    let now = time.monotonicMicroseconds() - began
                    calls.withLock { $0.append(now) }
                    return now < 15_000_000 ? .seconds(5) : nil
                }
                #expect(await eventually { time.sleeperCount == 1 })
                await time.advance(by: .seconds(11))
                #expect(await eventually { time.sleeperCount == 1 })
                await time.advance(by: .seconds(10))
                #expect(await eventually { calls.withLock { $0.count } == Int(round) * 2 })
            }
        }
        let late = calls.withLock { $0 }
        #expect(late.allSatisfy { $0 >= 10_000_000 })
    }
}
