// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// The updates of one observer: a snapshot, then events; after a loss the count and a new snapshot.
///
/// Updates are pulled, so the bus's ring is the only buffer and a slow observer costs nothing. What happens while an engine is
/// busy is gathered for a moment that nobody sees: an update for each event would cost the engine more than the event.
package actor LinkFeed {
    /// From one gathered update to the next; far less than from one frame of a console to the next.
    private static let rest = Duration.milliseconds(20)
    /// After a loss: every snapshot costs the engine a copy of its state.
    private static let restAfterLoss = Duration.milliseconds(100)
    private static let batchSize = 512
    /// Full batches in a row without a rest.
    private static let batchLimit = 8

    private let bus: EventBus
    private let keeper: StateKeeper
    private let subscription: EventSubscription
    private var needsSnapshot = true
    private var pulse: LinkUpdate?
    private var nextRest: Duration?
    private var batches = 0

    /// Makes a feed of `bus` with the state of `keeper`.
    package init(bus: EventBus, keeper: StateKeeper) {
        self.bus = bus
        self.keeper = keeper
        subscription = bus.subscribe(after: bus.position)
    }

    /// The next update, waiting for one; nil when the bus was closed or the task cancelled.
    package func next() async -> LinkUpdate? {
        while true {
            if needsSnapshot {
                needsSnapshot = false
                let snapshot = keeper.snapshot()
                subscription.move(to: snapshot.state.seq)
                return .snapshot(snapshot)
            }
            if let pulse = exchange(&self.pulse, with: nil) { return pulse }
            if let pause = exchange(&nextRest, with: nil) {
                await bus.pause(pause, time: SystemTime())
                continue
            }
            guard let batch = await subscription.next(limit: Self.batchSize) else { return nil }
            batches += 1
            if batch.events.count < Self.batchSize || batches >= Self.batchLimit {
                batches = 0
                nextRest = Self.rest
            }
            if batch.missed > 0 {
                nextRest = Self.restAfterLoss
                needsSnapshot = true
                return .missed(batch.missed)
            }
            // What was read before a snapshot was asked for is in it, or is read again after it.
            if needsSnapshot || batch.events.isEmpty { continue }
            return .events(batch.events)
        }
    }

    /// The next update, or a pulse when nothing happens for so long: an observer must be able to tell an idle engine
    /// from one that hangs.
    package func next(orPulseAfter silence: Duration, time: any TimeSource) async -> LinkUpdate? {
        // While things happen there is no need for a timer.
        if needsSnapshot || pulse != nil || subscription.hasNext { return await next() }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                guard (try? await time.sleep(for: silence)) != nil else { return }
                await self.beat(askedAt: time.monotonicMicroseconds(), time)
            }
            let update = await next()
            group.cancelAll()
            return update
        }
    }

    private func beat(askedAt asked: Int64, _ time: any TimeSource) {
        pulse = .pulse(roundTripMicroseconds: time.monotonicMicroseconds() - asked, engineTime: time.wallNow())
        subscription.interrupt()
    }

    /// Makes the next update a fresh snapshot, at once.
    package func resynchronise() {
        needsSnapshot = true
        subscription.interrupt()
    }
}
