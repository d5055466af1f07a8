// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Reads how long a server asks to wait (RFC 9110, section 10.2.3, and OpenAI's `retry-after-ms`).
enum RetryAfter {
    private static let months = [
        "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11,
        "Dec": 12,
    ]

    /// The wish among the headers; nil when there is none that can be understood.
    ///
    /// Never negative, at most a day.
    static func parse(_ headers: [HTTPClientHeader], now: Timestamp) -> Duration? {
        func value(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
        if let text = value("retry-after-ms"), let milliseconds = Double(text), milliseconds >= 0 {
            return .milliseconds(Int64(min(milliseconds, 86_400_000)))
        }
        return value("retry-after").flatMap { parse($0, now: now) }
    }

    /// The value of a `Retry-After` header.
    static func parse(_ text: String, now: Timestamp) -> Duration? {
        if let seconds = Double(text), seconds.isFinite {
            return seconds < 0 ? nil : .milliseconds(Int64(min(seconds, 86_400) * 1_000))
        }
        guard let date = httpDate(text) else { return nil }
        return .microseconds(min(max(0, date.since(now)), 86_400_000_000))
    }

    /// An IMF-fixdate such as `Sun, 06 Nov 1994 08:49:37 GMT`, or one of its two obsolete forms.
    static func httpDate(_ text: String) -> Timestamp? {
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
        // "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"
        guard words.count >= 5 else { return nil }
        let isAsctime = months[words[1]] != nil
        guard let day = Int(words[isAsctime ? 2 : 1]), let month = months[words[isAsctime ? 1 : 2]],
            var year = Int(words[isAsctime ? 4 : 3]), (1...31).contains(day)
        else { return nil }
        if year < 100 { year += year < 70 ? 2000 : 1900 }
        let clock = words[isAsctime ? 3 : 4].split(separator: ":").compactMap { Int64($0) }
        guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        return Timestamp(
            seconds: daysSinceEpoch(year, month, day) * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2])
    }

    /// Days from 1970-01-01 by the days-from-civil algorithm.
    private static func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }
}
