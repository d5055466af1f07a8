// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEngine
import GolemEvents

/// `golem mcp`: shows and steers the MCP servers of the running engine.
enum MCPCommand {
    private static let json = Switch("json", "Prints JSON.")
    private static let keep = Switch("keep", "Also writes it to the configuration, so that it outlives a restart.")
    private static let cancel = Switch("cancel-calls", "Ends calls under way instead of letting them finish.")
    private static let time = Option<String>.text(
        "for", "time", "How long, as in 30m or 2h; after that the server comes back by itself.")
    private static let server = Positional("server", "The server's name in the configuration.")
    private static let tool = Positional("tool", "The tool: the server's name for it, or the one that the model sees.")

    static let definition = CommandDefinition(
        name: "mcp", summary: "Shows and steers the MCP servers of the running engine.",
        discussion:
            "Everything is done by the running engine with its live connections, takes effect on the next call of "
            + "every session, and is answered with the state read back.",
        subcommands: [
            CommandDefinition(
                name: "list", summary: "Shows all servers; without a running engine, what the configuration says.",
                flags: [FlagDefinition(json)], run: list),
            CommandDefinition(
                name: "status", summary: "Shows all that is known of one server, or the list.",
                flags: [FlagDefinition(json)],
                positionals: [Positional("server", "The server's name.", count: .optional)], run: status),
            CommandDefinition(
                name: "test", summary: "Tries a server through the engine's live connection.", positionals: [server],
                run: { invocation throws(CommandFailure) in
                    try Control.carryOut(.testServer(server: invocation.words[0]), invocation)
                }),
            CommandDefinition(
                name: "disable", summary: "Takes a server's tools away and ends it.",
                flags: [FlagDefinition(keep), FlagDefinition(time), FlagDefinition(cancel)], positionals: [server],
                run: disable),
            CommandDefinition(
                name: "enable", summary: "Lets a server run again.", flags: [FlagDefinition(keep)],
                positionals: [server],
                run: { invocation throws(CommandFailure) in
                    try Control.carryOut(
                        .enableServer(server: invocation.words[0], isKept: invocation.has(keep)), invocation)
                }),
            CommandDefinition(
                name: "reconnect", summary: "Connects a server anew, at once.", positionals: [server],
                run: { invocation throws(CommandFailure) in
                    try Control.carryOut(.reconnectServer(server: invocation.words[0]), invocation)
                }),
            CommandDefinition(
                name: "hide", summary: "Hides a tool from the model.", flags: [FlagDefinition(keep)],
                positionals: [server, tool],
                run: { invocation throws(CommandFailure) in try setHidden(true, invocation) }),
            CommandDefinition(
                name: "unhide", summary: "Offers a hidden tool again.", flags: [FlagDefinition(keep)],
                positionals: [server, tool],
                run: { invocation throws(CommandFailure) in try setHidden(false, invocation) }),
            MCPConfigCommands.add, MCPConfigCommands.remove,
        ] + MCPQuestionCommand.definitions)

    private static func setHidden(_ isHidden: Bool, _ invocation: Invocation) throws(CommandFailure) -> Int32 {
        try Control.carryOut(
            .setToolHidden(
                server: invocation.words[0], tool: invocation.words[1], isHidden: isHidden,
                isKept: invocation.has(keep)), invocation)
    }

    @Sendable private static func disable(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        var lasting = invocation.has(keep) ? Command.ServerLasting.kept : .untilRestart
        if let text = invocation[time] {
            guard !invocation.has(keep) else {
                throw .usage("--for and --keep exclude each other", help: invocation.path)
            }
            guard let duration = GoDuration.parse(text), duration >= .seconds(60), duration <= .seconds(604_800) else {
                throw .usage("--for takes a time from 1m to 168h, such as 30m", help: invocation.path)
            }
            lasting = .minutes(Int(duration.components.seconds / 60))
        }
        return try Control.carryOut(
            .disableServer(server: invocation.words[0], lasting: lasting, cancelsCalls: invocation.has(cancel)),
            invocation)
    }

    /// The servers by name as the engine sees them; nil when none runs.
    private static func servers(_ invocation: Invocation) throws(CommandFailure) -> [String: MCPServerState]? {
        switch try Control.ask(.listServers, invocation) {
        case .success(let reply):
            guard
                let servers = try? JSONDecoder().decode(
                    [String: MCPServerState].self, from: Data((reply.payload ?? "{}").utf8))
            else {
                throw CommandFailure(
                    "the engine's answer was not understood; it may be of another version",
                    exitCode: ExitCode.failure)
            }
            return servers
        case .failure(let failure) where failure.code == "no_engine": return nil
        case .failure(let failure): throw CommandFailure(failure.message, exitCode: ExitCode.unavailable)
        }
    }

    @Sendable private static func list(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        guard let servers = try servers(invocation) else { return try configured(invocation) }
        let now = SystemTime().wallNow()
        if invocation.has(json) {
            Output.line(JSONValue.array(servers.sorted { $0.key < $1.key }.map { report($0, $1, now) }).prettyText)
            return ExitCode.success
        }
        guard !servers.isEmpty else {
            Output.line("No MCP server is configured; they go under mcp.servers (see: golem config keys mcp).")
            return ExitCode.success
        }
        var rows = [["SERVER", "TRANSPORT", "STATE", "TOOLS", "CALLS", "ERR%", "P95", "PROVEN", "RESTARTS", "WHY"]]
        for (name, server) in servers.sorted(by: { $0.key < $1.key }) {
            let window = server.recent.window(seconds: 3_600, now: now)
            let calls = window.latencies.count
            let share = calls == 0 ? "-" : "\(window.errors * 100 / calls)"
            rows.append([
                name, server.report.transport, server.health.word, "\(server.offeredTools.count)", "\(calls)", share,
                window.latencies.quantile(0.95).map(durationText) ?? "-",
                server.provenAt.map { durationText(now.since($0)) + " ago" } ?? "-", "\(server.report.restarts)",
                server.why(now: now) ?? "",
            ])
        }
        write(rows)
        return ExitCode.success
    }

    /// What the configuration says, while no engine runs.
    private static func configured(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let config = try GlobalFlags.load(invocation).config
        let servers = config.mcpServers.sorted { $0.key < $1.key }
        if invocation.has(json) {
            let list = servers.map { name, server in
                JSONValue.object([
                    "name": .string(name), "transport": .string(server.transport), "state": "not running",
                    "enabled": .bool(server.isEnabled), "source": "config",
                ])
            }
            Output.line(JSONValue.array(list).prettyText)
            return ExitCode.success
        }
        Output.line("No engine runs; this is what the configuration says.")
        write(
            [["SERVER", "TRANSPORT", "CONFIGURED"]]
                + servers.map { [$0.key, $0.value.transport, $0.value.isEnabled ? "enabled" : "disabled"] })
        return ExitCode.success
    }

    @Sendable private static func status(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        guard let name = invocation.words.first else { return try list(invocation) }
        guard let servers = try servers(invocation) else {
            throw CommandFailure("no engine runs; see: golem mcp list", exitCode: ExitCode.unavailable)
        }
        guard let server = servers[name] else {
            throw CommandFailure(
                "there is no MCP server \(name); see: golem mcp list", exitCode: ExitCode.refused)
        }
        let now = SystemTime().wallNow()
        if invocation.has(json) {
            Output.line(report(name, server, now).prettyText)
            return ExitCode.success
        }
        let report = server.report
        var lines = [
            "Server     \(name) (\(report.transport))",
            "State      \(server.health.word)\(server.why(now: now).map { ": \($0)" } ?? ""), since "
                + "\(durationText(now.since(server.since)))",
            "Proven     \(server.provenAt.map { durationText(now.since($0)) + " ago" } ?? "never")",
            "Speaks     " + speaks(report),
        ]
        if !report.sandbox.isEmpty { lines.append("Sandbox    \(Output.printable(report.sandbox))") }
        if let pid = report.pid {
            lines.append(
                "Process    pid \(pid), \(report.processes) in all, \((report.memoryBytes ?? 0) / 1_000_000) MB resident"
            )
        }
        lines.append("Restarts   \(report.restarts)")
        lines.append("Calls      \(server.calls), \(server.errors) failed, \(server.timeouts) timed out")
        for call in server.running.values.sorted(by: { $0.since < $1.since }) {
            let told = call.progress.map { ": \($0.text)" } ?? ""
            lines.append("  running  \(call.tool) \(durationText(now.since(call.since))) \(call.session ?? "-")\(told)")
        }
        for tool in server.tools {
            let state =
                server.isDisabled
                ? "off" : tool.refusal.map { "REFUSED: \($0)" } ?? (tool.isHidden ? "hidden" : "offered")
            lines.append("  tool     \(tool.name) as \(tool.modelName): \(state)")
        }
        for note in server.stderr.elements.suffix(10) { lines.append("  stderr   \(note.time.rfc3339) \(note.text)") }
        for line in lines { Output.line(Output.printable(line)) }
        return ExitCode.success
    }

    private static func speaks(_ report: MCPStateChanged) -> String {
        guard !report.revision.isEmpty || !report.version.isEmpty else { return "not known: it never connected" }
        return "MCP \(report.revision.isEmpty ? "of unknown revision" : report.revision)"
            + (report.version.isEmpty ? "" : ", \(report.version)")
    }

    private static func until(_ health: ServiceHealth) -> Timestamp? {
        if case .disabled(_, let until) = health { until } else { nil }
    }

    private static func report(_ name: String, _ server: MCPServerState, _ now: Timestamp) -> JSONValue {
        let window = server.recent.window(seconds: 3_600, now: now)
        func number(_ value: Int64?) -> JSONValue { value.map { .integer($0) } ?? .null }
        return .object([
            "name": .string(name), "transport": .string(server.report.transport),
            "state": .string(server.health.word.lowercased()),
            "reason": server.reason(now: now).map { .string($0) } ?? .null,
            "why": server.why(now: now).map { .string($0) } ?? .null,
            "disabled_until": until(server.health).map { .string($0.rfc3339) } ?? .null,
            "since": .string(server.since.rfc3339),
            "proven_at": server.provenAt.map { .string($0.rfc3339) } ?? .null,
            "revision": .string(server.report.revision), "version": .string(server.report.version),
            "sandbox": .string(server.report.sandbox), "pid": number(server.report.pid.map(Int64.init)),
            "processes": .integer(Int64(server.report.processes)),
            "memory_bytes": number(server.report.memoryBytes), "restarts": .integer(Int64(server.report.restarts)),
            "calls": .integer(Int64(clamping: server.calls)), "errors": .integer(Int64(clamping: server.errors)),
            "timeouts": .integer(Int64(clamping: server.timeouts)),
            "hour": [
                "calls": .integer(Int64(clamping: window.latencies.count)),
                "errors": .integer(Int64(clamping: window.errors)), "p95_us": number(window.latencies.quantile(0.95)),
            ],
            "waiting": .integer(Int64(server.report.waiting)),
            "in_flight": .array(
                server.running.values.sorted { $0.since < $1.since }.map { call in
                    .object([
                        "tool": .string(call.tool), "session": call.session.map { .string($0) } ?? .null,
                        "request_id": call.requestID.map { .string($0) } ?? .null,
                        "age_us": .integer(now.since(call.since)),
                        "progress": call.progress.map { .string($0.text) } ?? .null,
                    ])
                }),
            "tools": .array(
                server.tools.map { tool in
                    .object([
                        "name": .string(tool.name), "model_name": .string(tool.modelName),
                        "read_only": .bool(tool.isReadOnly), "hidden": .bool(tool.isHidden),
                        "offered": .bool(tool.isOffered && !server.isDisabled),
                        "refused": tool.refusal.map { .string($0) } ?? .null,
                    ])
                }),
        ])
    }

    private static func write(_ rows: [[String]]) {
        let widths = rows.reduce(into: [Int](repeating: 0, count: rows[0].count)) { widths, row in
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.count) }
        }
        for row in rows {
            let cells = row.enumerated().map { index, cell in
                index == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
            }
            Output.line(Output.printable(cells.joined(separator: "  ")))
        }
    }
}
