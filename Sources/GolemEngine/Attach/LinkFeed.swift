// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// The updates of one observer: a snapshot, then events; after a loss the count and a new snapshot.
///
/// Updates are pulled, so the bus's ring is the only buffer and a slow observer costs nothing.
package actor LinkFeed {
    private let keeper: StateKeeper
    private let subscription: EventSubscription
    private var needsSnapshot = true
    private var pulse: LinkUpdate?

    /// Makes a feed of `bus` with the state of `keeper`.
    package init(bus: EventBus, keeper: StateKeeper) {
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
            guard let batch = await subscription.next() else { return nil }
            if batch.missed > 0 {
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
