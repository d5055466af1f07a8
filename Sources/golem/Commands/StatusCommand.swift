// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEngine
import GolemEvents

/// `golem status`: what is configured, and what the running engine says of itself.
enum StatusCommand {
    private static let json = Switch("json", "Prints JSON.")

    static let definition = CommandDefinition(
        name: "status", summary: "Shows the configuration and the state of the engine.",
        discussion:
            """
            It asks the running engine; when none runs it reads the files that the
            last one left, and says so. A workspace that may not be read is an
            error: nobody knows what runs there.
            """,
        flags: [FlagDefinition(json)], run: run)

    @Sendable private static func run(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let loaded = try GlobalFlags.load(invocation)
        var report = configured(loaded)
        switch try Control.ask(.readStatus, invocation) {
        case .success(let reply):
            let live = (try? JSONValue(parsing: reply.payload ?? "{}"))?.objectValue ?? [:]
            report.merge(live) { $1 }
            report["source"] = "engine"
        case .failure(let failure):
            // An engine that does not answer is not one that does not run.
            report["engine"] =
                failure.code == "no_engine"
                ? ["running": false]
                : ["running": .null, "code": .string(failure.code), "error": .string(failure.message)]
            report["source"] = "files"
            let start = PolicyStart(loaded, now: SystemTime().wallNow())
            report["policy"] = [
                "mode": .string(start.rules.mode),
                "off_until": start.rules.offUntil.map { .string($0.rfc3339) } ?? .null,
                "set_by": .string(start.by), "emergency_stop": start.stopSentence.map { .string($0) } ?? .null,
            ]
            if let metrics = StatusReport.stored(workspace: loaded.workspace) { report["runtime_metrics"] = metrics }
            if let problem = modelProblem(loaded) { report["problems"] = [.string("model: \(problem)")] }
        }
        Output.line(invocation.has(json) ? JSONValue.object(report).prettyText : text(report))
        guard report["engine"]?["code"] != "unreadable" else {
            throw CommandFailure(
                report["engine"]?["error"]?.stringValue ?? "the workspace cannot be read",
                exitCode: ExitCode.inputOutput)
        }
        return ExitCode.success
    }

    /// What an engine would say of the configured models.
    private static func modelProblem(_ loaded: LoadedConfig) -> String? {
        let stored = (try? CredentialStore(path: loaded.locations.credentialsFile).load()) ?? [:]
        return loaded.modelSetup(stored: stored.mapValues(\.accessToken)).problem
    }

    /// The part of the report that the configuration alone decides.
    private static func configured(_ loaded: LoadedConfig) -> [String: JSONValue] {
        let config = loaded.config
        let files = FileManager.default
        let stored = (try? CredentialStore(path: loaded.locations.credentialsFile).load()) ?? [:]
        var providers: [String: JSONValue] = [:]
        for name in GolemConfig.providerNames {
            let provider = config[provider: name]
            let isReady =
                name == "ollama" ? !provider.baseURL.isEmpty : !provider.apiKey.isEmpty || stored[name] != nil
            providers[name] = .bool(isReady)
        }
        let exec = config.tools.exec
        let search = config.tools.web.searchAPIKey.isEmpty ? "DuckDuckGo fallback" : "Brave + DuckDuckGo fallback"
        var tools: [String: JSONValue] = [
            "exec": .string("ready (timeout=\(exec.timeout)s, restrict_to_workspace=\(exec.restrictToWorkspace))"),
            "web_search": .string("enabled (\(search))"),
        ]
        for name in [
            "read_file", "write_file", "edit_file", "append_file", "list_dir", "web_fetch", "read_memory",
            "write_memory",
            "append_diary",
        ] { tools[name] = "ready" }
        return [
            "generated_at": .string(SystemTime().wallNow().rfc3339),
            "config": ["path": .string(loaded.locations.file), "exists": .bool(loaded.isFilePresent)],
            "workspace": [
                "path": .string(loaded.workspace), "exists": .bool(files.fileExists(atPath: loaded.workspace)),
                "mode": .string(config.agents.defaults.workspaceMode), "source": .string(loaded.workspaceSource),
            ],
            "model": .string(config.agents.defaults.model), "providers": .object(providers), "tools": .object(tools),
            "gateway": [
                "host": .string(config.gateway.host), "port": .integer(Int64(config.gateway.port)),
                "token_configured": .bool(!config.gateway.token.isEmpty),
            ],
            "policy": ["mode": .string(config.policy.mode)],
        ]
    }

    private static func text(_ report: [String: JSONValue]) -> String {
        func word(_ path: String...) -> String {
            var value = JSONValue.object(report)
            for key in path { value = value[key] ?? .null }
            return value.stringValue ?? value.text
        }
        let isRunning = report["engine"]?["running"]?.boolValue ?? false
        let isReadable = report["engine"]?["code"] != "unreadable"
        var lines = [
            isRunning
                ? "Engine     running, pid \(word("engine", "pid")), up \(word("engine", "uptime_seconds"))s, "
                    + "gateway \(word("engine", "gateway"))"
                : !isReadable
                    ? "Engine     unknown: the workspace cannot be read; what follows comes from the configuration"
                    : report["engine"]?["error"] == nil
                        ? "Engine     not running; what follows comes from files"
                        : "Engine     runs and does not answer; what follows comes from files",
            "Config     \(word("config", "path")) (\(word("config", "exists") == "true" ? "found" : "not there: defaults"))",
            "Workspace  \(word("workspace", "path")) (\(word("workspace", "source")))",
            "Model      \(word("model"))",
            "Policy     \(isRunning ? word("engine", "policy_mode") : word("policy", "mode"))"
                + (report["engine"]?["policy_off_until"]?.stringValue.map { " until \($0)" } ?? ""),
        ]
        if let sandbox = report["engine"]?["exec_sandbox"], let summary = sandbox["summary"]?.stringValue {
            lines.append(
                "Sandbox    exec "
                    + (sandbox["problem"]?.stringValue.map { "REFUSES TO RUN: \(Output.printable($0))" } ?? summary))
        }
        if let stop = report["engine"]?["emergency_stop"], stop != .null {
            lines.append("STOPPED    no tool runs: emergency stop by \(stop["by"]?.stringValue ?? "-")")
        }
        if !isRunning, isReadable {
            if let until = report["policy"]?["off_until"]?.stringValue { lines.append("           off until \(until)") }
            if let stop = report["policy"]?["emergency_stop"]?.stringValue {
                lines.append("STOPPED    at the next start: \(Output.printable(stop))")
            }
        }
        if isRunning {
            lines.append(
                "Turns      \(word("engine", "turns_running")) running, \(word("engine", "messages_waiting")) waiting, "
                    + "\(word("engine", "turns_finished")) finished, \(word("engine", "turns_failed")) failed")
            lines.append(
                "Open       \(word("engine", "approvals_pending")) approvals, "
                    + "\(word("engine", "outbox_waiting")) messages to send")
        }
        for problem in (report["engine"]?["problems"] ?? report["problems"])?.arrayValue ?? [] {
            lines.append("  !        \(Output.printable(problem.stringValue ?? ""))")
        }
        if !isReadable {
            lines.append("Metrics    cannot be read")
        } else if report["runtime_metrics"] == nil {
            lines.append("Metrics    no runtime data yet")
        } else {
            lines.append(
                "Metrics    \(word("runtime_metrics", "tool", "total")) tool calls, "
                    + "\(word("runtime_metrics", "tool", "errors")) errors, p95 "
                    + "\(word("runtime_metrics", "tool", "p95_proxy_latency_ms")) ms "
                    + "(\(word("runtime_metrics", "updated_at")))")
        }
        let ready = (report["providers"]?.objectValue ?? [:]).filter { $0.value == .bool(true) }.keys.sorted()
        lines.append("Providers  \(ready.isEmpty ? "none configured" : ready.joined(separator: ", "))")
        lines.append(
            "Gateway    \(word("gateway", "host")):\(word("gateway", "port")), "
                + (word("gateway", "token_configured") == "true"
                    ? "token configured" : "no token (open to this machine)"))
        return lines.joined(separator: "\n")
    }
}
