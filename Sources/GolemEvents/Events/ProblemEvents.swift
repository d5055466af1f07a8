// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// `problem.muted`: an operator lets a problem rest, or shows it again.
public struct ProblemMuted: EventPayload {
    /// The problem, as `Problem.Subject.name`.
    public var subject: String
    /// When it is shown again by itself; nil when it is shown from now on.
    public var until: Timestamp?
    /// How urgent it was: `Problem.Severity.rawValue`.
    public var severity: Int
    /// Why.
    public var reason: String
    /// Who asked.
    public var by: String

    /// Makes the payload.
    public init(subject: String, until: Timestamp?, severity: Int, reason: String, by: String) {
        self.subject = subject
        self.until = until
        self.severity = severity
        self.reason = reason
        self.by = by
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { reason = transform(reason) }
}
