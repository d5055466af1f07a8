// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Keeps the events of the last days in the store, for questions about requests that memory has forgotten.
struct EventArchive: Sendable {
    /// How often old events are removed, in seconds.
    private static let pruneInterval: Int64 = 3_600

    let bus: EventBus
    let store: any Store
    let time: any TimeSource
    /// How many days events are kept.
    let days: Int

    /// Writes events in batches, at most one a second, until the bus is closed or the task cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await prune() }
            await write()
            group.cancelAll()
        }
    }

    private func write() async {
        let subscription = bus.subscribe(after: 0)
        while let batch = await subscription.next(limit: 2_000) {
            let kept = batch.events.filter(Self.isKept)
            // An archive that cannot be written costs the past, not the present: turns go on.
            if !kept.isEmpty { try? await store.append(events: kept) }
            await bus.pause(.seconds(1))
        }
    }

    /// Removes old events at the start and then every hour, however little happens.
    private func prune() async {
        while !Task.isCancelled {
            _ = try? await store.pruneEvents(before: time.wallNow().adding(seconds: -Int64(days) * 86_400))
            do { try await time.sleep(for: .seconds(Self.pruneInterval)) } catch { return }
        }
    }

    private static func isKept(_ event: Event) -> Bool {
        switch event.kind {
        case .providerStarted, .log: false
        default: !event.kind.isRoutine
        }
    }
}
