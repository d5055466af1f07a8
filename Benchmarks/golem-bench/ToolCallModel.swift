// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents
import Synchronization

/// A model that answers at once and asks for one tool after the other, and notes how long each took.
///
/// One turn runs at a time; bare round trips are made between two answers, on the turn's own thread.
final class ToolCallModel: ModelService {
    /// A tool to be measured, and the same server without Golem.
    struct Lane {
        var name: String
        var tool: String
        var bare: BareClient?
    }

    private struct State {
        var lanes: [Lane]
        var calls: [[Int64]]
        var bare: [[Int64]]
        var step = 0
        var askedAt: Int64?
        var failures = 0
    }

    private static let callsPerLane = 20

    /// The tools that must be there.
    let tools: [String]
    private let time: any TimeSource
    private let state: Mutex<State>

    init(_ lanes: sending [Lane], time: any TimeSource) {
        tools = lanes.map(\.tool)
        self.time = time
        let empty = [[Int64]](repeating: [], count: lanes.count)
        state = Mutex(State(lanes: lanes, calls: empty, bare: empty))
    }

    var modelName: String? { "bench" }

    /// Forgets what was measured.
    func begin() {
        state.withLock { state in
            state.calls = state.calls.map { _ in [] }
            state.bare = state.bare.map { _ in [] }
        }
    }

    /// Calls and round trips that went wrong.
    var failures: Int { state.withLock { $0.failures } }

    func respond(
        to request: ModelRequest, observer: any ModelCallObserver, onDelta: @escaping @Sendable (ModelDelta) -> Void
    ) async throws(ProviderError) -> ModelResponse {
        let now = time.monotonicMicroseconds()
        return state.withLock { state in
            let count = state.lanes.count
            if let askedAt = state.askedAt {
                let lane = (state.step - 1) % count
                state.calls[lane].append(now - askedAt)
                if case .toolResult(_, _, _, isError: true)? = request.turn.last { state.failures += 1 }
                if let bare = state.lanes[lane].bare {
                    let began = time.monotonicMicroseconds()
                    if !bare.call("hello") { state.failures += 1 }
                    state.bare[lane].append(time.monotonicMicroseconds() - began)
                }
            }
            guard state.step < count * Self.callsPerLane else {
                state.step = 0
                state.askedAt = nil
                return ModelResponse(text: "done")
            }
            let tool = state.lanes[state.step % count].tool
            state.step += 1
            let call = ModelToolCall(id: "call_\(state.step)", name: tool, arguments: #"{"text":"hello"}"#)
            state.askedAt = time.monotonicMicroseconds()
            return ModelResponse(text: "", toolCalls: [call], stopReason: "tool_calls")
        }
    }

    func clearCooldown(model: String) async -> String? { nil }

    /// Percentiles in microseconds by lane; overheads are differences of percentiles.
    var report: JSONValue {
        state.withLock { state in
            var report: [String: JSONValue] = [:]
            for (index, lane) in state.lanes.enumerated() {
                let calls = state.calls[index].sorted()
                var figures: [String: JSONValue] = [
                    "calls": .integer(Int64(calls.count)), "p50_us": .integer(Self.at(0.5, calls)),
                    "p99_us": .integer(Self.at(0.99, calls)),
                ]
                let bare = state.bare[index].sorted()
                if !bare.isEmpty {
                    figures["bare_p50_us"] = .integer(Self.at(0.5, bare))
                    figures["bare_p99_us"] = .integer(Self.at(0.99, bare))
                    figures["overhead_p50_us"] = .integer(Self.at(0.5, calls) - Self.at(0.5, bare))
                    figures["overhead_p99_us"] = .integer(Self.at(0.99, calls) - Self.at(0.99, bare))
                    figures["ratio_p50"] = .number(Double(Self.at(0.5, calls)) / Double(max(1, Self.at(0.5, bare))))
                }
                report[lane.name] = .object(figures)
            }
            return .object(report)
        }
    }

    private static func at(_ share: Double, _ sorted: [Int64]) -> Int64 {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}
