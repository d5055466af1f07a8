// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What is known of one tool: counts, latencies and recent failures.
public struct ToolState: Sendable, Equatable, Codable {
    /// A call that failed.
    public struct Failure: Sendable, Equatable, Codable {
        /// When it ended.
        public var time: Timestamp
        /// Its request.
        public var requestID: String?
        /// How it ended.
        public var outcome: ToolOutcome
        /// The error's beginning.
        public var reason: String
    }

    /// Calls that run now.
    public var running = 0
    /// Calls since start.
    public var calls: UInt64 = 0
    /// Errors since start, timeouts included.
    public var errors: UInt64 = 0
    /// Timeouts since start.
    public var timeouts: UInt64 = 0
    /// Calls refused by policy or a person since start.
    public var denied: UInt64 = 0
    /// Durations since start.
    public var sinceStart = LatencyHistogram()
    /// The last 15 minutes in slots of 15 s.
    public var recent = WindowedHistogram(slotSeconds: 15, slotLimit: 61)
    /// The last hour in slots of 12 minutes, for the trend.
    public var trend = WindowedHistogram(slotSeconds: 720, slotLimit: 6)
    /// The last failures, oldest first.
    public var failures = BoundedList<Failure>(capacity: 8)
    /// The duration of the last call, in microseconds.
    public var lastMicroseconds: Int64 = 0

    /// Makes the state of a tool that was never called.
    public init() {}

    mutating func finished(_ call: ToolFinished, wasRunning: Bool, at time: Timestamp, requestID: String?) {
        if wasRunning { running = max(0, running - 1) }
        // A refused or cancelled call says nothing about the tool.
        if call.outcome == .denied { denied += 1 }
        guard wasRunning, call.outcome != .denied, call.outcome != .cancelled else { return }
        let isTimeout = call.outcome == .timeout
        let isError = call.outcome == .error || isTimeout
        calls += 1
        errors += isError ? 1 : 0
        timeouts += isTimeout ? 1 : 0
        lastMicroseconds = call.durationMicroseconds
        sinceStart.record(call.durationMicroseconds)
        recent.record(call.durationMicroseconds, at: time, isError: isError, isTimeout: isTimeout)
        trend.record(call.durationMicroseconds, at: time, isError: isError, isTimeout: isTimeout)
        if isError {
            failures.append(
                Failure(time: time, requestID: requestID, outcome: call.outcome, reason: bounded(call.result, 200)))
        }
    }
}

/// The first `limit` characters of `text`.
func bounded(_ text: String, _ limit: Int) -> String {
    text.utf8.count <= limit ? text : String(text.prefix(limit))
}
