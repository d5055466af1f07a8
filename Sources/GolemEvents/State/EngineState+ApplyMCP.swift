// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension EngineState {
    mutating func applyMCP(_ event: Event) {
        switch event.kind {
        case .mcpState(let change): apply(change, event)
        case .mcpToolsChanged(let change): apply(change, event)
        case .mcpStderr(let change): apply(change, event)
        default: break
        }
    }

    private mutating func apply(_ change: MCPStateChanged, _ event: Event) {
        var server = mcpServers[change.server] ?? MCPServerState(report: change, since: event.time)
        let isNews =
            server.health.word != change.health.word || server.health.reason != change.health.reason
            || mcpServers[change.server] == nil
        if server.health.word != change.health.word { server.since = event.time }
        server.report = change
        if isNews {
            let reason = change.health.reason.map { ": \($0)" } ?? ""
            let isError: Bool = if case .down = change.health { true } else { false }
            server.note("state", change.health.word + reason, at: event.time, isError: isError)
        }
        mcpServers[change.server] = server
        let isFull = mcpServers.count > Self.mcpServerLimit
        mcpServers.limit(to: Self.mcpServerLimit) { ($0.value.since, $0.key) < ($1.value.since, $1.key) }
        if isFull { mcpOwners = mcpOwners.filter { mcpServers[$0.value] != nil } }
    }

    private mutating func apply(_ change: MCPToolsChanged, _ event: Event) {
        guard var server = mcpServers[change.server] else { return }
        for tool in server.tools where mcpOwners[tool.modelName] == change.server { mcpOwners[tool.modelName] = nil }
        server.tools = change.tools.prefix(MCPServerState.toolLimit).map { tool in
            var tool = tool
            tool.summary = bounded(tool.summary, 200)
            return tool
        }
        for tool in server.tools where tool.refusal == nil && mcpOwners[tool.modelName] == nil {
            mcpOwners[tool.modelName] = change.server
        }
        let offered = server.tools.count(where: \.isOffered)
        server.note("tools", "\(offered) of \(server.tools.count) tools offered: \(change.reason)", at: event.time)
        mcpServers[change.server] = server
    }

    private mutating func apply(_ change: MCPStderr, _ event: Event) {
        guard var server = mcpServers[change.server] else { return }
        if change.dropped > 0 {
            let text = "… \(change.dropped) lines left out"
            server.stderr.append(MCPServerState.Note(time: event.time, kind: "stderr", text: text, isError: false))
        }
        for line in change.lines {
            let note = MCPServerState.Note(time: event.time, kind: "stderr", text: bounded(line, 500), isError: false)
            server.stderr.append(note)
        }
        for line in change.lines.suffix(4) { server.note("stderr", line, at: event.time) }
        mcpServers[change.server] = server
    }

    /// Notes a call at the server that has the tool, if one has.
    mutating func noteMCP(_ started: ToolStarted, _ event: Event) {
        guard let owner = mcpOwners[started.tool], mcpServers[owner] != nil else { return }
        mcpServers[owner]?.running[started.callID] = MCPServerState.RunningCall(
            tool: started.tool, session: event.session, requestID: event.requestID, since: event.time)
        mcpServers[owner]?.running.limit(to: MCPServerState.runningLimit) {
            ($0.value.since, $0.key) < ($1.value.since, $1.key)
        }
    }

    /// Notes the end of a call at the server that has the tool, or had it when the call began.
    mutating func noteMCP(_ finished: ToolFinished, _ event: Event) {
        let holder = mcpServers.first { $0.value.running[finished.callID]?.tool == finished.tool }?.key
        guard let owner = holder ?? mcpOwners[finished.tool], var server = mcpServers[owner] else { return }
        let wasRunning = server.running.removeValue(forKey: finished.callID) != nil
        if wasRunning, finished.outcome != .denied, finished.outcome != .cancelled {
            let isTimeout = finished.outcome == .timeout
            let isError = finished.outcome == .error || isTimeout
            server.calls += 1
            server.errors += isError ? 1 : 0
            server.timeouts += isTimeout ? 1 : 0
            server.recent.record(
                finished.durationMicroseconds, at: event.time, isError: isError, isTimeout: isTimeout)
            // A good answer is an exchange that nobody can doubt.
            if finished.outcome == .ok { server.report.provenAt = max(event.time, server.provenAt ?? event.time) }
            let name = server.tools.first { $0.modelName == finished.tool }?.name ?? finished.tool
            let took = durationText(finished.durationMicroseconds)
            let text = "\(name) \(finished.outcome.rawValue) \(took)" + (event.requestID.map { " req \($0)" } ?? "")
            server.note("call", text, at: event.time, isError: isError)
            if isError {
                server.lastFailure = MCPServerState.Failure(
                    time: event.time, requestID: event.requestID, tool: finished.tool,
                    reason: bounded(finished.result, 200))
            }
        }
        mcpServers[owner] = server
    }

    /// What is wrong with MCP servers; one that an operator disabled is none.
    func mcpProblems(_ now: Timestamp) -> [Problem] {
        var found: [Problem] = []
        for (name, server) in mcpServers {
            func add(_ severity: Problem.Severity, _ text: String, since: Timestamp?) {
                found.append(
                    Problem(severity: severity, subject: .server(name), text: "mcp \(name): \(text)", since: since))
            }
            switch server.health {
            case .down(let reason, let retryAt):
                let retry = retryAt.map { ", next try in \(max(0, $0.since(now) / 1_000_000))s" } ?? ""
                add(.critical, "down, \(reason)\(retry)", since: server.since)
            case .degraded(let reason): add(.warning, "degraded, \(reason)", since: server.since)
            case .starting, .healthy, .disabled: break
            }
            if case .disabled = server.health { continue }
            if let refusals = server.refusals { add(.warning, refusals, since: nil) }
        }
        return found
    }
}
