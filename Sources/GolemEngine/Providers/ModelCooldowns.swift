// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// Which models are left alone for a while, and why.
///
/// A value: the caller brings the time.
package struct ModelCooldowns: Sendable, Equatable {
    /// Why and how long a model is left alone.
    package struct Entry: Sendable, Equatable {
        /// Until when.
        package var until: Timestamp
        /// The error that caused it.
        package var error: ProviderError
        /// Whether the provider itself has asked for the wait.
        package var isRequested: Bool
        /// Failures in a row.
        package var failures: Int
    }

    /// The first cool-down after a failure that will pass; it doubles with each failure in a row.
    private static let transient: Duration = .seconds(30)
    /// The cool-down after a failure that needs somebody to do something, such as a wrong key.
    private static let lasting: Duration = .seconds(600)
    private static let longest: Duration = .seconds(900)

    private var entries: [String: Entry] = [:]

    /// Makes an empty list.
    package init() {}

    /// The cool-down of a model, unless it is over.
    package func active(_ model: String, now: Timestamp) -> Entry? {
        guard let entry = entries[model], entry.until > now else { return nil }
        return entry
    }

    /// The cool-downs that are not over, by model.
    package func allActive(now: Timestamp) -> [String: Entry] { entries.filter { $0.value.until > now } }

    /// Records that a model has failed for good and returns its new cool-down; nil when the failure says nothing about
    /// the model.
    ///
    /// - Parameter hasAlternative: whether another model can be asked meanwhile. Without one a model cools down only
    ///   when its provider asks for it: a pause would help nobody.
    package mutating func failed(
        _ model: String, error: ProviderError, hasAlternative: Bool, now: Timestamp
    ) -> Entry? {
        let failures = (entries[model]?.failures ?? 0) + 1
        let duration: Duration
        if let requested = error.retryAfter {
            duration = requested
        } else if !hasAlternative {
            return nil
        } else {
            switch error.code {
            case "unauthorized", "not_found": duration = ModelCooldowns.lasting
            case "rate_limited" where !error.isRetryable: duration = ModelCooldowns.lasting
            case "rate_limited", "overloaded", "server_error", "connect", "timeout_first_token", "bad_answer":
                duration = ModelCooldowns.transient * Double(1 << min(failures - 1, 10))
            default: return nil
            }
        }
        let limited = error.retryAfter == nil ? min(duration, ModelCooldowns.longest) : duration
        let entry = Entry(
            until: now.adding(microseconds: limited.microseconds), error: error,
            isRequested: error.retryAfter != nil, failures: failures)
        entries[model] = entry
        return entry
    }

    /// Forgets a model's failures; true when it was on the list, cooling down or not.
    package mutating func clear(_ model: String) -> Bool { entries.removeValue(forKey: model) != nil }
}
