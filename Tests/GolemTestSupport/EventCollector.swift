// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEngine
package import GolemEvents
import Synchronization

/// Keeps all events of a bus for the test to look at.
package final class EventCollector: Sendable {
    private let task: Task<Void, Never>
    private let collected: Collected

    private final class Collected: Sendable {
        let events = Mutex<[Event]>([])
    }

    /// Collects from now on, what the bus still holds included; nothing unless `isKeeping`.
    package init(_ bus: EventBus, isKeeping: Bool = true) {
        let collected = Collected()
        let subscription = bus.subscribe(after: 0)
        self.collected = collected
        task = Task {
            while isKeeping, let batch = await subscription.next() { collected.events.withLock { $0 += batch.events } }
        }
    }

    deinit { task.cancel() }

    /// The events so far.
    package var events: [Event] { collected.events.withLock { $0 } }

    /// The first event that satisfies the condition, waiting for it; nil when there is none in time.
    package func first(
        within limit: Duration = .seconds(20), where condition: @Sendable (Event) -> Bool
    ) async -> Event? {
        _ = await eventually(within: limit) { events.contains(where: condition) }
        return events.first(where: condition)
    }

    /// Waits until so many events satisfy the condition.
    package func waitFor(
        _ count: Int, within limit: Duration = .seconds(20), where condition: @Sendable (Event) -> Bool
    ) async -> Bool {
        await eventually(within: limit) { events.count(where: condition) >= count }
    }

    /// Waits until all events that were published before are here.
    package func settle(_ bus: EventBus) async -> Bool {
        let position = bus.position
        return await eventually { (events.last?.seq ?? 0) >= position }
    }
}
