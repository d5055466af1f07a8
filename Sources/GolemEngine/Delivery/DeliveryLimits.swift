// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// How outbound messages are sent.
package struct DeliveryLimits: Sendable, Equatable {
    /// Sends under way at the same time, over all channels.
    package var concurrentSends = 16
    /// Attempts before a message is given up.
    package var attempts = 3
    /// The wait after the first failed attempt; doubled with each further one.
    package var baseBackoff = Duration.milliseconds(200)
    /// The longest wait between attempts, unless the platform asks for more.
    package var maximumBackoff = Duration.seconds(2)
    /// Attempts a second to one channel; 0 for no limit.
    package var ratePerSecond = 20
    /// How long a message that was sent is remembered, so that it is not sent a second time; zero for not at all.
    package var dedupWindow = Duration.seconds(30)
    /// How long sends under way may take when the engine stops.
    package var stopGrace = Duration.seconds(5)

    /// Makes the defaults.
    package init() {}

    /// The wait after the failed attempt number `attempt`, between half and all of the exponential value.
    func backoff(attempt: Int, random: Double) -> Duration {
        let base = Double(baseBackoff.microseconds) * Double(1 << min(max(attempt - 1, 0), 20))
        let limited = min(base, Double(max(maximumBackoff, baseBackoff).microseconds))
        return .microseconds(Int64(limited * (0.5 + 0.5 * random)))
    }
}
