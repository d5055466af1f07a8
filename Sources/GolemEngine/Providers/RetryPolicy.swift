// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// When a failed model call is tried again with the same model, and how much later.
package struct RetryPolicy: Sendable, Equatable {
    /// How often a model is asked in all.
    package var maxAttempts: Int
    /// The mean wait before the second attempt; it doubles with each further one.
    package var baseDelay: Duration
    /// The longest wait that is chosen here.
    package var maxDelay: Duration
    /// The longest wait that a provider may ask for; for more the model cools down instead.
    package var maxRequestedDelay: Duration
    /// The same while another model could be asked instead.
    package var maxRequestedDelayWithAlternative: Duration

    /// Makes a policy.
    package init(
        maxAttempts: Int = 3, baseDelay: Duration = .milliseconds(500), maxDelay: Duration = .seconds(8),
        maxRequestedDelay: Duration = .seconds(20), maxRequestedDelayWithAlternative: Duration = .seconds(2)
    ) {
        self.maxAttempts = maxAttempts
        self.baseDelay = baseDelay
        self.maxDelay = maxDelay
        self.maxRequestedDelay = maxRequestedDelay
        self.maxRequestedDelayWithAlternative = maxRequestedDelayWithAlternative
    }

    /// The wait before the next attempt; nil when there is to be none.
    ///
    /// - Parameters:
    ///   - error: what the last attempt gave.
    ///   - attempt: its number, from 1.
    ///   - hasAlternative: whether another model could be asked instead.
    ///   - random: a number in 0..<1; the wait lies between half and one and a half of its mean, so that clients which
    ///     failed together do not come back together.
    package func delay(
        after error: ProviderError, attempt: Int, hasAlternative: Bool, random: Double
    ) -> Duration? {
        guard error.isRetryable, !error.hadFirstToken, attempt < maxAttempts else { return nil }
        // Each timeout has already cost the person who waits a minute or two.
        if error.code == "timeout_first_token", hasAlternative || attempt >= 2 { return nil }
        if let requested = error.retryAfter {
            guard requested <= (hasAlternative ? maxRequestedDelayWithAlternative : maxRequestedDelay) else {
                return nil
            }
            // A little later than asked for, never earlier.
            return requested + baseDelay * random
        }
        let mean = baseDelay * Double(1 << min(attempt - 1, 16))
        return min(mean, maxDelay) * (0.5 + random)
    }
}
