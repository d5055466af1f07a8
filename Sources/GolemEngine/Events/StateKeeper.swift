// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents
import Synchronization

/// Keeps the engine's own `EngineState` by folding the event stream.
package final class StateKeeper: Sendable {
    private let state = Mutex(EngineState())
    private let bus: EventBus
    private let time: any TimeSource

    /// Makes a keeper for the events of `bus`.
    package init(bus: EventBus, time: any TimeSource) {
        self.bus = bus
        self.time = time
    }

    /// Folds events until the bus is closed or the task is cancelled.
    package func run() async {
        let subscription = bus.subscribe(after: 0)
        while let batch = await subscription.next() {
            state.withLock { state in
                for event in batch.events { state.apply(event) }
            }
            if batch.missed > 0 {
                bus.publish(
                    .log(
                        LogRecorded(
                            level: .error, message: "state fell behind the event stream",
                            fields: [LogField("missed", String(batch.missed))])))
            }
        }
    }

    /// The state now, with its position.
    ///
    /// It may be a few events behind the bus.
    package func snapshot() -> Snapshot {
        Snapshot(state: state.withLock { $0 }, takenAt: time.wallNow())
    }

    /// Reads from the state without copying it.
    package func read<Value: Sendable>(_ body: (EngineState) -> Value) -> Value {
        state.withLock { body($0) }
    }
}
