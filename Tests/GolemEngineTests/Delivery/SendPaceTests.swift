// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Synchronization
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct SendPaceTests {
    private func message(_ id: Int64, _ text: String, request: String = "r") -> OutboundMessage {
        OutboundMessage(
            id: id, draft: OutboundDraft(channel: "stub", chatID: "1", requestID: request, text: text), attempts: 0,
            nextAttempt: Timestamp(seconds: 0))
    }

    @Test func `Attempts of a channel are spaced, those of others are not held up`() {
        var pace = SendPace(perSecond: 20)
        #expect((0..<4).map { _ in pace.reserve("a", now: 1_000_000) } == [1_000_000, 1_050_000, 1_100_000, 1_150_000])
        #expect(pace.reserve("b", now: 1_000_000) == 1_000_000)
        // Idle time is not saved up.
        #expect((0..<2).map { _ in pace.reserve("a", now: 9_000_000) } == [9_000_000, 9_050_000])
        var free = SendPace(perSecond: 0)
        #expect((0..<3).map { _ in free.reserve("a", now: 5) } == [5, 5, 5])
    }

    @Test(arguments: [1, 3, 7, 20, 999], [4, 11] as [UInt64])
    func `In no second are there more attempts than allowed`(rate: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var pace = SendPace(perSecond: rate)
        var now: Int64 = 0
        var moments: [Int64] = []
        for _ in 0..<500 {
            now += Int64.random(in: 0...(2_000_000 / Int64(rate)), using: &random)
            moments.append(pace.reserve("a", now: now))
        }
        #expect(moments == moments.sorted())
        for (index, moment) in moments.enumerated() where index + rate < moments.count {
            // A thousandth is lost to whole microseconds.
            #expect(moments[index + rate] - moment >= 999_000, "seed \(seed)")
        }
    }

    @Test func `F11 only the very same message is taken for a duplicate, and only in the window`() {
        var sent = SentMessages(window: .seconds(30))
        let first = message(1, "hello")
        sent.note(first, "p1", now: 0)
        #expect(sent.platformID(of: first, now: 29_000_000) == "p1")
        #expect(sent.platformID(of: message(2, "hello"), now: 0) == nil, "the same words again are another message")
        #expect(sent.platformID(of: message(1, "bye"), now: 0) == nil)
        #expect(sent.platformID(of: message(1, "hello", request: "q"), now: 0) == nil)
        #expect(sent.platformID(of: first, now: 31_000_000) == nil)
        var off = SentMessages(window: .zero)
        off.note(first, "p1", now: 0)
        #expect(off.platformID(of: first, now: 0) == nil)
    }

    @Test func `F43 what is remembered is bounded by the window and by a number`() {
        var sent = SentMessages(window: .seconds(30))
        for number in 0..<100_000 {
            sent.note(message(Int64(number), "x"), "p", now: Int64(number) * 10_000)
            #expect(sent.count <= 3_001)
        }
        for number in 0..<40_000 { sent.note(message(Int64(number), "y"), "p", now: 2_000_000_000) }
        #expect(sent.count == SentMessages.limit)
        #expect(sent.platformID(of: message(39_999, "y"), now: 2_000_000_000) == "p")
        #expect(sent.platformID(of: message(0, "y"), now: 2_000_000_000) == nil)
    }

    // MARK: - The outbox

    private let echo = StubProvider { request, _ throws(ProviderError) in ModelResponse(text: "re: \(request.userText)")
    }

    @Test func `A channel sends no faster than its rate, and waits without holding up another one`() async throws {
        let time = ManualTime()
        let moments = Mutex<[Int64]>([])
        let slow = StubChannel(name: "slow") { _, _ throws(DeliveryError) in
            moments.withLock { $0.append(time.monotonicMicroseconds()) }
        }
        let other = StubChannel(name: "other")
        try await EngineHarness.run(
            provider: echo, time: time,
            configure: { options in
                options.channels = [slow, other]
                options.delivery.ratePerSecond = 2
                options.delivery.concurrentSends = 1
            }
        ) { harness in
            for number in 0..<6 { slow.write("\(number)", chat: "\(number % 3)", id: "\(number)") }
            #expect(await eventually { slow.accepted.count == 1 })
            other.write("hi", chat: "1", id: "o")
            #expect(await eventually { other.accepted.count == 1 }, "the only place was held while waiting")
            let queued = await harness.events.waitFor(7) {
                if case .outboundQueued = $0.kind { true } else { false }
            }
            #expect(queued)
            #expect(slow.accepted.count == 1)
            #expect(
                await eventually {
                    await time.advance(by: .milliseconds(100))
                    return slow.accepted.count == 6
                })
            // However late one is, none is early.
            let all = moments.withLock { $0 }
            for (index, moment) in all.enumerated() { #expect(moment - all[0] >= Int64(index) * 500_000) }
        }
    }

    @Test func `A message that is offered twice is sent once`() async throws {
        let channel = StubChannel()
        try await EngineHarness.run(provider: echo, configure: { $0.channels = [channel] }) { harness in
            channel.write("hi", chat: "1", id: "a")
            #expect(await eventually { channel.accepted.count == 1 })
            let draft = try #require(channel.accepted.first)
            #expect(await harness.events.settle(harness.engine.bus))
            let row = try #require(
                harness.events.events.lazy.compactMap { event -> Int64? in
                    if case .outboundQueued(let queued) = event.kind { queued.messageID } else { nil }
                }.first)
            // As after a mark that could not be stored.
            harness.engine.outbox.enqueue([
                OutboundMessage(id: row, draft: draft, attempts: 0, nextAttempt: Timestamp(seconds: 0))
            ])
            let said = await harness.events.first { event in
                if case .log(let record) = event.kind { record.message == "skip duplicate outbound" } else { false }
            }
            #expect(said?.requestID == draft.requestID)
            // The same words again are another message.
            channel.write("hi", chat: "1", id: "b")
            #expect(await eventually { channel.accepted.count == 2 })
            #expect(channel.attempts(of: "re: hi") == 2)
        }
    }
}
