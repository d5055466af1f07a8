// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEngine
package import GolemEvents
import Synchronization

/// MCP servers that do what the test says, behind a connector.
package final class ScriptedMCPServer: MCPConnector {
    /// What a server does with a call.
    package typealias Answer =
        @Sendable (_ tool: String, _ arguments: JSONValue) async throws(MCPError) -> MCPToolResult

    /// How the servers behave; changed while they run.
    package struct Script: Sendable {
        /// Their tools.
        package var tools: [MCPTool] = [MCPTool(name: "look", description: "Looks.", inputSchema: ["type": "object"])]
        /// Why connecting fails; nil when it does not.
        package var connectError: MCPError?
        /// Whether connecting never ends, even when it is cancelled.
        package var connectHangs = false
        /// What connecting waits for, even when it is cancelled; nil for nothing.
        package var connectGate: Latch?
        /// Why listing the tools fails; nil when it does not.
        package var listError: MCPError?
        /// What listing the tools waits for; nil for nothing.
        package var listGate: Latch?
        /// Why a ping fails; nil when it does not.
        package var pingError: MCPError?
        /// What the servers say of themselves.
        package var info = MCPServerInfo()
        /// Resources.
        package var resources: [MCPResource] = []
        /// Templates of resources.
        package var templates: [MCPResourceTemplate] = []
        /// What reading a resource gives.
        package var contents: [MCPContent] = []
        /// Prompts.
        package var prompts: [MCPPrompt] = []
        /// What becomes of a call.
        package var answer: Answer = { tool, _ throws(MCPError) in MCPToolResult(content: [.text("\(tool) done")]) }
    }

    private struct State {
        var script: Script
        var connections: [ScriptedMCPConnection] = []
        var attempts: [String: Int] = [:]
    }

    private let state: Mutex<State>

    /// Makes servers that have one tool, `look`, and answer every call.
    package init(_ change: (inout Script) -> Void = { _ in }) {
        var script = Script()
        script.info.hasTools = true
        script.info.name = "scripted"
        script.info.version = "1.0"
        script.info.revision = "2025-06-18"
        script.info.transport = "stdio"
        change(&script)
        state = Mutex(State(script: script))
    }

    /// How the servers behave now.
    package var script: Script {
        get { state.withLock { $0.script } }
        set { state.withLock { $0.script = newValue } }
    }

    /// All connections so far, oldest first.
    package var connections: [ScriptedMCPConnection] { state.withLock { $0.connections } }

    /// How often somebody tried to connect to a server.
    package func attempts(_ server: String) -> Int { state.withLock { $0.attempts[server] ?? 0 } }

    /// All calls so far, over all connections.
    package var calls: [(tool: String, arguments: JSONValue)] { connections.flatMap(\.calls) }

    package func connect(
        _ settings: MCPServerSettings,
        elicit: @escaping @Sendable (MCPElicitation) async -> MCPElicitationAnswer
    ) async throws(MCPError) -> any MCPConnection {
        let script = state.withLock { state in
            state.attempts[settings.name, default: 0] += 1
            return state.script
        }
        if script.connectHangs { await Self.hang() }
        await script.connectGate?.wait()
        if let error = script.connectError { throw error }
        let connection = ScriptedMCPConnection(self, settings.name, script.info, elicit)
        state.withLock { $0.connections.append(connection) }
        return connection
    }

    /// Waits for ever, deaf to cancellation.
    private static func hang() async {
        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
    }

    /// Options with one server of that name.
    package func options(
        _ names: String..., isEnabled: Bool = true, hidden: [String] = [],
        change: (inout MCPServerSettings) -> Void = { _ in }
    ) -> MCPOptions {
        var options = MCPOptions()
        options.connector = self
        options.servers = names.map { name in
            var settings = MCPServerSettings(
                name: name, transport: .stdio(command: "x", arguments: [], environment: [:]))
            change(&settings)
            return MCPOptions.Server(settings: settings, isEnabled: isEnabled, hiddenTools: hidden)
        }
        return options
    }
}

/// A connection to a scripted server.
package final class ScriptedMCPConnection: MCPConnection {
    private struct State {
        var calls: [(tool: String, arguments: JSONValue)] = []
        var pings = 0
        var lists = 0
        var isClosed = false
        var listeners: [@Sendable (ToolProgress) -> Void] = []
    }

    package let info: MCPServerInfo
    package let notices: AsyncStream<MCPNotice>
    /// The server's name in the configuration.
    package let server: String
    private let owner: ScriptedMCPServer
    private let elicit: @Sendable (MCPElicitation) async -> MCPElicitationAnswer
    private let said: AsyncStream<MCPNotice>.Continuation
    private let state = Mutex(State())
    private let closed = Latch()

    init(
        _ owner: ScriptedMCPServer, _ server: String, _ info: MCPServerInfo,
        _ elicit: @escaping @Sendable (MCPElicitation) async -> MCPElicitationAnswer
    ) {
        self.elicit = elicit
        self.owner = owner
        self.server = server
        self.info = info
        (notices, said) = AsyncStream.makeStream()
    }

    /// The calls so far.
    package var calls: [(tool: String, arguments: JSONValue)] { state.withLock { $0.calls } }

    /// How often it was asked whether it lives.
    package var pings: Int { state.withLock { $0.pings } }

    /// How often its tools were asked for.
    package var lists: Int { state.withLock { $0.lists } }

    /// Whether it was closed.
    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Asks people something, as a server does; from within an answer it belongs to that call.
    package func ask(_ message: String, _ kind: MCPElicitation.Kind) async -> MCPElicitationAnswer {
        await elicit(MCPElicitation(server: server, message: message, kind: kind))
    }

    /// Tells how far the calls under way are.
    package func tell(_ progress: ToolProgress) {
        for listener in state.withLock({ $0.listeners }) { listener(progress) }
    }

    /// Says something without being asked.
    package func say(_ notice: MCPNotice) { said.yield(notice) }

    /// Ends the connection from the server's side.
    package func die(_ message: String = "the process exited with 137") {
        said.yield(.closed(MCPError("closed", message, endsConnection: true)))
        closed.open()
    }

    package func tools() async throws(MCPError) -> [MCPTool] {
        state.withLock { $0.lists += 1 }
        let script = owner.script
        await script.listGate?.wait()
        if let error = script.listError { throw error }
        return owner.script.tools
    }

    package func call(
        _ tool: String, _ arguments: JSONValue, timeout: Duration,
        onProgress: @escaping @Sendable (ToolProgress) -> Void
    ) async throws(MCPError) -> MCPToolResult {
        state.withLock {
            $0.calls.append((tool, arguments))
            $0.listeners.append(onProgress)
        }
        let answer = owner.script.answer
        // As a real connection: its end ends what waits for an answer.
        let result = OneShot<Result<MCPToolResult, MCPError>>()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do throws(MCPError) { result.fulfil(.success(try await answer(tool, arguments))) } catch {
                    result.fulfil(.failure(error))
                }
            }
            group.addTask { [closed] in
                await closed.wait()
                if closed.isOpen {
                    result.fulfil(.failure(MCPError("closed", "the connection ended", endsConnection: true)))
                }
            }
            await group.next()
            group.cancelAll()
        }
        result.fulfil(.failure(MCPError("cancelled", "the call was cancelled")))
        guard let outcome = result.current else { throw MCPError("misuse", "no result") }
        return try outcome.get()
    }

    package func resources() async throws(MCPError) -> [MCPResource] { owner.script.resources }

    package func resourceTemplates() async throws(MCPError) -> [MCPResourceTemplate] { owner.script.templates }

    package func read(resource uri: String) async throws(MCPError) -> [MCPContent] { owner.script.contents }

    package func prompts() async throws(MCPError) -> [MCPPrompt] { owner.script.prompts }

    package func prompt(
        _ name: String, _ arguments: [String: String]
    ) async throws(MCPError) -> [(role: String, MCPContent)] {
        [
            (
                role: "user",
                .text("\(name) \(arguments.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined())")
            )
        ]
    }

    package func ping() async throws(MCPError) {
        state.withLock { $0.pings += 1 }
        if let error = owner.script.pingError { throw error }
    }

    package func close() async {
        state.withLock { $0.isClosed = true }
        closed.open()
        said.finish()
    }
}

extension MCPToolResult {
    /// A result of one text.
    package static func text(_ text: String, isError: Bool = false) -> MCPToolResult {
        MCPToolResult(content: [.text(text)], isError: isError)
    }
}
