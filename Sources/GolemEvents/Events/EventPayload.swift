// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The data of one kind of event.
public protocol EventPayload: Sendable, Equatable, Codable {
    /// Applies `transform` to every string that may hold text from outside; the bus removes secrets this way.
    mutating func mapText(_ transform: (String) -> String)
}

extension EventPayload {
    /// Leaves payloads without outside text as they are.
    public mutating func mapText(_ transform: (String) -> String) {}
}

/// Applies `transform` to an optional string in place.
func mapOptional(_ text: inout String?, _ transform: (String) -> String) {
    if let value = text { text = transform(value) }
}
