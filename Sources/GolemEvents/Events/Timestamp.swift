// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A point in wall-clock time: microseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
    /// Microseconds since the Unix epoch, UTC, leap seconds not counted.
    public var microseconds: Int64

    /// Makes a time from microseconds since the Unix epoch.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Makes a time from whole seconds since the Unix epoch.
    public init(seconds: Int64) { microseconds = seconds * 1_000_000 }

    /// Decodes a plain integer.
    public init(from decoder: any Decoder) throws {
        microseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Encodes as a plain integer.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(microseconds)
    }

    /// Whether `lhs` is earlier than `rhs`.
    public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool { lhs.microseconds < rhs.microseconds }

    /// The time `microseconds` later.
    public func adding(microseconds delta: Int64) -> Timestamp { Timestamp(microseconds: microseconds &+ delta) }

    /// The time `seconds` later.
    public func adding(seconds: Int64) -> Timestamp { adding(microseconds: seconds * 1_000_000) }

    /// Microseconds from `earlier` to this time; negative when `earlier` is later.
    public func since(_ earlier: Timestamp) -> Int64 { microseconds &- earlier.microseconds }

    /// The time as RFC 3339 in UTC with milliseconds, for example `2026-02-15T09:00:00.000Z`.
    public var rfc3339: String {
        let parts = UTCDate(self)
        let millis = (microseconds - parts.epochSecond * 1_000_000) / 1_000
        return parts.dateText + "T" + parts.timeText + "." + padded(millis, 3) + "Z"
    }
}
