// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEvents
import GolemTestSupport
import Testing

@Suite struct HistogramTests {
    /// Distributions that real durations look like, and nasty ones.
    enum Shape: String, CaseIterable, Sendable {
        case uniform
        case exponential
        case twoPeaks
        case constant
        case tiny
        case powers

        func value(_ random: inout SeededGenerator) -> Int64 {
            let unit = Double.random(in: 0..<1, using: &random)
            switch self {
            case .uniform: return Int64(unit * 5_000_000)
            case .exponential:
                // The product of uniform numbers has a long tail.
                return Int64(400_000 / max(unit * Double.random(in: 0..<1, using: &random), 1e-7))
            case .twoPeaks: return unit < 0.9 ? 2_000 + Int64(unit * 100) : 30_000_000 + Int64(unit * 1_000_000)
            case .constant: return 123_457
            case .tiny: return Int64(unit * 70)
            case .powers: return Int64(1) << Int64(unit * 40)
            }
        }
    }

    @Test(arguments: Shape.allCases, [5, 77] as [UInt64])
    func `A quantile is within one per cent of the exact one`(shape: Shape, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var histogram = LatencyHistogram()
        var values: [Int64] = []
        for _ in 0..<20_000 {
            let value = shape.value(&random)
            values.append(value)
            histogram.record(value)
        }
        values.sort()
        for quantile in [0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1] {
            let rank = max(1, Int((quantile * Double(values.count)).rounded(.up)))
            let exact = values[rank - 1]
            let found = try #require(histogram.quantile(quantile))
            #expect(
                abs(Double(found - exact)) <= max(0.5, Double(exact) * 0.01),
                "\(shape) p\(quantile): \(found) instead of \(exact), seed \(seed)")
        }
        #expect(histogram.count == 20_000)
        #expect(histogram.maximum == UInt64(values.last ?? 0))
    }

    @Test(arguments: Shape.allCases)
    func `Merging equals recording everything in one`(shape: Shape) throws {
        var random = SeededGenerator(seed: 9)
        var parts = [LatencyHistogram](repeating: LatencyHistogram(), count: 5)
        var whole = LatencyHistogram()
        for index in 0..<4_000 {
            let value = shape.value(&random)
            parts[index % 5].record(value)
            whole.record(value)
        }
        var forward = LatencyHistogram()
        for part in parts { forward.merge(part) }
        var backward = LatencyHistogram()
        for part in parts.reversed() { backward.merge(part) }
        #expect(forward == whole)
        #expect(backward == whole)
        #expect(try JSONDecoder().decode(LatencyHistogram.self, from: JSONEncoder().encode(whole)) == whole)
    }

    @Test func `Extreme values are counted and do not trap`() {
        var histogram = LatencyHistogram()
        for value in [Int64.min, -1, 0, .max] { histogram.record(value) }
        #expect(histogram.count == 4)
        #expect(histogram.quantile(0) == 0)
        #expect((histogram.quantile(1) ?? 0) > 1 << 40)
        #expect(histogram.quantile(.nan) != nil)
        #expect(LatencyHistogram().quantile(0.5) == nil)
    }

    @Test func `A window holds its slots and nothing older`() {
        var history = WindowedHistogram(slotSeconds: 15, slotLimit: 61)
        let start = Timestamp(seconds: 1_771_125_120)
        for second in stride(from: 0, to: 3_600, by: 5) {
            history.record(1_000, at: start.adding(seconds: Int64(second)), isError: second % 10 == 0, amount: 2)
        }
        let now = start.adding(seconds: 3_599)
        #expect(history.slots.count <= 61)
        #expect(history.window(seconds: 60, now: now).latencies.count == 12)
        #expect(history.window(seconds: 60, now: now).errors == 6)
        #expect(history.window(seconds: 60, now: now).amount == 24)
        #expect(history.window(seconds: 900, now: now).latencies.count == 180)
        #expect(history.window(seconds: 60, now: now.adding(seconds: 4_000)).latencies.count == 0)
        let series = history.series(columns: 4, now: now.adding(seconds: 15)) { $0.latencies.count }
        #expect(series == [3, 3, 3, nil])
    }

    @Test func `A clock that is set back puts values into the newest slot`() {
        var history = WindowedHistogram(slotSeconds: 15, slotLimit: 4)
        history.record(1, at: Timestamp(seconds: 1_000))
        history.record(1, at: Timestamp(seconds: 10))
        #expect(history.slots.count == 1)
        #expect(history.slots.first?.latencies.count == 2)
    }
}
