// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents
import Synchronization

/// `golem sandbox`: what the processes that the server starts are kept from, tried on this machine.
enum SandboxCommand {
    private static let json = Switch("json", "Prints JSON.")
    private static let server = Option<String>.text(
        "server", "name", "The sandbox of this MCP server instead of that of exec.")

    static let definition = CommandDefinition(
        name: "sandbox", summary: "Shows and tries what commands and MCP servers are kept from.",
        discussion: "Needs no running engine: the sandboxes of the configuration are tried on this machine.",
        subcommands: [
            CommandDefinition(
                name: "list", summary: "Shows the sandbox of exec and of each stdio server, and how strong it is here.",
                flags: [FlagDefinition(json)], run: list),
            CommandDefinition(
                name: "run", summary: "Runs a shell command as exec would, to see what it can reach.",
                discussion: "The command is not checked by policy and not audited; it ends after the time of "
                    + "tools.exec.timeout, and its exit code becomes the exit code.",
                flags: [FlagDefinition(server)],
                positionals: [Positional("command", "The command, for sh -c.", count: .some)], passesOptions: true,
                run: runCommand),
        ])

    /// What is asked for, by `exec` or the server's name.
    private static func requests(_ loaded: LoadedConfig) -> [(name: String, request: SandboxRequest)] {
        let options = BuiltInTools.Options(loaded)
        var exec = options.execSandbox
        exec.workspace = loaded.workspace
        exec.hidden += BuiltInTools.hiddenPlaces(workspace: loaded.workspace, home: loaded.locations.golemHome)
        let servers = MCPOptions(loaded).servers.map(\.settings).filter { settings in
            if case .stdio = settings.transport { true } else { false }
        }
        return [("exec", exec)] + servers.map { ("mcp:\($0.name)", $0.sandbox) }
    }

    @Sendable private static func list(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let requests = requests(try GlobalFlags.load(invocation))
        let found = Mutex<[(name: String, asked: String, summary: String, problem: String?)]>([])
        SignalBridge.prepare()
        let code = SignalBridge.run {
            let machine = SandboxMachine()
            var isRefused = false
            for (name, request) in requests {
                let asked = request.profile.rawValue + (request.isOptional ? " (default)" : "")
                do throws(SandboxUnavailable) {
                    let summary = try await machine.sandbox(for: request).summary
                    found.withLock { $0.append((name, asked, summary, nil)) }
                } catch {
                    isRefused = true
                    found.withLock { $0.append((name, asked, "", error.description)) }
                }
            }
            return isRefused ? ExitCode.unavailable : ExitCode.success
        } onSignal: { _ in
        }
        let rows = found.withLock { $0 }
        if invocation.has(json) {
            let values = rows.map { row -> JSONValue in
                [
                    "name": .string(row.name), "asked": .string(row.asked), "in_force": .string(row.summary),
                    "problem": row.problem.map { .string($0) } ?? .null,
                ]
            }
            Output.line(JSONValue.array(values).prettyText)
            return code
        }
        for row in rows {
            let state = row.problem.map { "NOT AVAILABLE, nothing is run: \($0)" } ?? row.summary
            Output.line(Output.printable("\(row.name)  asked \(row.asked)  \(state)"))
        }
        return code
    }

    @Sendable private static func runCommand(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let loaded = try GlobalFlags.load(invocation)
        let name = invocation[server].map { "mcp:\($0)" } ?? "exec"
        guard let request = requests(loaded).first(where: { $0.name == name })?.request else {
            throw CommandFailure(
                "there is no stdio server \(invocation[server] ?? ""); see: golem mcp list", exitCode: ExitCode.refused)
        }
        do throws(EngineError) {
            try Engine.prepareWorkspace(loaded.workspace)
        } catch {
            throw CommandFailure(error.message, exitCode: ExitCode.cannotCreate)
        }
        let command = invocation.words.joined(separator: " ")
        let timeout = BuiltInTools.Options(loaded).execTimeout
        let failure = Mutex<String?>(nil)
        SignalBridge.prepare()
        let code = SignalBridge.run {
            do {
                let sandbox = try await SandboxMachine().sandbox(for: request)
                Output.error("sandbox: \(sandbox.summary)")
                let result = try await ExecTool.run(
                    command, in: sandbox, workspace: loaded.workspace, deadline: timeout, outputLimit: 1 << 20)
                Output.bytes(result.output.bytes)
                Output.errorBytes(result.errorOutput.bytes)
                for finding in result.findings { Output.error("sandbox: \(finding)") }
                if result.timedOut { Output.error("sandbox: ended after \(timeout.components.seconds) seconds") }
                return result.exitCode
            } catch {
                failure.withLock { $0 = "\(error)" }
                return ExitCode.unavailable
            }
        } onSignal: { _ in
        }
        if let text = failure.withLock({ $0 }) { throw CommandFailure(text, exitCode: ExitCode.unavailable) }
        return code
    }
}
