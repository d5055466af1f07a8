// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A mergeable log-linear histogram of durations in microseconds with a relative error of at most 0.8 %.
///
/// Values below 64 are exact; above, each power of two is split into 64 equal buckets and a bucket stands for its
/// middle. Only used buckets are stored, in ascending order, so that a typical tool needs a few hundred bytes.
public struct LatencyHistogram: Sendable, Equatable, Codable {
    /// How many values were recorded.
    public private(set) var count: UInt64 = 0
    /// The sum of the recorded values, in microseconds.
    public private(set) var total: UInt64 = 0
    /// The largest recorded value, in microseconds.
    public private(set) var maximum: UInt64 = 0
    private var indices: [UInt16] = []
    private var counts: [UInt64] = []

    enum CodingKeys: String, CodingKey {
        case count = "n"
        case total = "sum"
        case maximum = "max"
        case indices = "i"
        case counts = "c"
    }

    /// Makes an empty histogram.
    public init() {}

    /// Records a duration in microseconds; negative values count as zero.
    public mutating func record(_ microseconds: Int64) {
        let value = UInt64(max(0, microseconds))
        add(1, at: Self.index(of: value))
        count += 1
        total &+= value
        maximum = max(maximum, value)
    }

    /// Adds all values of `other`.
    public mutating func merge(_ other: LatencyHistogram) {
        guard other.count > 0 else { return }
        for (index, amount) in zip(other.indices, other.counts) { add(amount, at: index) }
        count += other.count
        total &+= other.total
        maximum = max(maximum, other.maximum)
    }

    /// The value at or below which the share `quantile` (0…1) of the values lies; nil when there are none.
    public func quantile(_ quantile: Double) -> Int64? {
        guard count > 0 else { return nil }
        // Not a number counts as 0.
        let share = quantile > 0 ? min(quantile, 1) : 0
        let rank = max(1, UInt64((share * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for (index, amount) in zip(indices, counts) {
            seen += amount
            if seen >= rank { return Int64(min(Self.middle(of: index), maximum)) }
        }
        return Int64(maximum)
    }

    /// The mean in microseconds; nil when there are no values.
    public var mean: Double? { count == 0 ? nil : Double(total) / Double(count) }

    /// Pairs of upper bound (microseconds, exclusive) and count, ascending, for drawing.
    public var buckets: [(upperBound: UInt64, count: UInt64)] {
        zip(indices, counts).map { (Self.upperBound(of: $0), $1) }
    }

    private mutating func add(_ amount: UInt64, at index: UInt16) {
        var low = 0
        var high = indices.count
        while low < high {
            let middle = (low + high) / 2
            if indices[middle] < index { low = middle + 1 } else { high = middle }
        }
        if low < indices.count, indices[low] == index {
            counts[low] += amount
        } else {
            indices.insert(index, at: low)
            counts.insert(amount, at: low)
        }
    }

    private static func index(of value: UInt64) -> UInt16 {
        // 2^41 µs are 25 days: beyond any deadline, so longer values share the last bucket.
        let value = min(value, (1 << 41) - 1)
        guard value >= 64 else { return UInt16(value) }
        let exponent = 63 - value.leadingZeroBitCount
        let within = (value >> UInt64(exponent - 6)) - 64
        return UInt16(64 + (exponent - 6) * 64 + Int(within))
    }

    private static func lowerBound(of index: UInt16) -> (value: UInt64, width: UInt64) {
        guard index >= 64 else { return (UInt64(index), 1) }
        let shift = UInt64((index - 64) / 64)
        return ((64 + UInt64((index - 64) % 64)) << shift, 1 << shift)
    }

    private static func middle(of index: UInt16) -> UInt64 {
        let (value, width) = lowerBound(of: index)
        return value + width / 2
    }

    private static func upperBound(of index: UInt16) -> UInt64 {
        let (value, width) = lowerBound(of: index)
        return value + width
    }
}
