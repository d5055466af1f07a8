// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Lets others end a running turn.
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

    private let ended = OneShot<Reason>()

    /// Ends the turn; the first reason counts.
    package func end(_ reason: Reason) { ended.fulfil(reason) }

    /// Why the turn was ended; nil while it was not.
    package var reason: Reason? { ended.current }

    /// Waits until the turn is ended from outside or the waiting task is cancelled.
    func wait() async { _ = await ended.wait() }
}
