// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Watches a turn's use of steps, tokens and tools, and says when it must end.
struct TurnGuard: Sendable {
    /// Why a turn must end.
    struct Stop: Sendable, Equatable {
        /// The code, see `TurnFinished.stopReason`.
        var reason: String
        /// A sentence for the user.
        var notice: String
    }

    private let limits: TurnLimits
    private(set) var steps = 0
    private(set) var usage = ModelUsage()
    private var errorsInARow = 0
    private var callCounts: [String: Int] = [:]

    init(limits: TurnLimits) { self.limits = limits }

    /// Before a model call: whether there may be another one.
    mutating func beginStep() -> Stop? {
        if steps >= limits.iterations {
            return Stop(
                reason: "max_iterations", notice: "I stopped after \(steps) steps, the limit for one answer.")
        }
        if usage.input + usage.output >= limits.tokens {
            return Stop(
                reason: "max_tokens",
                notice: "I stopped after \(usage.input + usage.output) tokens, the limit for one answer.")
        }
        steps += 1
        return nil
    }

    /// After a model call.
    mutating func count(_ used: ModelUsage) {
        usage.input += used.input
        usage.output += used.output
    }

    /// Before tool calls: whether the model goes round in circles.
    mutating func check(_ calls: [ModelToolCall]) -> Stop? {
        for call in calls {
            let key = call.name + "\u{0}" + call.arguments
            callCounts[key, default: 0] += 1
            if callCounts[key, default: 0] > limits.repeatedCalls {
                return Stop(
                    reason: "repeated_calls",
                    notice: "I stopped because I called \(call.name) with the same arguments "
                        + "\(limits.repeatedCalls) times without getting further.")
            }
        }
        return nil
    }

    /// After tool calls, in order.
    mutating func count(_ results: [ToolResult]) -> Stop? {
        for result in results { errorsInARow = result.outcome == .ok ? 0 : errorsInARow + 1 }
        guard errorsInARow >= limits.consecutiveErrors else { return nil }
        return Stop(
            reason: "consecutive_errors", notice: "I stopped because \(errorsInARow) tool calls in a row failed.")
    }
}
