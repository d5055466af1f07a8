// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Numbers and times as operators read them, in few columns.
enum Format {
    /// A relative age or span in at most four columns: `13s`, `2m`, `14h`, `12d`.
    static func age(_ microseconds: Int64) -> String {
        let seconds = max(0, microseconds) / 1_000_000
        if seconds < 100 { return "\(seconds)s" }
        if seconds < 6_000 { return "\(seconds / 60)m" }
        if seconds < 172_800 { return "\(seconds / 3_600)h" }
        return "\(seconds / 86_400)d"
    }

    /// A countdown: `12m31s`, `40s`.
    static func span(_ microseconds: Int64) -> String {
        let seconds = max(0, microseconds) / 1_000_000
        return seconds < 60 ? "\(seconds)s" : durationText(seconds * 1_000_000)
    }

    /// How long the engine is up: `12d03h`, `4h05m`, `3m12s`.
    static func uptime(_ microseconds: Int64) -> String {
        let seconds = max(0, microseconds) / 1_000_000
        guard seconds >= 86_400 else { return span(microseconds) }
        return "\(seconds / 86_400)d\(twoDigits(seconds / 3_600 % 24))h"
    }

    /// A count in at most five columns: `640`, `4.7k`, `18k`, `1.2M`.
    static func count(_ value: UInt64) -> String {
        if value < 1_000 { return "\(value)" }
        if value < 9_950 { return "\(tenths(value, 1_000))k" }
        if value < 999_500 { return "\((value + 500) / 1_000)k" }
        if value < 9_950_000 { return "\(tenths(value, 1_000_000))M" }
        return "\((value + 500_000) / 1_000_000)M"
    }

    /// A share in percent with one digit after the point; nil when there is nothing to divide by.
    static func percent(_ part: UInt64, of whole: UInt64) -> String? {
        guard whole > 0 else { return nil }
        let permille = (part * 1_000 + whole / 2) / whole
        return "\(permille / 10).\(permille % 10)"
    }

    /// A number with groups of three: `18,204`.
    static func grouped(_ value: Int) -> String {
        let digits = Array(String(abs(value)))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    /// A count with its noun: `1 row`, `12 rows`.
    static func plural(_ count: Int, _ noun: String) -> String { "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")" }

    /// Seconds with a fixed number of digits after the point: `3.921`.
    static func seconds(_ microseconds: Int64, digits: Int) -> String {
        let value = max(0, microseconds)
        let scale: Int64 = digits == 3 ? 1_000 : (digits == 2 ? 10_000 : 100_000)
        let rounded = (value + scale / 2) / scale
        let whole = 1_000_000 / scale
        let rest = String(rounded % whole)
        return "\(rounded / whole).\(String(repeating: "0", count: max(0, digits - rest.count)))\(rest)"
    }

    /// The beginning of a request id, enough to tell requests apart and to type.
    static func shortID(_ id: String?) -> String {
        guard let id, !id.isEmpty else { return "-" }
        return String(id.prefix(8))
    }

    /// An amount of memory: `640 kB`, `9.1 GB`.
    static func bytes(_ value: Int64) -> String {
        let value = UInt64(max(0, value))
        if value < 999_500 { return "\((value + 500) / 1_000) kB" }
        if value < 9_950_000 { return "\(tenths(value, 1_000_000)) MB" }
        if value < 999_500_000 { return "\((value + 500_000) / 1_000_000) MB" }
        return "\(tenths(value, 1_000_000_000)) GB"
    }

    /// A text on one line.
    static func oneLine(_ text: String) -> String {
        guard text.utf8.contains(0x0A) else { return text }
        return String(text.map { $0.isNewline ? " " : $0 })
    }

    static func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

    private static func tenths(_ value: UInt64, _ unit: UInt64) -> String {
        let rounded = (value * 10 + unit / 2) / unit
        return "\(rounded / 10).\(rounded % 10)"
    }
}
