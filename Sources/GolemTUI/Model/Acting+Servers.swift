// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Acting {
    /// The question for `D`: the selected tool where tools are listed, else the server.
    static func serverBox(_ state: ConsoleState) -> ConfirmBox? {
        guard let (name, server) = state.shownServer else { return nil }
        if let tool = state.shownServerTool { return hideBox(state, name, tool, isHidden: !tool.isHidden) }
        if case .disabled = server.health { return enableBox(state, name, server) }
        return disableBox(state, name, server)
    }

    static func reconnectBox(_ state: ConsoleState) -> ConfirmBox? {
        state.shownServer.flatMap { reconnectBox(state, $0.name, $0.server) }
    }

    /// The question for an action about a server that was typed as a command.
    static func serverBox(for action: Command.Action, _ state: ConsoleState) -> ConfirmBox? {
        func known(_ name: String) -> MCPServerState? { state.engine?.mcpServers[name] }
        switch action {
        case .disableServer(let name, _, _):
            return known(name).map { disableBox(state, name, $0, asked: action) }
        case .enableServer(let name, _): return known(name).map { enableBox(state, name, $0, asked: action) }
        case .reconnectServer(let name): return known(name).map { reconnectBox(state, name, $0) }
        case .setToolHidden(let name, let text, let isHidden, _):
            let tool = known(name)?.tools.first {
                $0.name == text || $0.modelName == text || "mcp.\(name).\($0.name)" == text
            }
            return tool.map { hideBox(state, name, $0, isHidden: isHidden, asked: action) }
        case .testServer(let name):
            let lines = [
                ConfirmBox.Line("effect", "one probe goes through the engine's live connection; nothing changes"),
                ConfirmBox.Line("undo", "not needed"),
            ]
            return known(name).map { _ in
                box("Test MCP server \(name)?", lines, [.init("y", "Test", .send(action))], state)
            }
        default: return nil
        }
    }

    private static func disableBox(
        _ state: ConsoleState, _ name: String, _ server: MCPServerState, asked: Command.Action? = nil
    ) -> ConfirmBox {
        let tools = server.offeredTools.map(\.name)
        var lines = [
            ConfirmBox.Line(
                "effect",
                "\(Format.plural(tools.count, "tool")) \(tools.count == 1 ? "goes" : "go") away at once: \(list(tools))"
            ),
            ConfirmBox.Line("in use", users(of: server, state)),
            ConfirmBox.Line("undo", "D again here, or: golem mcp enable \(ShellWords.quoted(name))"),
        ]
        let running = server.running.count
        if running > 0 {
            lines.insert(
                ConfirmBox.Line(
                    "calls",
                    running == 1
                        ? "1 call under way finishes first; with c it is ended"
                        : "\(running) calls under way finish first; with c they are ended"),
                at: 2)
        }
        if let asked {
            lines.append(ConfirmBox.Line("command", asked.commandLine))
            return box("Disable MCP server \(name)?", lines, [.init("y", "Disable", .send(asked))], state)
        }
        lines.append(ConfirmBox.Line("lasts", "until restart; with p it is written to the config"))
        func action(_ lasting: Command.ServerLasting, cancels: Bool = false) -> ConfirmBox.Answer {
            .send(.disableServer(server: name, lasting: lasting, cancelsCalls: cancels))
        }
        var buttons = [ConfirmBox.Button("y", "Disable", action(.untilRestart))]
        if running > 0 { buttons.append(.init("c", "+ end calls", action(.untilRestart, cancels: true))) }
        // Three buttons and Cancel need short words.
        buttons.append(.init("p", running > 0 ? "+ keep" : "Disable + keep", action(.kept)))
        return box("Disable MCP server \(name)?", lines, buttons, state)
    }

    private static func enableBox(
        _ state: ConsoleState, _ name: String, _ server: MCPServerState, asked: Command.Action? = nil
    ) -> ConfirmBox {
        let tools = server.tools.filter(\.isOffered).map(\.name)
        var lines = [
            ConfirmBox.Line(
                "effect",
                "it is started and connected; "
                    + (tools.isEmpty ? "its tools are offered then" : "its tools come back: \(list(tools))")),
            ConfirmBox.Line("in use", "no chat can use it now"),
            ConfirmBox.Line("undo", "D again here, or: golem mcp disable \(ShellWords.quoted(name))"),
        ]
        if let asked {
            lines.append(ConfirmBox.Line("command", asked.commandLine))
            return box("Enable MCP server \(name)?", lines, [.init("y", "Enable", .send(asked))], state)
        }
        lines.append(
            ConfirmBox.Line(
                "lasts",
                server.report.isKept
                    ? "until restart, because the config disables it; with p the config is changed too"
                    : "from now on; with p it is written to the config too"))
        return box(
            "Enable MCP server \(name)?", lines,
            [
                .init("y", "Enable", .send(.enableServer(server: name, isKept: false))),
                .init("p", "Enable + keep", .send(.enableServer(server: name, isKept: true))),
            ], state)
    }

    private static func reconnectBox(_ state: ConsoleState, _ name: String, _ server: MCPServerState) -> ConfirmBox {
        let running = server.running.count
        let isUp: Bool =
            switch server.health {
            case .healthy, .degraded: true
            case .starting, .down, .disabled: false
            }
        let lines = [
            ConfirmBox.Line(
                "effect",
                isUp
                    ? "its connection is closed, its process ended, and both are made anew" : "it is tried at once"),
            ConfirmBox.Line(
                "calls", running > 0 ? "\(Format.plural(running, "call")) under way: they fail" : "none under way"),
            ConfirmBox.Line("in use", users(of: server, state)),
            ConfirmBox.Line("undo", "not needed: a failure is tried again by itself"),
            ConfirmBox.Line("lasts", "once"),
        ]
        return box(
            "Reconnect MCP server \(name)?", lines, [.init("y", "Reconnect", .send(.reconnectServer(server: name)))],
            state)
    }

    private static func hideBox(
        _ state: ConsoleState, _ name: String, _ tool: MCPToolsChanged.Tool, isHidden: Bool,
        asked: Command.Action? = nil
    ) -> ConfirmBox {
        let verb = isHidden ? "Hide" : "Show"
        let users = state.engine?.mcpServers[name]?.running.values.filter { $0.tool == tool.modelName } ?? []
        var lines = [
            ConfirmBox.Line(
                "effect",
                tool.refusal.map { "none for now: \(tool.modelName) is not offered in any case: \($0)" }
                    ?? (isHidden
                        ? "no session gets \(tool.modelName) in its next model call, and calls to it fail"
                        : "every session gets \(tool.modelName) in its next model call")),
            ConfirmBox.Line(
                "in use", users.isEmpty ? "no call under way" : list(users.compactMap(\.session).sorted())),
            ConfirmBox.Line(
                "undo",
                "D again here, or: golem mcp \(isHidden ? "unhide" : "hide") \(ShellWords.quoted(name)) "
                    + ShellWords.quoted(tool.name)),
        ]
        let title = "\(verb) \(tool.name) of MCP server \(name)?"
        if let asked {
            lines.append(ConfirmBox.Line("command", asked.commandLine))
            return box(title, lines, [.init("y", verb, .send(asked))], state)
        }
        lines.append(ConfirmBox.Line("lasts", "until restart; with p it is written to the config"))
        func action(_ isKept: Bool) -> ConfirmBox.Answer {
            .send(.setToolHidden(server: name, tool: tool.name, isHidden: isHidden, isKept: isKept))
        }
        return box(
            title, lines, [.init("y", verb, action(false)), .init("p", "\(verb) + keep", action(true))], state)
    }

    /// Who calls the server now, and how far their turns are.
    static func users(of server: MCPServerState, _ state: ConsoleState) -> String {
        let users = server.users.map { session in
            let chat = state.engine?.chats[session]
            return session + (chat.map { $0.stepLimit > 0 ? " (step \($0.step)/\($0.stepLimit))" : "" } ?? "")
        }
        guard !users.isEmpty else { return "no call under way; running turns would see it at their next call" }
        return list(users) + "; their next call to it fails, their turns go on"
    }

    /// Names in a row, not more than a box can show.
    private static func list(_ names: [String]) -> String {
        guard !names.isEmpty else { return "none" }
        let more = names.count > 12 ? " and \(names.count - 12) more" : ""
        return names.prefix(12).joined(separator: " ") + more
    }
}
