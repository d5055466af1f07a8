// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// The time zone in which times are shown: a value, so that views need no system call.
package struct DisplayZone: Sendable, Equatable {
    /// A span of time with one offset from UTC.
    package struct Period: Sendable, Equatable {
        /// The first second of it, since the epoch.
        package var start: Int64
        /// Seconds east of UTC.
        package var offset: Int
        /// The zone's name then, such as `CEST`.
        package var name: String

        /// Makes a period.
        package init(start: Int64, offset: Int, name: String) {
            self.start = start
            self.offset = offset
            self.name = name
        }
    }

    private let periods: [Period]

    /// Coordinated universal time.
    package static let utc = DisplayZone(periods: [])

    /// Makes a zone; periods are in order of time, the first one also holds for everything before it.
    package init(periods: [Period]) { self.periods = periods }

    /// Whether it is UTC.
    package var isUTC: Bool { self == .utc }

    private func period(_ time: Timestamp) -> Period {
        let second = UTCDate(time).epochSecond
        return periods.last { $0.start <= second } ?? periods.first ?? Period(start: .min, offset: 0, name: "UTC")
    }

    /// The zone's name at a time.
    package func name(at time: Timestamp) -> String { period(time).name }

    /// The time of day: `03:12:07`.
    package func clock(_ time: Timestamp) -> String { UTCDate(time, offsetSeconds: period(time).offset).timeText }

    /// The time of day with its zone: `03:12:07Z`, `05:12:07 CEST`.
    package func zonedClock(_ time: Timestamp) -> String {
        isUTC ? clock(time) + "Z" : "\(clock(time)) \(name(at: time))"
    }

    /// The time of day with milliseconds: `03:12:07.699`.
    package func preciseClock(_ time: Timestamp) -> String {
        let millis = (time.microseconds - UTCDate(time).epochSecond * 1_000_000) / 1_000
        return clock(time) + "." + String(repeating: "0", count: 3 - String(millis).count) + String(millis)
    }

    /// Date, time with milliseconds, and zone, for details.
    package func stamp(_ time: Timestamp) -> String {
        guard !isUTC else { return time.rfc3339 }
        let date = UTCDate(time, offsetSeconds: period(time).offset).dateText
        return "\(date) \(preciseClock(time)) \(name(at: time))"
    }
}
