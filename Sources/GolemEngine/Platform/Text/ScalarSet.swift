// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A set of Unicode scalars, as a character class of a regular expression writes one.
struct ScalarSet: Sendable, Equatable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0
    private var ranges: [ClosedRange<UInt32>] = []
    private var isNegated = false

    /// Makes a set of ranges.
    init(_ ranges: ClosedRange<Unicode.Scalar>...) {
        for range in ranges { insert(range.lowerBound.value, range.upperBound.value) }
    }

    /// Makes a set of one scalar.
    init(_ scalar: Unicode.Scalar) {
        insert(scalar.value, scalar.value)
        single = scalar
    }

    static let digit = ScalarSet("0"..."9")
    static let word = ScalarSet("0"..."9", "A"..."Z", "a"..."z", "_"..."_")
    static let space = ScalarSet("\t"..."\r", " "..." ")
    static let blank = ScalarSet("\t"..."\t", " "..." ")
    static let lineEnd = ScalarSet("\n"..."\r", "\u{85}"..."\u{85}", "\u{2028}"..."\u{2029}")
    static let any = ScalarSet("\0"..."\u{10FFFF}")

    /// The classes of POSIX, by name; ASCII only.
    static let posix: [String: ScalarSet] = [
        "alpha": ScalarSet("A"..."Z", "a"..."z"), "digit": digit, "alnum": ScalarSet("0"..."9", "A"..."Z", "a"..."z"),
        "upper": ScalarSet("A"..."Z"), "lower": ScalarSet("a"..."z"), "space": space, "blank": blank, "word": word,
        "punct": ScalarSet("!"..."/", ":"..."@", "["..."`", "{"..."~"),
        "xdigit": ScalarSet("0"..."9", "A"..."F", "a"..."f"),
        "cntrl": ScalarSet("\0"..."\u{1F}", "\u{7F}"..."\u{7F}"), "print": ScalarSet(" "..."~"),
        "graph": ScalarSet("!"..."~"),
        "ascii": ScalarSet("\0"..."\u{7F}"),
    ]

    /// Whether it holds a scalar.
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        let isIn: Bool
        if value < 64 {
            isIn = low & (1 << UInt64(value)) != 0
        } else if value < 128 {
            isIn = high & (1 << UInt64(value - 64)) != 0
        } else {
            isIn = ranges.contains { $0.contains(value) }
        }
        return isIn != isNegated
    }

    /// The only scalar that it holds; nil when it was not made of one.
    private(set) var single: Unicode.Scalar?

    /// All that is not in it.
    var inverted: ScalarSet {
        var set = self
        set.isNegated.toggle()
        set.single = nil
        return set
    }

    /// It and another.
    func union(_ other: ScalarSet) -> ScalarSet {
        // Ranges of the negated sets are turned around: there are few of them.
        var set = plain
        set.single = nil
        let other = other.plain
        set.low |= other.low
        set.high |= other.high
        set.ranges += other.ranges
        return set
    }

    /// It, and for each ASCII letter the other case.
    var ignoringCase: ScalarSet {
        var set = plain
        set.single = nil
        let lower: UInt64 = 0x07FF_FFFE << 32
        let upper: UInt64 = 0x07FF_FFFE
        set.high |= (set.high & upper) << 32 | (set.high & lower) >> 32
        return set
    }

    /// The same set without a negation.
    private var plain: ScalarSet {
        guard isNegated else { return self }
        var set = ScalarSet()
        set.low = ~low
        set.high = ~high
        var next: UInt32 = 128
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { set.ranges.append(next...(range.lowerBound - 1)) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10FFFF { set.ranges.append(next...0x10FFFF) }
        return set
    }

    private init() {}

    private mutating func insert(_ first: UInt32, _ last: UInt32) {
        var value = first
        while value <= last, value < 128 {
            if value < 64 { low |= 1 << UInt64(value) } else { high |= 1 << UInt64(value - 64) }
            value += 1
        }
        if last >= 128 { ranges.append(max(first, 128)...last) }
    }
}
