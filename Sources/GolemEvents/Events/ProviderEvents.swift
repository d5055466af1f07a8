// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// `provider.started`: a model call is under way.
public struct ProviderStarted: EventPayload {
    /// The provider, for example `openai`.
    public var provider: String
    /// The model as the provider knows it.
    public var model: String
    /// The number of the call within the turn, from 1.
    public var step: Int
    /// The attempt, from 1; above 1 it is a retry.
    public var attempt: Int

    /// Makes the payload.
    public init(provider: String, model: String, step: Int, attempt: Int) {
        self.provider = provider
        self.model = model
        self.step = step
        self.attempt = attempt
    }
}

/// `provider.called`: a model call ended, well or not.
public struct ProviderCalled: EventPayload {
    /// The provider.
    public var provider: String
    /// The model as the provider knows it.
    public var model: String
    /// The number of the call within the turn, from 1.
    public var step: Int
    /// The attempt, from 1.
    public var attempt: Int
    /// Tokens read, as the provider counted; 0 when it did not say.
    public var tokensIn: Int
    /// Tokens written, as the provider counted; 0 when it did not say.
    public var tokensOut: Int
    /// From request to first token, in microseconds; nil when none came.
    public var firstTokenMicroseconds: Int64?
    /// From request to end, in microseconds.
    public var durationMicroseconds: Int64
    /// Why the model stopped, for example `stop` or `tool_calls`; empty on failure.
    public var stopReason: String
    /// The error, when it failed.
    public var error: String?

    /// Makes the payload.
    public init(
        provider: String, model: String, step: Int, attempt: Int, tokensIn: Int, tokensOut: Int,
        firstTokenMicroseconds: Int64?, durationMicroseconds: Int64, stopReason: String, error: String?
    ) {
        self.provider = provider
        self.model = model
        self.step = step
        self.attempt = attempt
        self.tokensIn = tokensIn
        self.tokensOut = tokensOut
        self.firstTokenMicroseconds = firstTokenMicroseconds
        self.durationMicroseconds = durationMicroseconds
        self.stopReason = stopReason
        self.error = error
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { mapOptional(&error, transform) }
}

/// `provider.failed_over`: the next model of the list is used, because this one failed or cools down.
public struct ProviderFailedOver: EventPayload {
    /// The model that is left, as `<provider>/<model>`.
    public var from: String
    /// The model that is tried, likewise.
    public var to: String
    /// Why.
    public var reason: String

    /// Makes the payload.
    public init(from: String, to: String, reason: String) {
        self.from = from
        self.to = to
        self.reason = reason
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { reason = transform(reason) }
}

/// `provider.cooldown`: a model is left alone until a time, or is used again.
public struct ProviderCooldown: EventPayload {
    /// The model as `<provider>/<model>`.
    public var model: String
    /// Until when; nil when the cool-down ended or was cleared.
    public var until: Timestamp?
    /// Why, or who cleared it.
    public var reason: String

    /// Makes the payload.
    public init(model: String, until: Timestamp?, reason: String) {
        self.model = model
        self.until = until
        self.reason = reason
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { reason = transform(reason) }
}
