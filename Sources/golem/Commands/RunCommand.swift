// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEngine
import GolemEvents
import GolemTUI

/// `golem run`: the server, with or without a console on this terminal.
enum RunCommand {
    static let demo = Switch(
        "demo", "Runs the real engine with made-up people and a scripted model; nothing leaves this machine.")
    static let console = Switch("tui", "Shows the console on this terminal.")
    static let port = Option<Int>.integer(
        "gateway-port", "port", 0...65_535, "The port of the HTTP gateway for this run; 0 takes any free one.")
    private static let scenario = Option<String>.text(
        "scenario", "file", isHidden: true, "Answers from a scenario file instead of a model: for tests.")

    static let definition = CommandDefinition(
        name: "run", summary: "Runs the server until it is told to stop.",
        discussion: """
            SIGTERM and SIGINT end it in order: running answers get ten seconds, and
            what is open goes on at the next start. A second signal ends it at once.
            SIGHUP opens the log file again; with --tui it means that the terminal is gone.
            """,
        flags: [
            FlagDefinition(demo), FlagDefinition(console), FlagDefinition(ConsoleFlags.color), FlagDefinition(port),
            FlagDefinition(scenario),
        ], run: run)

    @Sendable private static func run(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        SignalBridge.prepare()
        umask(0o077)
        DescriptorLimit.raise()
        let hasConsole = invocation.has(console)
        var consoleSettings = GolemConfig().console
        var options: EngineOptions
        if invocation.has(demo) {
            options = try demoOptions(invocation)
        } else {
            let loaded = try GlobalFlags.load(invocation)
            for warning in loaded.warnings { Output.error("golem: warning: \(warning)") }
            consoleSettings = loaded.config.console
            options = try configuredOptions(invocation, loaded)
        }
        options.host = HostName.current
        if hasConsole, options.log?.file == nil {
            // The screen belongs to the console: the log goes to a file.
            var log = options.log ?? LogOptions()
            log.file = options.workspace + "/state/golem.log"
            options.log = log
        }
        let engine: Engine
        do { engine = try Engine(options: options) } catch { throw CommandFailure(error) }
        guard hasConsole else { return runHeadless(engine) }
        let terminal = ConsoleFlags.terminal(invocation, configured: consoleSettings.color)
        return runWithConsole(engine, terminal, isReadOnly: consoleSettings.isReadOnly)
    }

    /// The options of a server: configuration, flags, and the parts that the configuration asks for.
    private static func configuredOptions(
        _ invocation: Invocation, _ loaded: LoadedConfig
    ) throws(CommandFailure) -> EngineOptions {
        let time = SystemTime()
        do throws(EngineError) {
            var options = try EngineOptions(loaded, startedAt: time.wallNow(), time: time)
            if let port = invocation[port] { options.gateway?.port = port }
            try EngineParts.add(to: &options, from: loaded)
            if let file = invocation[scenario] { try options.useScenario(path: file) }
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
        gateway.port = invocation[port] ?? 0
        options.gateway = gateway
        options.log = LogOptions()
        do { try options.makeDemo() } catch { throw CommandFailure(error) }
        return options
    }

    private static func runHeadless(_ engine: Engine) -> Int32 {
        SignalBridge.run {
            do throws(EngineError) {
                try await engine.run { address in
                    if let address { Output.line("Golem server running. Gateway: http://\(address)") }
                    Output.line("Press Ctrl+C to stop.")
                }
                return ExitCode.success
            } catch {
                return fail(error)
            }
        } onSignal: { number in
            if number == SIGHUP { engine.reopenLog() } else { engine.requestStop("signal \(number)") }
        }
    }

    /// The console is disposable: when it ends, the engine goes on unless the operator chose to stop it.
    private static func runWithConsole(_ engine: Engine, _ terminal: TerminalOptions, isReadOnly: Bool) -> Int32 {
        let mailbox = ConsoleMailbox<ConsoleAction>()
        let console = ConsoleFlags.console(
            link: engine.link(), isReadOnly: isReadOnly, isInProcess: true, mailbox: mailbox)
        return SignalBridge.run {
            await withTaskGroup(of: Int32.self) { group in
                group.addTask {
                    do throws(EngineError) {
                        try await engine.run()
                        mailbox.stop(.quit)
                        return ExitCode.success
                    } catch {
                        mailbox.stop(.quit)
                        return fail(error)
                    }
                }
                do throws(TerminalError) {
                    let end = try await ConsoleFlags.run(console, terminal)
                    switch (end.exit, end.choice) {
                    case (.quit, .stopEngine): engine.requestStop("asked at the console")
                    case (.signal(let number), _): engine.requestStop("signal \(number)")
                    case (.quit, _) where !engine.isStopping:
                        Output.line("The engine goes on without a console (pid \(getpid())); golem attach shows it.")
                    default: break
                    }
                } catch {
                    Output.error("golem: no console: \(error.message). The engine goes on; golem attach shows it.")
                }
                return await group.next() ?? ExitCode.success
            }
        } onSignal: { number in
            guard number != SIGHUP else { return mailbox.stop(.hangup) }
            mailbox.stop(.signal(number))
            engine.requestStop("signal \(number)")
        }
    }

    @discardableResult
    private static func fail(_ error: EngineError) -> Int32 {
        Output.error("golem: \(error.message)")
        return ExitCode.forEngineError(error.code)
    }
}
