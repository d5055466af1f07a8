// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Keeps the events of the last days in the store, for questions about requests that memory has forgotten.
struct EventArchive: Sendable {
    /// How long events are kept.
    static let days: Int64 = 7

    let bus: EventBus
    let store: any Store
    let time: any TimeSource

    /// Writes events in batches, at most one a second, until the bus is closed or the task cancelled.
    func run() async {
        let subscription = bus.subscribe(after: 0)
        var sincePrune = 0
        while let batch = await subscription.next(limit: 2_000) {
            let kept = batch.events.filter(Self.isKept)
            if !kept.isEmpty {
                // An archive that cannot be written costs the past, not the present: turns go on.
                try? await store.append(events: kept)
                sincePrune += kept.count
            }
            if sincePrune > 2_000 {
                sincePrune = 0
                _ = try? await store.pruneEvents(before: time.wallNow().adding(seconds: -Self.days * 86_400))
            }
            await bus.pause(.seconds(1))
        }
    }

    private static func isKept(_ event: Event) -> Bool {
        switch event.kind {
        case .turnDelta, .providerStarted, .toolStarted, .log: false
        default: true
        }
    }
}
