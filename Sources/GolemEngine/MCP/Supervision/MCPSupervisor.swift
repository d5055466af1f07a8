// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Runs the MCP servers of an engine, each in its own failure domain, and carries out what operators ask of them.
package final class MCPSupervisor: Sendable {
    /// How long servers get to end when the engine stops.
    static let closeTime = Duration.seconds(5)

    private let servers: [String: MCPServer]
    private let time: any TimeSource
    private let queue: BlockingQueue
    private let write: MCPOptions.Write?
    private let names: AsyncStream<Void>
    private let namesChanged: AsyncStream<Void>.Continuation
    private let stopping = Latch()
    /// One change at a time: each is made from what the one before left.
    private let changes = AsyncLock()

    /// Makes the servers; nothing runs yet.
    package init(
        _ options: MCPOptions, catalog: ToolCatalog, bus: EventBus, questions: QuestionDesk, time: any TimeSource,
        queue: BlockingQueue, random: @escaping @Sendable () -> Double
    ) {
        let (names, namesChanged) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.names = names
        self.namesChanged = namesChanged
        self.time = time
        self.queue = queue
        write = options.write
        let parts = MCPServer.Parts(
            connector: options.connector, catalog: catalog, bus: bus, time: time, random: random,
            namesChanged: { namesChanged.yield() }, questions: questions)
        servers = Dictionary(
            options.servers.map { ($0.settings.name, MCPServer($0, parts: parts)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Runs all servers until `stop()`; ends when they are closed, or `closeTime` after.
    package func run() async {
        guard !servers.isEmpty else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in self.names {
                    for server in self.servers.values { await server.refreshRefusals() }
                }
            }
            let closed = Latch()
            group.addTask {
                await withTaskGroup(of: Void.self) { running in
                    for server in self.servers.values { running.addTask { await server.run() } }
                }
                closed.open()
            }
            await stopping.wait()
            for server in servers.values { await server.stop() }
            _ = try? await time.withDeadline(Self.closeTime) { await closed.wait() }
            namesChanged.finish()
            group.cancelAll()
        }
    }

    /// Closes all servers; `run()` ends when that is done.
    package func stop() { stopping.open() }

    /// What became of an operator's wish.
    typealias Outcome = CommandDesk.Outcome

    /// Carries out a command about an MCP server; nil for any other command.
    func carryOut(_ action: Command.Action, by actor: String) async -> Outcome? {
        switch action {
        case .disableServer(let name, let lasting, let cancelsCalls):
            return await with(name) { await self.disable($0, lasting, cancelsCalls, actor) }
        case .enableServer(let name, let isKept): return await with(name) { await self.enable($0, isKept, actor) }
        case .reconnectServer(let name):
            return await with(name) { server in
                guard let (isConnected, text) = await server.reconnect() else {
                    return .refused("disabled", "\(name) is disabled; enable it first: golem mcp enable \(name)")
                }
                return isConnected ? .done(text) : .refused("not_connected", text)
            }
        case .setToolHidden(let name, let tool, let isHidden, let isKept):
            return await with(name) { await self.setHidden($0, tool, isHidden, isKept, actor) }
        case .testServer(let name):
            return await with(name) { server in
                let (isGood, text) = await server.test()
                return isGood ? .done(text) : .refused("not_proven", text)
            }
        default: return nil
        }
    }

    private func with(_ name: String, _ body: (MCPServer) async -> Outcome) async -> Outcome {
        guard let server = servers[name] else {
            let known =
                servers.isEmpty ? "there is none" : "there are: \(servers.keys.sorted().joined(separator: ", "))"
            return .refused("unknown_server", "there is no MCP server \(name); \(known)")
        }
        return await body(server)
    }

    private func disable(
        _ server: MCPServer, _ lasting: Command.ServerLasting, _ cancelsCalls: Bool, _ actor: String
    ) async -> Outcome {
        var until: Timestamp?
        if case .minutes(let minutes) = lasting {
            until = time.wallNow().adding(seconds: Int64(min(max(1, minutes), 10_080)) * 60)
        }
        let isKept = lasting == .kept
        return await changes.whileAlone {
            // First the file: a wish that cannot be kept is not half carried out.
            await self.keeping(isKept ? (server.name, "enabled", "false") : nil) {
                await server.disable(by: actor, until: until, isKept: isKept, cancelsCalls: cancelsCalls)
            }
        }
    }

    private func enable(_ server: MCPServer, _ isKept: Bool, _ actor: String) async -> Outcome {
        let was = OneShot<MCPServer.Disabled?>()
        let outcome = await changes.whileAlone {
            await self.keeping(isKept ? (server.name, "enabled", "true") : nil) {
                was.fulfil(await server.enable(by: actor))
                return ""
            }
        }
        guard let was = was.current else { return outcome }
        return .done(await server.enabled(was, isKept: isKept) + outcome.message)
    }

    private func setHidden(
        _ server: MCPServer, _ tool: String, _ isHidden: Bool, _ isKept: Bool, _ actor: String
    ) async -> Outcome {
        guard let name = await server.toolName(tool) else {
            return .refused("unknown_tool", "the MCP server \(server.name) has no tool \(tool)")
        }
        return await changes.whileAlone {
            let wanted = await server.keptHidden(adding: isHidden ? name : nil, removing: isHidden ? nil : name)
            let value = JSONValue.array(wanted.map { .string($0) }).text
            return await self.keeping(isKept ? (server.name, "hidden_tools", value) : nil) {
                await server.setHidden(name, isHidden, isKept: isKept, by: actor)
                return await self.hiddenText(server, name, isKept)
            }
        }
    }

    /// How things stand with a tool, read back.
    private func hiddenText(_ server: MCPServer, _ tool: String, _ isKept: Bool) async -> String {
        let isHidden = await server.isHidden(tool)
        let isHiddenByConfig = await server.isKeptHidden(tool)
        let isOff = await server.disabled != nil
        var text = "\(tool) of \(server.name) "
        switch (isHidden, await server.refusal(of: tool)) {
        case (true, nil): text += "is hidden"
        case (true, .some(let reason)): text += "is hidden (without that it would not be offered either: \(reason))"
        case (false, nil): text += isOff ? "is offered again once \(server.name) is enabled" : "is offered again"
        case (false, .some(let reason)): text += "is not hidden any more but still not offered: \(reason)"
        }
        if isKept { return text + ", also after a restart" }
        guard isHidden != isHiddenByConfig else { return text + ", until restart" }
        return text
            + ", until restart: the configuration \(isHiddenByConfig ? "hides" : "does not hide") it (see --keep)"
    }

    /// Writes a key of a server to the configuration file, if one is given, and then makes the change; refused, with
    /// nothing changed, when it cannot be written.
    private func keeping(
        _ wish: (server: String, key: String, value: String)?, _ change: () async -> String
    ) async -> Outcome {
        guard let wish else { return .done(await change()) }
        guard let write else {
            return .refused("not_written", "this engine has no configuration file; nothing was changed")
        }
        do throws(MCPOptions.WriteError) {
            let note = try await queue.run { () throws(MCPOptions.WriteError) in
                try write(wish.server, wish.key, wish.value)
            }
            return .done(await change() + (note.map { "; \($0)" } ?? ""))
        } catch {
            return .refused("not_written", error.message)
        }
    }
}
