// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEvents

/// The content of `state/runtime_metrics.json`: all fields of the original, and latencies by tool.
///
/// Counters go on after a restart: `base` is what the previous process wrote, `current` what this one saw.
struct RuntimeMetrics: Sendable, Equatable, Codable {
    struct Totals: Sendable, Equatable, Codable {
        var total: UInt64 = 0
        var errors: UInt64 = 0
        var timeouts: UInt64 = 0
        var totalLatencyMs: UInt64 = 0
        var maxLatencyMs: UInt64 = 0
        var lastLatencyMs: UInt64 = 0
        var p95ProxyLatencyMs: UInt64 = 0

        enum CodingKeys: String, CodingKey {
            case total, errors, timeouts
            case totalLatencyMs = "total_latency_ms"
            case maxLatencyMs = "max_latency_ms"
            case lastLatencyMs = "last_latency_ms"
            case p95ProxyLatencyMs = "p95_proxy_latency_ms"
        }
    }

    struct Channel: Sendable, Equatable, Codable {
        var sendAttempts: UInt64 = 0
        var sendFailures: UInt64 = 0

        enum CodingKeys: String, CodingKey {
            case sendAttempts = "send_attempts"
            case sendFailures = "send_failures"
        }
    }

    struct Memory: Sendable, Equatable, Codable {
        var recalls: UInt64 = 0
        var totalItems: UInt64 = 0
        var lastItems: UInt64 = 0
        var emptyRecalls: UInt64 = 0
        var longTermHits: UInt64 = 0
        var diaryRecentHits: UInt64 = 0
        var diaryKeywordHits: UInt64 = 0

        enum CodingKeys: String, CodingKey {
            case recalls
            case totalItems = "total_items"
            case lastItems = "last_items"
            case emptyRecalls = "empty_recalls"
            case longTermHits = "long_term_hits"
            case diaryRecentHits = "diary_recent_hits"
            case diaryKeywordHits = "diary_keyword_hits"
        }
    }

    /// Percentiles of a window, in milliseconds with fractions; nil when nothing was called.
    struct Window: Sendable, Equatable, Codable {
        var count: UInt64
        var errors: UInt64
        var timeouts: UInt64
        var p50Ms: Double?
        var p95Ms: Double?
        var p99Ms: Double?

        enum CodingKeys: String, CodingKey {
            case count, errors, timeouts
            case p50Ms = "p50_ms"
            case p95Ms = "p95_ms"
            case p99Ms = "p99_ms"
        }

        init(_ latencies: LatencyHistogram, errors: UInt64, timeouts: UInt64) {
            count = latencies.count
            self.errors = errors
            self.timeouts = timeouts
            func milliseconds(_ share: Double) -> Double? { latencies.quantile(share).map { Double($0) / 1_000 } }
            p50Ms = milliseconds(0.5)
            p95Ms = milliseconds(0.95)
            p99Ms = milliseconds(0.99)
        }
    }

    struct Tool: Sendable, Equatable, Codable {
        var count: UInt64
        var errors: UInt64
        var timeouts: UInt64
        var last1m: Window
        var last15m: Window
        var sinceStart: Window
        /// All durations over restarts, so that the percentiles of the totals can go on.
        var histogram: LatencyHistogram

        enum CodingKeys: String, CodingKey {
            case count, errors, timeouts, histogram
            case last1m = "last_1m"
            case last15m = "last_15m"
            case sinceStart = "since_start"
        }
    }

    /// How many tools are remembered over restarts.
    static let toolLimit = 512

    var updatedAt = ""
    var tool = Totals()
    var channel = Channel()
    var memory = Memory()
    var tools: [String: Tool] = [:]

    enum CodingKeys: String, CodingKey {
        case updatedAt = "updated_at"
        case tool, channel, memory, tools
    }

    init() {}

    /// Files of the original lack `tools`.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        updatedAt = try container.decodeIfPresent(String.self, forKey: .updatedAt) ?? ""
        tool = try container.decodeIfPresent(Totals.self, forKey: .tool) ?? Totals()
        channel = try container.decodeIfPresent(Channel.self, forKey: .channel) ?? Channel()
        memory = try container.decodeIfPresent(Memory.self, forKey: .memory) ?? Memory()
        tools = try container.decodeIfPresent([String: Tool].self, forKey: .tools) ?? [:]
    }

    /// `base` plus what this process saw.
    init(base: RuntimeMetrics, state: EngineState, memory seen: Memory, now: Timestamp) {
        updatedAt = now.rfc3339
        tool = base.tool
        channel = base.channel
        memory = Memory(
            recalls: base.memory.recalls + seen.recalls, totalItems: base.memory.totalItems + seen.totalItems,
            lastItems: seen.recalls > 0 ? seen.lastItems : base.memory.lastItems,
            emptyRecalls: base.memory.emptyRecalls + seen.emptyRecalls,
            longTermHits: base.memory.longTermHits + seen.longTermHits,
            diaryRecentHits: base.memory.diaryRecentHits + seen.diaryRecentHits,
            diaryKeywordHits: base.memory.diaryKeywordHits + seen.diaryKeywordHits)
        tools = base.tools
        var all = LatencyHistogram()
        for known in base.tools.values { all.merge(known.histogram) }
        for (name, current) in state.tools {
            tool.total += current.calls
            tool.errors += current.errors
            tool.timeouts += current.timeouts
            tool.totalLatencyMs += current.sinceStart.total / 1_000
            tool.maxLatencyMs = max(tool.maxLatencyMs, current.sinceStart.maximum / 1_000)
            all.merge(current.sinceStart)
            let before = base.tools[name]
            var histogram = before?.histogram ?? LatencyHistogram()
            histogram.merge(current.sinceStart)
            let minute = current.recent.window(seconds: 60, now: now)
            let quarter = current.recent.window(seconds: 900, now: now)
            tools[name] = Tool(
                count: (before?.count ?? 0) + current.calls, errors: (before?.errors ?? 0) + current.errors,
                timeouts: (before?.timeouts ?? 0) + current.timeouts,
                last1m: Window(minute.latencies, errors: minute.errors, timeouts: minute.timeouts),
                last15m: Window(quarter.latencies, errors: quarter.errors, timeouts: quarter.timeouts),
                sinceStart: Window(current.sinceStart, errors: current.errors, timeouts: current.timeouts),
                histogram: histogram)
        }
        // Tools come and go over restarts: what was used least is forgotten.
        while tools.count > Self.toolLimit,
            let least = tools.min(by: { ($0.value.count, $0.key) < ($1.value.count, $1.key) })
        {
            tools[least.key] = nil
        }
        // The name is the original's; the value is now exact to 1 %.
        if let p95 = all.quantile(0.95) { tool.p95ProxyLatencyMs = (UInt64(max(0, p95)) + 500) / 1_000 }
        for outbound in state.outbound.values {
            channel.sendAttempts += outbound.attempts
            channel.sendFailures += outbound.failures
        }
    }
}
