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

    /// Makes the next update a fresh snapshot, at once.
    package func resynchronise() {
        needsSnapshot = true
        subscription.interrupt()
    }
}
