// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents
import Synchronization

/// Publishes events to any number of observers.
///
/// Publishing never blocks and never fails: one slot of a shared ring is written under a short lock. Every
/// subscription has a cursor of its own; one that falls behind by more than the ring holds is told how many events
/// it missed and goes on from the oldest one that is left.
package final class EventBus: Sendable {
    private struct Ring {
        /// Grows up to the capacity, so that a bus without much traffic stays small; event `seq` is at `seq - 1` modulo that.
        var slots: [Event] = []
        var head: UInt64 = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
        var isClosed = false
    }

    private let ring: Mutex<Ring>
    private let closed = Latch()
    private let capacity: UInt64
    private let time: any TimeSource
    private let redactor: Redactor

    /// Makes a bus whose ring holds `capacity` events.
    package init(capacity: Int = 16_384, time: any TimeSource, redactor: Redactor = Redactor()) {
        self.capacity = UInt64(max(2, capacity))
        self.time = time
        self.redactor = redactor
        ring = Mutex(Ring())
    }

    /// Publishes what happened, with known secrets removed from its text.
    ///
    /// Callable from any thread.
    package func publish(_ kind: EventKind, requestID: String? = nil, session: String? = nil) {
        let clean = redactor.isEmpty ? kind : kind.mappingText(redactor.redact)
        let now = time.wallNow()
        let waiters = ring.withLock { ring in
            ring.head += 1
            let event = Event(seq: ring.head, time: now, requestID: requestID, session: session, kind: clean)
            if ring.slots.count < capacity {
                ring.slots.append(event)
            } else {
                ring.slots[Int((ring.head - 1) % capacity)] = event
            }
            return ring.waiters.isEmpty ? [:] : exchange(&ring.waiters, with: [:])
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// The position of the newest event; 0 before the first.
    package var position: UInt64 { ring.withLock { $0.head } }

    /// Begins a subscription with the event after `position`.
    package func subscribe(after position: UInt64) -> EventSubscription {
        EventSubscription(bus: self, cursor: position)
    }

    /// Ends all subscriptions once they have read what is there.
    package func close() {
        let waiters = ring.withLock { ring in
            ring.isClosed = true
            return exchange(&ring.waiters, with: [:])
        }
        for waiter in waiters.values { waiter.resume() }
        closed.open()
    }

    /// Waits for `duration`, or until the bus is closed or the task cancelled; for observers that work in batches.
    ///
    /// `time` is the bus's own unless another is given: what is paused to save work, and not because something is due,
    /// goes by the machine's clock.
    package func pause(_ duration: Duration, time: (any TimeSource)? = nil) async {
        _ = try? await (time ?? self.time).withDeadline(duration) { await self.closed.wait() }
    }

    enum ReadResult {
        case batch(EventBatch)
        case empty
        case closed
    }

    func read(after cursor: UInt64, limit: Int) -> ReadResult {
        ring.withLock { ring in
            guard ring.head > cursor else { return ring.isClosed ? .closed : .empty }
            let oldest = ring.head > capacity ? ring.head - capacity + 1 : 1
            let first = max(cursor + 1, oldest)
            let last = min(ring.head, first + UInt64(limit) - 1)
            var events: [Event] = []
            events.reserveCapacity(Int(last - first + 1))
            for seq in first...last { events.append(ring.slots[Int((seq - 1) % capacity)]) }
            return .batch(EventBatch(events: events, missed: Int(first - cursor - 1)))
        }
    }

    /// Lets everybody who waits for an event look again.
    func wakeWaiters() {
        let waiters = ring.withLock { exchange(&$0.waiters, with: [:]) }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Waits until there is an event after `cursor`, the bus is closed, `isInterrupted` or the task is cancelled; may
    /// return without a reason.
    func wait(after cursor: UInt64, isInterrupted: () -> Bool) async {
        let id = ring.withLock { ring in
            ring.nextWaiter += 1
            return ring.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = ring.withLock { ring in
                    if ring.head > cursor || ring.isClosed || Task.isCancelled { return true }
                    ring.waiters[id] = continuation
                    return false
                }
                if isReady { return continuation.resume() }
                // Asked after the entry: an interruption from now on finds it.
                if isInterrupted() { ring.withLock { $0.waiters.removeValue(forKey: id) }?.resume() }
            }
        } onCancel: {
            ring.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}
