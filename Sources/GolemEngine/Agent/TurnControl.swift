// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// Lets others end a running turn, and knows whether it works or waits for a person.
package final class TurnControl: Sendable {
    /// Why a turn is ended from outside.
    package enum Reason: Sendable, Equatable {
        /// An operator or the user asked for it; the turn ends with a notice.
        case cancelled(by: String)
        /// The engine stops; the message stays unanswered and is taken up at the next start.
        case shutdown
        /// It took longer than allowed.
        case wallTime
    }

    private struct Activity {
        var calls = 0
        var asking = 0
        var askingSince: Int64 = 0
        var waited: Int64 = 0
        var endsWhenWaiting = false

        /// Whether there is nothing to do until a person decides.
        var isOnlyWaiting: Bool { asking > 0 && asking == calls }
    }

    private let ended = OneShot<Reason>()
    private let activity = Mutex(Activity())

    /// Ends the turn; the first reason counts.
    package func end(_ reason: Reason) { ended.fulfil(reason) }

    /// Why the turn was ended; nil while it was not.
    package var reason: Reason? { ended.current }

    /// Waits until the turn is ended from outside or the waiting task is cancelled.
    func wait() async { _ = await ended.wait() }

    /// Ends the turn for a shutdown as soon as all it does is waiting for a person.
    func endWhenWaiting() {
        change { $0.endsWhenWaiting = true }
    }

    /// Notes that a tool call began.
    func callBegan() { change { $0.calls += 1 } }

    /// Notes that a tool call ended.
    func callEnded() { change { $0.calls -= 1 } }

    /// Notes that a call waits for a person, at the monotonic time `now`.
    func askBegan(at now: Int64) {
        change { activity in
            if activity.asking == 0 { activity.askingSince = now }
            activity.asking += 1
        }
    }

    /// Notes that a call waits no more.
    func askEnded(at now: Int64) {
        change { activity in
            activity.asking -= 1
            if activity.asking == 0 { activity.waited += now - activity.askingSince }
        }
    }

    /// How long the turn has waited for people until `now`, in microseconds.
    func waitedMicroseconds(at now: Int64) -> Int64 {
        activity.withLock { $0.waited + ($0.asking > 0 ? now - $0.askingSince : 0) }
    }

    private func change(_ body: (inout Activity) -> Void) {
        let isOver = activity.withLock { activity in
            body(&activity)
            return activity.endsWhenWaiting && activity.isOnlyWaiting
        }
        if isOver { end(.shutdown) }
    }
}
