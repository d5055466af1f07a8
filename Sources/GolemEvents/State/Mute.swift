// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// An operator's wish not to hear of a problem for a while.
public struct Mute: Sendable, Equatable, Codable {
    /// When the problem is shown again.
    public var until: Timestamp
    /// Why.
    public var reason: String
    /// Who asked.
    public var by: String
    /// How urgent the problem was; a more urgent one is shown in spite of it.
    public var severity: Problem.Severity

    /// Makes the value.
    public init(until: Timestamp, reason: String, by: String, severity: Problem.Severity) {
        self.until = until
        self.reason = reason
        self.by = by
        self.severity = severity
    }
}
