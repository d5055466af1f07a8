// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents
import Synchronization

/// Keeps the engine's own `EngineState` by folding the event stream.
///
/// Whoever looks at the state folds what is new first, so that it is never behind the bus. In between, `run` folds now
/// and then, so that the bus's ring never runs over: waking up for each event would cost more than the fold.
package final class StateKeeper: Sendable {
    private static let pause = Duration.milliseconds(50)

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
        while await subscription.next(limit: 1) != nil {
            subscription.move(to: read { $0.seq })
            await bus.pause(Self.pause, time: SystemTime())
        }
        read { _ in }
    }

    /// The state now, with its position.
    package func snapshot() -> Snapshot { Snapshot(state: read { $0 }, takenAt: time.wallNow()) }

    /// Reads from the state without copying it.
    package func read<Value: Sendable>(_ body: (EngineState) -> Value) -> Value {
        let newest = bus.position
        let (value, missed) = state.withLock { state in
            var missed = 0
            while state.seq < newest, case .batch(let batch) = bus.read(after: state.seq, limit: 1_024) {
                missed += batch.missed
                for event in batch.events { state.apply(event) }
            }
            return (body(state), missed)
        }
        if missed > 0 {
            bus.publish(
                .log(
                    LogRecorded(
                        level: .error, message: "state fell behind the event stream",
                        fields: [LogField("missed", String(missed))])))
        }
        return value
    }
}
