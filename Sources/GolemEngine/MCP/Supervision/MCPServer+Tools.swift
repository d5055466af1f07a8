// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// What a server offers, and how it is told.
extension MCPServer {
    /// How many tools of one server are offered; more would not fit a model call.
    private static let toolLimit = 256

    private nonisolated var source: String { "mcp:\(name)" }

    /// Puts the server's tools into the catalogue, or takes them out while it is disabled, and tells of a change.
    func publishTools(_ reason: String) {
        let isGone = disabled != nil || phase == .stopped
        let shown = isGone ? [] : remote.filter { !isHidden($0.name) }
        var absent: [String: String] = [:]
        for tool in remote where isGone || isHidden(tool.name) {
            absent[tool.definition.name] = obstacle(to: tool.name) ?? "the MCP server \(name) is gone"
        }
        for tool in notedTools where absent[tool.modelName] == nil {
            absent[tool.modelName] = "the MCP server \(name) has no tool \(tool.name) any more"
        }
        parts.catalog.update(source, ToolCatalog.Offer(tools: shown, absent: absent))
        tellTools(reason)
        parts.namesChanged()
    }

    /// Makes the tools for the agent from what the server listed.
    func remakeTools() {
        remote =
            mcpTools.prefix(Self.toolLimit).map { MCPRemoteTool($0, of: self) }
            + MCPReadingTools.tools(for: info, of: self)
    }

    /// Looks again at which of its names the server can have, after another one's tools changed.
    func refreshRefusals() {
        guard hadSession, !isStopping else { return }
        tellTools("names of another server changed")
    }

    private func tellTools(_ reason: String) {
        let refused = parts.catalog.refusals(of: source)
        var seen: Set<String> = []
        let tools = remote.map { tool in
            let name = tool.definition.name
            let isFirst = seen.insert(name).inserted
            // Of two tools of this server with one name the first one has it.
            let refusal = refused[name].flatMap { isFirst && $0.isOwn ? nil : $0.text }
            return MCPToolsChanged.Tool(
                name: tool.name, modelName: name, summary: String(tool.definition.description.prefix(200)),
                isReadOnly: tool.isReadOnly, isHidden: isHidden(tool.name), refusal: refusal)
        }
        guard tools != notedTools || !knowsTools && !tools.isEmpty else { return }
        knowsTools = true
        notedTools = tools
        parts.bus.publish(.mcpToolsChanged(MCPToolsChanged(server: name, tools: tools, reason: reason)))
    }

    /// The tool that an operator means: by the server's name for it, the model's, or the original's.
    func toolName(_ text: String) -> String? {
        remote.first { $0.name == text || $0.definition.name == text || $0.aliases.contains(text) }?.name
    }

    func isHidden(_ tool: String) -> Bool {
        guard !hidden.isEmpty else { return false }
        return names(of: tool).contains(where: hidden.contains)
    }

    /// The hidden tools after a change, for the configuration.
    func hiddenNames(adding added: String?, removing removed: String?) -> [String] {
        var names = hidden
        if let added { names.insert(added) }
        if let removed { names.subtract(self.names(of: removed)) }
        return names.sorted()
    }

    private func names(of tool: String) -> [String] {
        [tool, MCPToolName.forModel(server: name, tool: tool), MCPToolName.dotted(server: name, tool: tool)]
    }

    /// Hides a tool or shows it again.
    func setHidden(_ tool: String, _ isHidden: Bool, by actor: String) {
        if isHidden {
            hidden.insert(tool)
        } else {
            hidden.subtract(names(of: tool))
        }
        publishTools("\(tool) \(isHidden ? "hidden" : "shown again") by \(actor)")
    }

    // MARK: state

    /// How the server is.
    var health: ServiceHealth {
        if let disabled { return .disabled(by: disabled.by, until: disabled.until) }
        switch phase {
        case .disabled: return .starting
        case .stopped: return .down(reason: "the engine is stopping", retryAt: nil)
        case .waiting(let until): return .down(reason: failure ?? "no connection", retryAt: until)
        case .connecting:
            guard let failure else { return .starting }
            return hadSession && backoff.failures == 0
                ? .degraded(reason: "connecting again: \(failure)") : .down(reason: failure, retryAt: nil)
        case .connected:
            if unanswered > 0 { return .degraded(reason: failure ?? "it does not answer") }
            let now = parts.time.wallNow()
            let recent = restartTimes.count { now.since($0) < 600_000_000 }
            if recent >= 3 { return .degraded(reason: "connected again \(recent) times within 10 minutes") }
            return .healthy
        }
    }

    /// Publishes how the server is when that changed; with `isRoutine` also when only figures did.
    func publishState(isRoutine: Bool = false) {
        var change = MCPStateChanged(
            server: name, transport: info.transport.isEmpty ? transportName : info.transport, health: health)
        change.revision = info.revision
        change.version = [info.name, info.version].filter { !$0.isEmpty }.joined(separator: " ")
        change.pid = session?.connection.info.pid
        change.processes = usage?.processes ?? 0
        change.sandbox = info.sandbox
        change.memoryBytes = usage?.residentBytes ?? published?.memoryBytes
        change.provenAt = provenAt
        change.restarts = restarts
        change.waiting = gate.waiting
        change.concurrency = gate.places
        change.isKept = disabled?.isKept ?? false
        guard var last = published else {
            published = change
            return parts.bus.publish(.mcpState(change))
        }
        // A new time for the next attempt is no news.
        let isNews = last.health.word != change.health.word || last.health.reason != change.health.reason
        if !isNews {
            let isDue = last.health != change.health || last.pid != change.pid || last.isKept != change.isKept
            guard isRoutine || isDue else { return }
            change.isRoutine = true
            last.isRoutine = true
            guard last != change else { return }
        }
        published = change
        parts.bus.publish(.mcpState(change))
    }
}
