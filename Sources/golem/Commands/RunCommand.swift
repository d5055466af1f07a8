// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemEvents

/// `golem run`: the server.
enum RunCommand {
    static let demo = Switch(
        "demo", "Runs the real engine with made-up people and a scripted model; nothing leaves this machine.")
    static let console = Switch("tui", isHidden: true, "Shows the console.")
    static let port = Option<Int>.integer(
        "gateway-port", "port", 0...65_535, "The port of the HTTP gateway for this run; 0 takes any free one.")
    private static let shortPort = Option<Int>.integer("port", "port", 0...65_535, isHidden: true, "The same.")

    static let definition = CommandDefinition(
        name: "run", summary: "Runs the server until it is told to stop.",
        flags: [
            FlagDefinition(demo), FlagDefinition(console), FlagDefinition(port), FlagDefinition(shortPort),
        ], run: run)

    @Sendable private static func run(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        SignalBridge.prepare()
        umask(0o077)
        let options = try invocation.has(demo) ? demoOptions(invocation) : options(invocation)
        let engine: Engine
        do { engine = try Engine(options: options) } catch { throw CommandFailure(error) }
        return SignalBridge.run {
            do throws(EngineError) {
                try await engine.run { address in
                    if let address { Output.line("Golem server running. Gateway: http://\(address)") }
                    Output.line("Press Ctrl+C to stop.")
                }
                return ExitCode.success
            } catch {
                Output.error("golem: \(error.message)")
                return ExitCode.forEngineError(error.code)
            }
        } onSignal: { number in
            engine.requestStop("signal \(number)")
        }
    }

    /// The options of a server: configuration, flags, and the parts that the configuration asks for.
    private static func options(_ invocation: Invocation) throws(CommandFailure) -> EngineOptions {
        let time = SystemTime()
        let loaded = try GlobalFlags.load(invocation)
        for warning in loaded.warnings { Output.error("golem: warning: \(warning)") }
        do throws(EngineError) {
            var options = try EngineOptions(loaded, startedAt: time.wallNow(), time: time)
            if let port = invocation[port] ?? invocation[shortPort] { options.gateway?.port = port }
            try EngineParts.add(to: &options, from: loaded)
            return options
        } catch { throw CommandFailure(error) }
    }

    /// The options of the demo, which reads no configuration: it is the same on every machine.
    private static func demoOptions(_ invocation: Invocation) throws(CommandFailure) -> EngineOptions {
        let time = SystemTime()
        let locations = try GlobalFlags.locations(invocation)
        let workspace = invocation[GlobalFlags.workspace] == nil ? nil : locations.workspace
        var options = EngineOptions(
            workspace: workspace ?? "/tmp/golem-demo-\(getpid())", startedAt: time.wallNow(), time: time)
        var gateway = GatewayOptions()
        gateway.port = invocation[port] ?? invocation[shortPort] ?? 0
        options.gateway = gateway
        do { try options.makeDemo() } catch { throw CommandFailure(error) }
        return options
    }
}
