// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// The places for calls at one server: so many run, so many wait in order, and further ones are refused.
final class MCPCallGate: Sendable {
    /// Whether a caller got a place.
    enum Admission: Sendable, Equatable {
        /// It has a place and gives it back with `leave()`.
        case entered
        /// Too many wait.
        case full
        /// It got none in time.
        case late
        /// It stopped waiting: its task was cancelled.
        case cancelled
    }

    private struct State {
        var running = 0
        var queue: [(id: UInt64, admission: OneShot<Admission>)] = []
        var next: UInt64 = 0
    }

    /// Calls that run at the same time.
    let places: Int
    /// Calls that wait.
    let queueLimit: Int
    private let state = Mutex(State())

    init(places: Int) {
        self.places = max(1, places)
        queueLimit = max(16, places * 8)
    }

    /// Calls that wait now.
    var waiting: Int { state.withLock { $0.queue.count } }

    /// Waits for a place, at most for `limit`.
    func enter(within limit: Duration, time: any TimeSource) async -> Admission {
        let admission = OneShot<Admission>()
        let id = state.withLock { state in
            state.next += 1
            if state.running < places {
                state.running += 1
                admission.fulfil(.entered)
            } else if state.queue.count >= queueLimit {
                admission.fulfil(.full)
            } else {
                state.queue.append((state.next, admission))
            }
            return state.next
        }
        if let verdict = admission.current { return verdict }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await admission.wait() }
            group.addTask { if (try? await time.sleep(for: limit)) != nil { admission.fulfil(.late) } }
            await group.next()
            group.cancelAll()
        }
        // Whoever comes first decides, so that a place that was just handed over is not lost.
        admission.fulfil(.cancelled)
        let verdict = admission.current ?? .cancelled
        if verdict != .entered { state.withLock { $0.queue.removeAll { $0.id == id } } }
        return verdict
    }

    /// Gives a place back, to whoever waits longest.
    func leave() {
        state.withLock { state in
            while !state.queue.isEmpty {
                if state.queue.removeFirst().admission.fulfil(.entered) { return }
            }
            state.running -= 1
        }
    }
}
