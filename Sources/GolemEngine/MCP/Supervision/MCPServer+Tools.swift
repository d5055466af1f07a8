// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// What a server offers, and how it is told.
extension MCPServer {
    /// How many tools of one server are offered; more would not fit a model call.
    static let toolLimit = 256
    /// How many refusals of one change are logged.
    private static let refusalLogLimit = 8

    private nonisolated var source: String { "mcp:\(name)" }

    /// Puts the server's tools into the catalogue, or takes them out while it is disabled, and tells of a change.
    func publishTools(_ reason: String) {
        let isGone = disabled != nil || phase == .stopped
        let able = remote.filter { $0.defect == nil }
        let shown = isGone ? [] : able.filter { !isHidden($0.name) }
        var absent: [String: String] = [:]
        for tool in able where isGone || isHidden(tool.name) {
            absent[tool.definition.name] = obstacle(to: tool.name) ?? "the MCP server \(name) is gone"
        }
        for tool in remote {
            guard let defect = tool.defect, absent[tool.definition.name] == nil else { continue }
            absent[tool.definition.name] = "this tool of the MCP server \(name) is not offered: \(defect)"
        }
        for tool in notedTools where absent[tool.modelName] == nil {
            absent[tool.modelName] = "the MCP server \(name) has no tool \(tool.modelName) any more"
        }
        parts.catalog.update(source, ToolCatalog.Offer(tools: shown, absent: absent, reserved: names.all))
        tellTools(reason)
        parts.namesChanged()
    }

    /// Makes the tools for the agent from what the server listed.
    func remakeTools() {
        let (listed, left) = (listed.prefix(Self.toolLimit), listed.dropFirst(Self.toolLimit))
        names.assign(listed.map(\.name) + MCPReadingTools.names(for: info))
        var tools = listed.map { tool in
            names.name(of: tool.name).map { tool.named($0) }
                ?? tool.named(MCPToolName.distinct(server: name, tool: tool.name))
                .refused("no name of its own is left for it")
        }
        tools += MCPReadingTools.tools(for: info, of: self).map { tool in
            names.name(of: tool.name).map { tool.named($0) } ?? tool.refused("no name of its own is left for it")
        }
        var seen: Set<String> = []
        remote = tools.map { tool in
            seen.insert(tool.name).inserted ? tool : tool.refused("another of its tools has the same name")
        }
        if let first = left.first {
            // It stands for all that are left out.
            let tool = first.named(MCPToolName.distinct(server: name, tool: first.name))
            let others = listedCount - Self.toolLimit - 1
            let more = others > 0 ? " and \(others) more" : ""
            remote.append(tool.refused("it\(more) left out: at most \(Self.toolLimit) tools of a server are offered"))
        }
    }

    /// Looks again at which of its names the server can have, after another one's tools changed.
    func refreshRefusals() {
        guard hadSession, !isStopping else { return }
        tellTools("names of another server changed")
    }

    private func tellTools(_ reason: String) {
        let refused = parts.catalog.refusals(of: source)
        let tools = remote.map { tool in
            let modelName = tool.definition.name
            return MCPToolsChanged.Tool(
                name: MCPText.cut(tool.name, 256), modelName: modelName,
                summary: String(tool.definition.description.prefix(200)), isReadOnly: tool.isReadOnly,
                isHidden: isHidden(tool.name), refusal: tool.defect ?? refused[modelName])
        }
        guard tools != notedTools || !knowsTools && !tools.isEmpty else { return }
        logRefusals(tools)
        knowsTools = true
        notedTools = tools
        parts.bus.publish(.mcpToolsChanged(MCPToolsChanged(server: name, tools: tools, reason: reason)))
    }

    /// Logs which tools the model does not get although nobody hid them.
    private func logRefusals(_ tools: [MCPToolsChanged.Tool]) {
        let known = Set(notedTools.filter { $0.refusal != nil }.map(\.modelName))
        let new = tools.filter { $0.refusal != nil && !known.contains($0.modelName) }
        for tool in new.prefix(Self.refusalLogLimit) {
            let fields = [
                LogField("server", name), LogField("tool", tool.name), LogField("reason", tool.refusal ?? ""),
            ]
            parts.bus.publish(.log(LogRecorded(level: .warn, message: "mcp tool not offered", fields: fields)))
        }
        guard new.count > Self.refusalLogLimit else { return }
        let fields = [LogField("server", name), LogField("tools", "\(new.count)")]
        parts.bus.publish(.log(LogRecorded(level: .warn, message: "more mcp tools not offered", fields: fields)))
    }

    /// The tool that an operator means: by the server's name for it, the model's, or the original's.
    func toolName(_ text: String) -> String? {
        if let tool = remote.first(where: { $0.name == text || $0.definition.name == text }) { return tool.name }
        // A name that several share means none of them.
        let others = remote.filter { $0.aliases.contains(text) }
        return others.count == 1 ? others[0].name : nil
    }

    /// Why the model does not get a tool even if nobody hides it; nil when it does.
    func refusal(of tool: String) -> String? {
        guard let found = remote.first(where: { $0.name == tool }) else { return nil }
        return found.defect ?? parts.catalog.refusals(of: source)[found.definition.name]
    }

    func isHidden(_ tool: String) -> Bool {
        guard !hidden.isEmpty else { return false }
        return allNames(of: tool).contains(where: hidden.contains)
    }

    /// The tools that the configuration hides, after a change; what is hidden until the next start is none of them.
    func keptHidden(adding added: String?, removing removed: String?) -> [String] {
        var kept = keptHidden
        if let added { kept.insert(added) }
        if let removed { kept.subtract(allNames(of: removed)) }
        return kept.sorted()
    }

    /// Whether the configuration hides a tool.
    func isKeptHidden(_ tool: String) -> Bool { allNames(of: tool).contains(where: keptHidden.contains) }

    private func allNames(of tool: String) -> [String] {
        let modelName = names.name(of: tool) ?? MCPToolName.forModel(server: name, tool: tool)
        return [tool, modelName, MCPToolName.dotted(server: name, tool: tool)]
    }

    /// Hides a tool or shows it again; with `isKept` the configuration says the same.
    func setHidden(_ tool: String, _ isHidden: Bool, isKept: Bool, by actor: String) {
        if isKept { keptHidden = Set(keptHidden(adding: isHidden ? tool : nil, removing: isHidden ? nil : tool)) }
        if isHidden {
            hidden.insert(tool)
        } else {
            hidden.subtract(allNames(of: tool))
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
            if isBusy { return .degraded(reason: "busy: it answers no probe while it works on calls") }
            if let listFailure { return .degraded(reason: listFailure) }
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
