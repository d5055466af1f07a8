// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A time broken into the fields of the Gregorian calendar in UTC.
///
/// FoundationEssentials' calendar costs about a hundred times as much, and the log writer and the console need
/// this for every line. The day count follows the civil-from-days algorithm (proleptic Gregorian calendar).
public struct UTCDate: Sendable, Hashable {
    /// Whole seconds since the Unix epoch, rounded down.
    public let epochSecond: Int64
    /// The year, for example 2026.
    public let year: Int
    /// The month, 1 to 12.
    public let month: Int
    /// The day of the month, 1 to 31.
    public let day: Int
    /// The hour, 0 to 23.
    public let hour: Int
    /// The minute, 0 to 59.
    public let minute: Int
    /// The second, 0 to 59.
    public let second: Int

    /// Breaks up `time`, moved by `offsetSeconds` east of UTC.
    public init(_ time: Timestamp, offsetSeconds: Int = 0) {
        let shifted = time.microseconds + Int64(offsetSeconds) * 1_000_000
        epochSecond = shifted >= 0 ? shifted / 1_000_000 : (shifted - 999_999) / 1_000_000
        let days = epochSecond >= 0 ? epochSecond / 86_400 : (epochSecond - 86_399) / 86_400
        let ofDay = Int(epochSecond - days * 86_400)
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        hour = ofDay / 3_600
        minute = ofDay % 3_600 / 60
        second = ofDay % 60
    }

    /// The date as `2026-02-15`.
    public var dateText: String { padded(Int64(year), 4) + "-" + padded(Int64(month), 2) + "-" + padded(Int64(day), 2) }

    /// The time of day as `09:00:00`.
    public var timeText: String {
        padded(Int64(hour), 2) + ":" + padded(Int64(minute), 2) + ":" + padded(Int64(second), 2)
    }
}

/// `value` in decimal with leading zeros up to `width` digits.
func padded(_ value: Int64, _ width: Int) -> String {
    let text = String(value)
    return text.utf8.count >= width ? text : String(repeating: "0", count: width - text.utf8.count) + text
}
