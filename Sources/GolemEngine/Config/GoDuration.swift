// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A length of time as Go writes it: `300ms`, `1.5h`, `2h45m`; the form of `policy.off_ttl`.
package enum GoDuration {
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3_600e9),
    ]

    /// Reads a duration; nil when the text is none or is longer than 292 years.
    package static func parse(_ text: String) -> Duration? {
        var rest = Substring(text)
        let isNegative = rest.hasPrefix("-")
        if isNegative || rest.hasPrefix("+") { rest = rest.dropFirst() }
        if rest == "0" { return .zero }
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            rest = rest.dropFirst(name.count)
            guard let unit = units.first(where: { $0.name == name }), digits.count(where: { $0 == "." }) <= 1,
                digits.contains(where: \.isNumber),
                let value = Double("0\(digits)\(digits.hasSuffix(".") ? "0" : "")")
            else { return nil }
            total += value * unit.nanoseconds
        }
        guard total < 9.2e18 else { return nil }
        return .nanoseconds(Int64((isNegative ? -total : total).rounded()))
    }

    /// Writes a duration as Go does, for example `30m0s` or `1.5s`.
    package static func text(_ duration: Duration) -> String {
        let (whole, attoseconds) = duration.components
        guard whole != 0 || attoseconds != 0 else { return "0s" }
        let sign = whole < 0 || attoseconds < 0 ? "-" : ""
        let nanoseconds = Int64(attoseconds / 1_000_000_000).magnitude
        let seconds = whole.magnitude
        guard seconds > 0 else {
            if nanoseconds >= 1_000_000 { return "\(sign)\(decimal(nanoseconds, 1_000_000))ms" }
            if nanoseconds >= 1_000 { return "\(sign)\(decimal(nanoseconds, 1_000))µs" }
            return "\(sign)\(nanoseconds)ns"
        }
        let tail = decimal(seconds % 60 * 1_000_000_000 + nanoseconds, 1_000_000_000) + "s"
        if seconds >= 3_600 { return "\(sign)\(seconds / 3_600)h\(seconds / 60 % 60)m\(tail)" }
        return seconds >= 60 ? "\(sign)\(seconds / 60)m\(tail)" : "\(sign)\(tail)"
    }

    /// `value / unit` without trailing zeros; `unit` is a power of ten.
    private static func decimal(_ value: UInt64, _ unit: UInt64) -> String {
        var fraction = String(String(value % unit + unit).dropFirst())
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return fraction.isEmpty ? "\(value / unit)" : "\(value / unit).\(fraction)"
    }
}
