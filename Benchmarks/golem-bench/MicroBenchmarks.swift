// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents
import GolemTUI

/// Measurements inside one process: the event bus, the state fold, a console frame.
enum MicroBenchmarks {
    static func run() async -> Int32 {
        let bus = await busRate(subscribers: 4, events: 1_000_000)
        let fold = foldCost(events: 200_000)
        let frame = frameCost(frames: 300)
        print(
            JSONValue.object([
                "bus_events_per_second_4_subscribers": .number(bus.rate), "bus_publish_ns": .number(bus.publish),
                "bus_delivered_share": .number(bus.delivered), "fold_ns_per_event": .number(fold),
                "frame_200x60_us": .number(frame),
            ]).text)
        return 0
    }

    /// Published events a second while subscribers read as fast as they can, and the cost to the publisher.
    private static func busRate(subscribers: Int, events: Int) async -> (
        rate: Double, publish: Double, delivered: Double
    ) {
        let time = SystemTime()
        let bus = EventBus(capacity: 65_536, time: time)
        return await withTaskGroup(of: Int.self) { group in
            for _ in 0..<subscribers {
                let subscription = bus.subscribe(after: 0)
                group.addTask {
                    var seen = 0
                    while let batch = await subscription.next() { seen += batch.events.count }
                    return seen
                }
            }
            let kind = EventKind.turnDelta(TurnDelta(text: "some text", isThinking: false))
            let began = time.monotonicMicroseconds()
            for _ in 0..<events { bus.publish(kind, requestID: "request", session: "demo:1") }
            let took = Double(time.monotonicMicroseconds() - began)
            bus.close()
            var delivered = 0
            for await seen in group { delivered += seen }
            return (
                Double(events) / took * 1_000_000, took * 1_000 / Double(events),
                Double(delivered) / Double(events * subscribers)
            )
        }
    }

    /// Nanoseconds to fold one event of a typical turn.
    private static func foldCost(events: Int) -> Double {
        let time = SystemTime()
        var state = EngineState()
        let sample = sampleEvents(events)
        let began = time.monotonicMicroseconds()
        for event in sample { state.apply(event) }
        return Double(time.monotonicMicroseconds() - began) * 1_000 / Double(events)
    }

    /// Microseconds to draw one frame of the busiest view from a busy state.
    private static func frameCost(frames: Int) -> Double {
        let time = SystemTime()
        var engine = EngineState()
        for event in sampleEvents(20_000) { engine.apply(event) }
        let size = Size(columns: 200, rows: 60)
        let now = ConsoleTime(wall: time.wallNow(), monotonic: .zero)
        var state = ConsoleState(
            actor: Command.Actor(kind: "console", user: "bench", host: ""), isReadOnly: false, isInProcess: false,
            ids: CommandIDs(prefix: "b"), size: size, now: now)
        _ = reduce(&state, .linkUpdate(.snapshot(Snapshot(state: engine, takenAt: now.wall))))
        let capabilities = Capabilities(colors: 256, utf8: true)
        let began = time.monotonicMicroseconds()
        for _ in 0..<frames { _ = render(state, size: size, capabilities: capabilities) }
        return Double(time.monotonicMicroseconds() - began) / Double(frames)
    }

    private static func sampleEvents(_ count: Int) -> [Event] {
        let start = SystemTime().wallNow()
        return (0..<count).map { index in
            let happening = SampleTraffic.happening(index, deltas: 1)
            return Event(
                seq: UInt64(index + 1), time: start.adding(microseconds: Int64(index) * 100),
                requestID: happening.requestID, session: happening.session, kind: happening.kind)
        }
    }
}
