// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension TableData {
    /// MCP servers, by name; their figures are those of the last hour.
    static func servers(_ engine: EngineState, now: Timestamp) -> TableData {
        let columns = [
            TableColumn("server", "SERVER", 11, isFlexible: true),
            TableColumn("transport", "TRANSPORT", 9, priority: 6),
            TableColumn("state", "STATE", 13),
            TableColumn("tools", "TOOLS", 5, .right, priority: 5),
            TableColumn("calls", "CALLS", 6, .right, priority: 4),
            TableColumn("err", "ERR%", 5, .right, priority: 1),
            TableColumn("p95", "P95", 6, .right, priority: 3),
            TableColumn("proven", "PROVEN", 8, .right, priority: 2),
            TableColumn("restarts", "RESTARTS", 8, .right, priority: 7),
        ]
        let rows = engine.mcpServers.sorted { $0.key < $1.key }.map { name, server in
            let window = server.recent.window(seconds: toolWindowSeconds, now: now)
            let calls = window.latencies.count
            let state = stateWord(server.health)
            let proven = server.provenAt.map { now.since($0) }
            return TableRow(
                id: name,
                cells: [
                    TableCell(name), TableCell(server.report.transport), TableCell(state.text, state.role),
                    TableCell("\(server.offeredTools.count)", rank: Double(server.offeredTools.count)),
                    TableCell(Format.count(calls), rank: Double(calls)),
                    share(window.errors, of: calls), time(window.latencies.quantile(0.95)),
                    proven.map { TableCell(Format.age($0) + " ago", rank: Double($0)) } ?? .none,
                    TableCell(
                        "\(server.report.restarts)", server.report.restarts > 0 ? .warn : .normal,
                        rank: Double(server.report.restarts)),
                ], requestID: server.lastFailure?.requestID)
        }
        return TableData(columns: columns, rows: rows)
    }

    /// The tools of one server, in the server's order.
    static func serverTools(_ server: MCPServerState, in engine: EngineState, now: Timestamp) -> TableData {
        let columns = [
            TableColumn("tool", "TOOL", 16, isFlexible: true),
            TableColumn("state", "STATE", 8),
            TableColumn("writes", "WRITES", 6, priority: 4),
            TableColumn("calls", "CALLS", 5, .right, priority: 2),
            TableColumn("err", "ERR%", 5, .right, priority: 1),
            TableColumn("p95", "P95", 6, .right, priority: 3),
            TableColumn("what", "WHAT IT DOES", 12, priority: 5, isFlexible: true),
        ]
        let isOff: Bool = if case .disabled = server.health { true } else { false }
        let rows = server.tools.map { tool in
            let known = engine.tools[tool.modelName]
            let window = (known ?? ToolState()).trend.window(seconds: toolWindowSeconds, now: now)
            let state: TableCell =
                isOff
                ? TableCell("off", .dim)
                : tool.refusal != nil
                    ? TableCell("REFUSED", .warn)
                    : tool.isHidden ? TableCell("hidden", .dim) : TableCell("offered", .ok)
            return TableRow(
                id: tool.name,
                cells: [
                    TableCell(tool.name), state, TableCell(tool.isReadOnly ? "no" : "maybe"),
                    TableCell(Format.count(window.latencies.count), rank: Double(window.latencies.count)),
                    share(window.errors, of: window.latencies.count), time(window.latencies.quantile(0.95)),
                    TableCell(Format.oneLine(tool.refusal ?? tool.summary)),
                ], requestID: known?.failures.elements.last?.requestID)
        }
        return TableData(columns: columns, rows: rows)
    }

    /// The word for a server's health, with the operator's name where one switched it off.
    private static func stateWord(_ health: ServiceHealth) -> (text: String, role: StyleRole) {
        switch health {
        case .starting: ("starting", .dim)
        case .healthy: ("healthy", .ok)
        case .degraded: ("DEGRADED", .warn)
        case .down: ("DOWN x", .crit)
        case .disabled(let by, _): ("DISABLED \(by.prefix { $0 != "@" })", .dim)
        }
    }

    private static func share(_ errors: UInt64, of calls: UInt64) -> TableCell {
        guard let text = Format.percent(errors, of: calls) else { return .none }
        let isHigh = calls >= 4 && errors * 5 >= calls
        return TableCell(text, isHigh ? .crit : .normal, rank: Double(errors) / Double(calls))
    }

    private static func time(_ value: Int64?) -> TableCell {
        value.map { TableCell(durationText($0), rank: Double($0)) } ?? .none
    }
}

extension ConsoleState {
    /// The MCP server that is opened or selected, with its name.
    var shownServer: (name: String, server: MCPServerState)? {
        guard view == .mcp, let name = location.path.first ?? selectedID(.servers) else { return nil }
        return shownEngine?.mcpServers[name].map { (name, $0) }
    }

    /// The tool of the opened server that is selected.
    var shownServerTool: MCPToolsChanged.Tool? {
        guard focusedPane == .serverTools, let id = selectedID(.serverTools) else { return nil }
        return shownServer?.server.tools.first { $0.name == id }
    }
}
