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
            await time.advance(by: .seconds(60))
            #expect(await eventually { fired.all == ["early", "late"] })
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
            await time.advance(by: .milliseconds(200))
            #expect(await eventually { fired.all == ["due"] })
        }
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
        var splitter = LineSplitter(limit: 100, excess: .refused)
        var lines: [String] = []
        for start in stride(from: 0, to: text.count, by: size) {
            let isFine = Array(text[start..<min(start + size, text.count)]).withUnsafeBufferPointer {
                splitter.feed($0) { lines.append(String(decoding: $0, as: UTF8.self)) }
            }
            #expect(isFine)
        }
        splitter.finish { lines.append(String(decoding: $0, as: UTF8.self)) }
        #expect(lines == ["a", "bb", "", "ccc", "without end"])
    }

    @Test(arguments: [1, 3, 64]) func `A line that is too long is refused or cut`(size: Int) {
        let text = Array("12345678\nok\n".utf8)
        for excess in [LineSplitter.Excess.refused, .cut] {
            var splitter = LineSplitter(limit: 4, excess: excess)
            var lines: [String] = []
            var isFine = true
            for start in stride(from: 0, to: text.count, by: size) where isFine {
                isFine = Array(text[start..<min(start + size, text.count)]).withUnsafeBufferPointer {
                    splitter.feed($0) { lines.append(String(decoding: $0, as: UTF8.self)) }
                }
            }
            #expect(isFine == (excess == .cut))
            #expect(lines == (excess == .cut ? ["1234", "ok"] : []))
        }
    }
}
