// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents
import Synchronization

/// Events in order, and how many were lost before them.
package struct EventBatch: Sendable, Equatable {
    /// The events, consecutive.
    package var events: [Event]
    /// Events between the previous batch and this one that the ring no longer held.
    package var missed: Int
}

/// A reader of the bus with a position of its own; used by one task at a time.
package final class EventSubscription: Sendable {
    private struct Position {
        var cursor: UInt64
        var isInterrupted = false
    }

    private let bus: EventBus
    private let position: Mutex<Position>

    init(bus: EventBus, cursor: UInt64) {
        self.bus = bus
        position = Mutex(Position(cursor: cursor))
    }

    /// The next events, waiting for one when there is none; nil when the bus was closed or the task cancelled.
    ///
    /// After `interrupt()` a batch without events is given at once.
    package func next(limit: Int = 512) async -> EventBatch? {
        while !Task.isCancelled {
            let (cursor, isInterrupted) = position.withLock { position in
                (position.cursor, exchange(&position.isInterrupted, with: false))
            }
            if isInterrupted { return EventBatch(events: [], missed: 0) }
            switch bus.read(after: cursor, limit: limit) {
            case .batch(let batch):
                position.withLock { $0.cursor = cursor + UInt64(batch.missed + batch.events.count) }
                return batch
            case .closed: return nil
            case .empty: await bus.wait(after: cursor) { self.position.withLock { $0.isInterrupted } }
            }
        }
        return nil
    }

    /// Whether `next` would not wait.
    package var hasNext: Bool { position.withLock { $0.isInterrupted || bus.position > $0.cursor } }

    /// Makes a waiting `next` return at once, or the next one.
    package func interrupt() {
        position.withLock { $0.isInterrupted = true }
        bus.wakeWaiters()
    }

    /// Goes on after `position`, after a snapshot was taken.
    package func move(to cursor: UInt64) { position.withLock { $0.cursor = cursor } }
}
