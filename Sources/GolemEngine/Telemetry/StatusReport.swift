// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEvents

/// What `golem status` shows of a running engine, or of the files that one left.
package enum StatusReport {
    /// The part that only a running engine knows.
    static func live(_ state: EngineState, metrics: RuntimeMetrics, load: (running: Int, waiting: Int), now: Timestamp)
        -> JSONValue
    {
        let engine = state.engine
        var services: [String: JSONValue] = [:]
        for (name, service) in state.services {
            services[name] = .string(service.health.word.lowercased() + (service.health.reason.map { ": \($0)" } ?? ""))
        }
        for (name, server) in state.mcpServers {
            services["mcp:\(name)"] = .string(
                server.health.word.lowercased() + (server.health.reason.map { ": \($0)" } ?? ""))
        }
        return [
            "engine": .object([
                "running": true, "pid": .integer(Int64(engine?.pid ?? 0)),
                "version": .string(engine?.version ?? GolemVersion.current),
                "uptime_seconds": .integer(engine.map { now.since($0.startedAt) / 1_000_000 } ?? 0),
                "gateway": engine?.gateway.map { .string($0) } ?? .null,
                "policy_mode": .string(engine?.policyMode ?? "strict"),
                "policy_off_until": state.policy.current?.offUntil.map { .string($0.rfc3339) } ?? .null,
                "emergency_stop": state.policy.emergencyStop.map { stop -> JSONValue in
                    ["by": .string(stop.by), "reason": .string(stop.reason), "since": .string(stop.at.rfc3339)]
                } ?? .null,
                "exec_sandbox": state.sandbox.map { report -> JSONValue in
                    ["summary": .string(report.summary), "problem": report.problem.map { .string($0) } ?? .null]
                } ?? .null,
                "demo": .bool(engine?.isDemo ?? false),
                "turns_running": .integer(Int64(load.running)), "messages_waiting": .integer(Int64(load.waiting)),
                "turns_finished": .integer(Int64(state.finishedTurns)),
                "turns_failed": .integer(Int64(state.failedTurns)),
                "approvals_pending": .integer(Int64(state.approvals.count)),
                "outbox_waiting": .integer(Int64(state.outbound.values.reduce(0) { $0 + $1.queued })),
                "services": .object(services),
                "problems": .array(
                    state.problems(now: now).map {
                        // The name is what golem mute takes.
                        .string("\($0.text)  [\($0.subject.name)]" + ($0.mute == nil ? "" : " (muted)"))
                    }),
            ]),
            "runtime_metrics": value(metrics),
        ]
    }

    /// The metrics that the last engine left in a workspace; nil when there are none.
    package static func stored(workspace: String) -> JSONValue? {
        MetricsFile.read(workspace + "/state/runtime_metrics.json").map(value)
    }

    private static func value(_ metrics: RuntimeMetrics) -> JSONValue {
        (try? JSONValue(parsing: jsonText(metrics))) ?? .null
    }
}
