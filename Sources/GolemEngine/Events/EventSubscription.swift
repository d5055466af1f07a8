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
    private let bus: EventBus
    private let cursor: Mutex<UInt64>

    init(bus: EventBus, cursor: UInt64) {
        self.bus = bus
        self.cursor = Mutex(cursor)
    }

    /// The next events, waiting for one when there is none; nil when the bus was closed or the task cancelled.
    package func next(limit: Int = 512) async -> EventBatch? {
        while !Task.isCancelled {
            let position = cursor.withLock { $0 }
            switch bus.read(after: position, limit: limit) {
            case .batch(let batch):
                cursor.withLock { $0 = position + UInt64(batch.missed + batch.events.count) }
                return batch
            case .closed: return nil
            case .empty: await bus.wait(after: position)
            }
        }
        return nil
    }

    /// Goes on after `position`, after a snapshot was taken.
    package func move(to position: UInt64) { cursor.withLock { $0 = position } }
}
