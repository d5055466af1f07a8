// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Testing

@testable import GolemEngine

/// Deadlines of requests, and what may wait for whom.
struct MCPDeadlinesTests {
    /// Runs the timer while `body` moves the clock.
    private func withTimer(_ body: (MCPDeadlines, ManualTime, TextList) async -> Void) async {
        let time = ManualTime()
        let deadlines = MCPDeadlines(time: time)
        let fired = TextList()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await deadlines.run() }
            await body(deadlines, time, fired)
            group.cancelAll()
        }
    }

    @Test func `Deadlines come in their order, also when a later one was set first`() async {
        await withTimer { deadlines, time, fired in
            _ = deadlines.add(.seconds(60)) { fired.add("late") }
            #expect(await time.waitForSleepers(1))
            _ = deadlines.add(.seconds(5)) { fired.add("early") }
            let removed = deadlines.add(.seconds(1)) { fired.add("removed") }
            deadlines.remove(removed)
            #expect(
                await eventually {
                    await time.advance(by: .milliseconds(500))
                    return fired.all == ["early"]
                })
            #expect(time.monotonicMicroseconds() >= 5_000_000)
            #expect(
                await eventually {
                    await time.advance(by: .seconds(5))
                    return fired.all == ["early", "late"]
                })
        }
    }

    @Test func `Time in which a person is asked does not count`() async {
        await withTimer { deadlines, time, fired in
            _ = deadlines.add(.seconds(10)) { fired.add("due") }
            await time.advance(by: .seconds(9))
            deadlines.hold()
            deadlines.hold()
            await time.advance(by: .seconds(600))
            deadlines.release()
            await time.advance(by: .seconds(600))
            deadlines.release()
            #expect(await time.waitForSleepers(1))
            await time.advance(by: .milliseconds(900))
            #expect(fired.all == [])
            // The timer may have gone to sleep only now, for a time that it took before.
            let isFired = await eventually {
                await time.advance(by: .milliseconds(200))
                return fired.all == ["due"]
            }
            #expect(isFired)
        }
    }

    @Test func `A deadline is put off by signs of life, up to its ceiling`() async {
        await withTimer { deadlines, time, fired in
            let id = deadlines.add(.seconds(10), ceiling: .seconds(25)) { fired.add("due") }
            #expect(await time.waitForSleepers(1))
            for _ in 0..<2 {
                await time.advance(by: .seconds(9))
                deadlines.putOff(id)
            }
            // At 18 s: ten more would be 28, the ceiling is 25.
            await time.advance(by: .milliseconds(6_900))
            #expect(fired.all == [])
            deadlines.putOff(id)
            #expect(
                await eventually {
                    await time.advance(by: .milliseconds(50))
                    return fired.all == ["due"]
                })
            // The timer may sleep a little long; without the ceiling it would be 34.9 s.
            #expect(time.monotonicMicroseconds() < 34_000_000)
        }
    }

    @Test func `People who are asked again and again hold up a request no longer than the limit`() async {
        let time = ManualTime()
        let deadlines = MCPDeadlines(time: time, holdLimit: .seconds(100))
        let fired = TextList()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await deadlines.run() }
            _ = deadlines.add(.seconds(10)) { fired.add("due") }
            deadlines.hold()
            await time.advance(by: .seconds(60))
            deadlines.release()
            // One that began during a hold has its whole time behind it.
            deadlines.hold()
            await time.advance(by: .seconds(20))
            _ = deadlines.add(.seconds(10)) { fired.add("second") }
            #expect(fired.all == [])
            #expect(
                await eventually {
                    await time.advance(by: .seconds(1))
                    return fired.all == ["due"]
                })
            let at = time.monotonicMicroseconds()
            #expect((110_000_000...130_000_000).contains(at), "\(at)")
            deadlines.release()
            #expect(
                await eventually {
                    await time.advance(by: .seconds(1))
                    return fired.all == ["due", "second"]
                })
            #expect(time.monotonicMicroseconds() < at + 40_000_000)
            group.cancelAll()
        }
    }

    @Test func `The clock of a call stands still while a person is asked, and begins anew at signs of life`() async {
        let time = ManualTime()
        let clock = CallClock(time: time)
        func left(_ ceiling: Duration? = nil) -> Duration { clock.left(of: .seconds(60), ceiling: ceiling) }
        await time.advance(by: .seconds(20))
        #expect(left() == .seconds(40))
        clock.pause()
        clock.pause()
        await time.advance(by: .seconds(500))
        clock.resume()
        #expect(left() == .seconds(40))
        clock.resume()
        await time.advance(by: .seconds(30))
        #expect(left() == .seconds(10))
        clock.noteSign()
        #expect(left() == .seconds(10), "without a ceiling signs of life change nothing")
        #expect(left(.seconds(600)) == .seconds(60))
        clock.pause()
        await time.advance(by: CallClock.pauseLimit)
        #expect(left() < .zero, "nobody is asked for ever")
    }

    @Test
    func `Notices are bounded: changes are kept once, lines of the log are dropped and counted`()
        async
    {
        let queue = MCPNoticeQueue(limit: 2)
        for number in 0..<5 { queue.add(.log(level: "info", text: "\(number)")) }
        for _ in 0..<3 { queue.add(.toolsChanged) }
        let end = MCPError("closed", "over")
        queue.add(.closed(end))
        queue.add(.promptsChanged)
        var notices: [MCPNotice] = []
        for await notice in queue.stream { notices.append(notice) }
        #expect(
            notices == [
                .toolsChanged, .log(level: "info", text: "0"), .log(level: "info", text: "1"),
                .log(level: "warning", text: "3 lines of the server's log were dropped"), .closed(end),
            ])
    }

    @Test(arguments: [1, 2, 3, 7, 64]) func `Lines are the same however the bytes are cut`(size: Int) {
        let text = Array("a\nbb\r\n\nccc\nwithout end".utf8)
        var splitter = LineSplitter(limit: 100, excess: .skipped)
        var lines: [String] = []
        for start in stride(from: 0, to: text.count, by: size) {
            Array(text[start..<min(start + size, text.count)]).withUnsafeBufferPointer {
                splitter.feed($0) { lines.append(String(decoding: $0, as: UTF8.self)) }
            }
        }
        splitter.finish { lines.append(String(decoding: $0, as: UTF8.self)) }
        #expect(lines == ["a", "bb", "", "ccc", "without end"])
    }

    @Test(arguments: [1, 3, 64]) func `A line that is too long is left out or cut, and the next one is read`(size: Int)
    {
        let text = Array("12345678\nok\n\n1234\n".utf8)
        for excess in [LineSplitter.Excess.skipped, .cut] {
            var splitter = LineSplitter(limit: 4, excess: excess)
            var lines: [String] = []
            var skipped: [[String]] = []
            for start in stride(from: 0, to: text.count, by: size) {
                Array(text[start..<min(start + size, text.count)]).withUnsafeBufferPointer { bytes in
                    splitter.feed(
                        bytes,
                        skipped: { head, tail in
                            skipped.append([head, tail].map { String(decoding: $0, as: UTF8.self) })
                        }
                    ) { lines.append(String(decoding: $0, as: UTF8.self)) }
                }
            }
            #expect(lines == (excess == .cut ? ["1234"] : []) + ["ok", "", "1234"])
            #expect(skipped == (excess == .cut ? [] : [["1234", "12345678"]]))
        }
    }

    @Test(arguments: [
        (#"{"jsonrpc":"2.0","id":7,"result":{"id":9,"text":"xxx"#, #"xxx"}}"#, Int64?.some(7), true),
        (#"{ "id" : "7" , "result":{"#, #"}}"#, 7, true),
        (#"{"jsonrpc":"2.0","result":{"content":[{"id":1,"text":"\"id\":2"#, #"xxx"}]},"id":7}"#, 7, true),
        (#"{"result":{"a":"#, #"xxx"},"id":"7","jsonrpc":"2.0"}"#, 7, true),
        (#"{"result":{"a":"#, #"xxx","id":5}}"#, nil, true),
        (#"{"result":{"a":"#, #"x,\"id\":5}"#, nil, true),
        (#"{"jsonrpc":"2.0","method":"notifications/message","params":{"#, #"},"id":5}"#, nil, false),
        (#"{"jsonrpc":"2.0","id":12"#, "345", nil, true),
    ])
    func `F31 of a message that is too large the id is found at its beginning or its end`(
        head: String, tail: String, id: Int64?, isAnswer: Bool
    ) {
        let message = MCPOversized(head: Array(head.utf8), tail: Array(tail.utf8))
        #expect(message.id == id)
        #expect(message.isAnswer == isAnswer)
    }

    @Test func `A deadline that begins while time stands moves by the rest of the hold alone`() async {
        let time = ManualTime()
        let deadlines = MCPDeadlines(time: time)
        let fired = Latch()
        let task = Task { await deadlines.run() }
        deadlines.hold()
        await time.advance(by: .seconds(100))
        _ = deadlines.add(.seconds(10)) { fired.open() }
        await time.advance(by: .seconds(5))
        deadlines.release()
        await time.advance(by: .seconds(9))
        #expect(!fired.isOpen)
        #expect(
            await eventually {
                await time.advance(by: .milliseconds(100))
                return fired.isOpen
            })
        #expect(time.monotonicMicroseconds() < 120_000_000)
        task.cancel()
    }
}
