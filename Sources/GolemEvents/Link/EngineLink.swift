// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What a console knows of an engine: a stream of updates and a way to send commands.
///
/// The in-process link and the socket client conform to it, so the console cannot tell them apart.
public protocol EngineLink: Sendable {
    /// Begins a subscription: a snapshot first, then the events after it; pulses come at any time. One subscription a
    /// link.
    ///
    /// The stream is bounded: an observer that falls behind gets `.missed` and a fresh snapshot, never a silent gap.
    /// It ends after `.closed`. Cancelling the consuming task ends the subscription.
    func updates() -> AsyncStream<LinkUpdate>

    /// Sends a command and waits for its reply; a lost connection gives a reply with status `refused` and the code
    /// `link_lost`. Safe to repeat with the same command.
    func send(_ command: Command) async -> CommandReply

    /// Asks the engine for a fresh snapshot, which arrives as an update.
    func resynchronise() async

    /// Ends the subscription and frees the connection. Idempotent.
    func close() async
}

/// One message of a subscription.
public enum LinkUpdate: Sendable, Equatable {
    /// The connection is being made, again after a loss; `attempt` counts from 1.
    case connecting(attempt: Int)
    /// The whole state; replaces whatever the observer had.
    case snapshot(Snapshot)
    /// Events that follow the last snapshot or batch without a gap.
    case events([Event])
    /// The observer was too slow: this many events were left out, and a snapshot follows.
    case missed(Int)
    /// The engine answered a probe: the round trip in microseconds and the engine's clock.
    case pulse(roundTripMicroseconds: Int64, engineTime: Timestamp)
    /// The connection was lost and is tried again.
    case lost(reason: String)
    /// The end, with the reason; nothing follows.
    case closed(reason: String)
}
