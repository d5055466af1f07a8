// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A chat platform.
///
/// `run` and `send` may be active at the same time. Cancelling the task of `run` ends the channel.
package protocol Channel: Sendable {
    /// The channel's name, which begins its session keys.
    var name: String { get }

    /// Receives messages until the task is cancelled; each one goes to `intake`, and is confirmed to the platform
    /// only when `intake` returned true: it is safe then, stored now or before.
    ///
    /// False means that it is not (a full disk, too many waiting): the platform keeps it, and it is offered again.
    func run(intake: @escaping @Sendable (InboundMessage) async -> Bool) async throws

    /// Delivers one text to a chat and gives the platform's id of it.
    func send(_ draft: OutboundDraft) async throws(DeliveryError) -> String
}

/// Why a delivery failed.
package struct DeliveryError: Error, Sendable, Equatable {
    /// A sentence for operators.
    package var message: String
    /// Whether trying again can help; a chat that does not exist stays that way.
    package var isPermanent: Bool
    /// How long the platform asked to wait.
    package var retryAfter: Duration?

    /// Makes an error.
    package init(message: String, isPermanent: Bool, retryAfter: Duration? = nil) {
        self.message = message
        self.isPermanent = isPermanent
        self.retryAfter = retryAfter
    }
}
