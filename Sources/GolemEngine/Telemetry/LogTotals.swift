// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The running totals that some log lines carry, as those of the original did: since the start of the process.
struct LogTotals: Sendable {
    private var calls: UInt64 = 0
    private var errors: UInt64 = 0
    private var timeouts: UInt64 = 0
    private var latencies = LatencyHistogram()
    private var attempts: UInt64 = 0
    private var failures: UInt64 = 0

    /// Takes an event into account.
    mutating func count(_ event: Event) {
        switch event.kind {
        case .toolFinished(let call) where call.outcome != .denied && call.outcome != .cancelled:
            calls += 1
            if call.outcome != .ok { errors += 1 }
            if call.outcome == .timeout { timeouts += 1 }
            latencies.record(call.durationMicroseconds)
        case .outboundSent: attempts += 1
        case .outboundAttemptFailed, .outboundDead:
            attempts += 1
            failures += 1
        default: break
        }
    }

    /// The fields for the line of an event, which was counted before.
    func fields(for event: Event) -> [LogField] {
        switch event.kind {
        case .toolFinished:
            [
                LogField("tool_total", String(calls)), LogField("tool_error_ratio", Self.ratio(errors, calls)),
                LogField("tool_timeout_ratio", Self.ratio(timeouts, calls)),
                LogField("tool_latency_p95_proxy_ms", String(((latencies.quantile(0.95) ?? 0) + 500) / 1_000)),
            ]
        case .outboundAttemptFailed, .outboundDead:
            [
                LogField("channel_send_attempts", String(attempts)),
                LogField("channel_send_failure_ratio", Self.ratio(failures, attempts)),
            ]
        default: []
        }
    }

    /// A share with three digits; 0 of nothing is 0.
    private static func ratio(_ part: UInt64, _ whole: UInt64) -> String {
        guard whole > 0 else { return "0.000" }
        let thousandths = (part * 2_000 + whole) / (whole * 2)
        let digits = String(thousandths % 1_000)
        return "\(thousandths / 1_000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }
}
