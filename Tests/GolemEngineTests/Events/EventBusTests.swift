// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct EventBusTests {
    private func note(_ text: String) -> EventKind { .log(LogRecorded(level: .info, message: text)) }

    @Test func `Many publishers, one order, nothing lost within the capacity`() async {
        let bus = EventBus(capacity: 16_384, time: SystemTime())
        let subscription = bus.subscribe(after: 0)
        await withTaskGroup(of: Void.self) { group in
            for publisher in 0..<8 {
                group.addTask { for number in 0..<1_000 { bus.publish(note("\(publisher) \(number)")) } }
            }
        }
        bus.close()
        var events: [Event] = []
        while let batch = await subscription.next() {
            #expect(batch.missed == 0)
            events += batch.events
        }
        #expect(events.map(\.seq) == Array(1...8_000))
        for publisher in 0..<8 {
            let own = events.map(\.summary).filter { $0.hasPrefix("\(publisher) ") }
            #expect(own == (0..<1_000).map { "\(publisher) \($0)" })
        }
    }

    @Test func `A subscriber that fell behind is told how much it lost and goes on exactly`() async {
        let bus = EventBus(capacity: 16, time: SystemTime())
        let subscription = bus.subscribe(after: 0)
        for number in 1...100 { bus.publish(note("\(number)")) }
        let late = await subscription.next()
        #expect(late?.missed == 84)
        #expect(late?.events.map(\.seq) == Array(85...100))
        for number in 101...105 { bus.publish(note("\(number)")) }
        let next = await subscription.next()
        #expect(next?.missed == 0)
        #expect(next?.events.map(\.seq) == Array(101...105))
        bus.publish(note("106"))
        bus.close()
        #expect(await subscription.next()?.events.map(\.seq) == [106])
        #expect(await subscription.next() == nil)
    }

    @Test func `F43 a thousand subscribers that never read cost a publisher nothing and lose what they lose`() async {
        let bus = EventBus(capacity: 1_024, time: SystemTime())
        let idle = (0..<1_000).map { _ in bus.subscribe(after: 0) }
        for number in 1...100_000 { bus.publish(note("\(number)")) }
        #expect(bus.position == 100_000)
        for subscription in idle {
            let batch = await subscription.next(limit: 4)
            #expect(batch?.missed == 100_000 - 1_024)
            #expect(batch?.events.count == 4)
        }
    }

    @Test func `A waiting subscriber is woken by an event, the end and its cancellation`() async {
        let bus = EventBus(capacity: 16, time: SystemTime())
        let first = bus.subscribe(after: 0)
        async let woken = first.next()
        bus.publish(note("x"))
        #expect(await woken?.events.count == 1)

        let second = bus.subscribe(after: bus.position)
        let cancelled = Task { await second.next() }
        cancelled.cancel()
        #expect(await cancelled.value == nil)

        let third = bus.subscribe(after: bus.position)
        async let ended = third.next()
        bus.close()
        #expect(await ended == nil)
        #expect(await bus.subscribe(after: 0).next()?.events.count == 1, "what is there is still read")
    }

    @Test func `An interrupted subscriber comes back without an event and loses none`() async {
        let bus = EventBus(capacity: 16, time: SystemTime())
        let subscription = bus.subscribe(after: 0)
        async let early = subscription.next()
        subscription.interrupt()
        #expect(await early == EventBatch(events: [], missed: 0))
        bus.publish(note("x"))
        #expect(await subscription.next()?.events.count == 1)
    }
}
