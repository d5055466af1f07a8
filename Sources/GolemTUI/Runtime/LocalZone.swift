// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEvents

/// Reads the operator's time zone (`TZ`, `/etc/localtime`) from the C library.
enum LocalZone {
    private static let day: Int64 = 86_400
    /// Days before and after the start of the console for which changes of the clock are known.
    private static let reach: Int64 = 400

    /// The zone around `now`.
    static func read(now: Timestamp) -> DisplayZone {
        tzset()
        let middle = now.microseconds / 1_000_000
        var periods: [DisplayZone.Period] = []
        var second = middle - reach * day
        while second <= middle + reach * day {
            let found = period(at: second)
            if let last = periods.last, last.offset != found.offset || last.name != found.name {
                periods.append(change(from: last, after: second - day, notAfter: second))
            } else if periods.isEmpty {
                periods.append(found)
            }
            second += day
        }
        return DisplayZone(periods: periods)
    }

    /// The period that begins between two seconds.
    private static func change(from old: DisplayZone.Period, after: Int64, notAfter: Int64) -> DisplayZone.Period {
        var low = after
        var high = notAfter
        while high - low > 1 {
            let middle = low + (high - low) / 2
            let found = period(at: middle)
            if found.offset == old.offset, found.name == old.name { low = middle } else { high = middle }
        }
        return period(at: high)
    }

    private static func period(at second: Int64) -> DisplayZone.Period {
        var time = time_t(second)
        var parts = tm()
        guard localtime_r(&time, &parts) != nil else {
            return DisplayZone.Period(start: second, offset: 0, name: "UTC")
        }
        let name = parts.tm_zone.map { Sanitizer.clean(String(cString: $0), keepNewlines: false) } ?? "local"
        return DisplayZone.Period(start: second, offset: Int(parts.tm_gmtoff), name: name)
    }
}
