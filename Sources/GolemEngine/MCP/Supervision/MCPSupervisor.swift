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
    struct Outcome: Sendable {
        var isDone: Bool
        var code: String
        var message: String

        static func done(_ message: String) -> Outcome { Outcome(isDone: true, code: "done", message: message) }

        static func refused(_ code: String, _ message: String) -> Outcome {
            Outcome(isDone: false, code: code, message: message)
        }
    }

    /// Carries out a command about an MCP server; nil for any other command.
    func carryOut(_ action: Command.Action, by actor: String) async -> Outcome? {
        switch action {
        case .disableServer(let name, let lasting, let cancelsCalls):
            return await with(name) { await self.disable($0, lasting, cancelsCalls, actor) }
        case .enableServer(let name, let isKept):
            return await with(name) { server in
                var note: String?
                if isKept {
                    do throws(MCPOptions.WriteError) { note = try await self.keep(name, "enabled", "true") } catch {
                        return .refused("not_written", error.message)
                    }
                }
                return .done(self.joined(await server.enable(by: actor), note))
            }
        case .reconnectServer(let name):
            return await with(name) { server in
                guard let text = await server.reconnect() else {
                    return .refused("disabled", "\(name) is disabled; enable it first: golem mcp enable \(name)")
                }
                return .done(text)
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
        var note: String?
        switch lasting {
        case .untilRestart: break
        case .minutes(let minutes): until = time.wallNow().adding(seconds: Int64(min(max(1, minutes), 10_080)) * 60)
        case .kept:
            // First the file: a wish that cannot be kept is not half carried out.
            do throws(MCPOptions.WriteError) { note = try await keep(server.name, "enabled", "false") } catch {
                return .refused("not_written", error.message)
            }
        }
        let text = await server.disable(
            by: actor, until: until, isKept: lasting == .kept, cancelsCalls: cancelsCalls)
        return .done(joined(text, note))
    }

    private func setHidden(
        _ server: MCPServer, _ tool: String, _ isHidden: Bool, _ isKept: Bool, _ actor: String
    ) async -> Outcome {
        guard let name = await server.toolName(tool) else {
            return .refused("unknown_tool", "the MCP server \(server.name) has no tool \(tool)")
        }
        var note: String?
        if isKept {
            let wanted = await server.hiddenNames(adding: isHidden ? name : nil, removing: isHidden ? nil : name)
            do throws(MCPOptions.WriteError) {
                note = try await keep(
                    server.name, "hidden_tools", JSONValue.array(wanted.map { .string($0) }).text)
            } catch {
                return .refused("not_written", error.message)
            }
        }
        await server.setHidden(name, isHidden, by: actor)
        let lasting = isKept ? "also after a restart" : "until restart"
        let state = await server.isHidden(name) ? "is hidden" : "is offered again"
        return .done(joined("\(name) of \(server.name) \(state), \(lasting)", note))
    }

    /// Writes a key of a server to the configuration file.
    private func keep(_ server: String, _ key: String, _ value: String) async throws(MCPOptions.WriteError) -> String? {
        guard let write else {
            throw MCPOptions.WriteError("this engine has no configuration file; nothing was changed")
        }
        return try await queue.run { () throws(MCPOptions.WriteError) in try write(server, key, value) }
    }

    private func joined(_ text: String, _ note: String?) -> String { text + (note.map { "; \($0)" } ?? "") }
}
