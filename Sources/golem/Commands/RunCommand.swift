// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEngine
import GolemEvents
import GolemTUI

/// `golem run`: the server, with or without a console on this terminal.
enum RunCommand {
    static func run(_ arguments: [String]) -> Int32 {
        SignalBridge.prepare()
        umask(0o077)
        let time = SystemTime()
        let environment = ProcessInfo.processInfo.environment
        let isDemo = arguments.contains("--demo")
        let hasConsole = arguments.contains("--tui")
        func value(_ name: String) -> String? {
            guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else { return nil }
            return arguments[index + 1]
        }
        let workspace =
            value("--workspace")
            ?? (isDemo ? "/tmp/golem-demo-\(getpid())" : (environment["HOME"] ?? "/root") + "/.golem/workspace")
        var options = EngineOptions(workspace: workspace, startedAt: time.wallNow(), time: time)
        options.host = HostName.current
        var gateway = GatewayOptions()
        if isDemo { gateway.port = 0 }
        if let port = value("--port").flatMap({ Int($0) }) { gateway.port = port }
        options.gateway = gateway
        var log = LogOptions()
        log.file = value("--log") ?? (hasConsole ? workspace + "/state/golem.log" : nil)
        options.log = log
        let engine: Engine
        do throws(EngineError) {
            if isDemo { try options.makeDemo() }
            if let path = value("--scenario") { try options.useScenario(path: path) }
            engine = try Engine(options: options)
        } catch {
            return fail(error)
        }
        return hasConsole ? runWithConsole(engine, TerminalOptions(environment: environment)) : runHeadless(engine)
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
    private static func runWithConsole(_ engine: Engine, _ terminal: TerminalOptions) -> Int32 {
        let session = ConsoleSession(link: engine.link(), isReadOnly: false, isInProcess: true, terminal: terminal)
        return SignalBridge.run {
            await withTaskGroup(of: Int32.self) { group in
                group.addTask {
                    do throws(EngineError) {
                        try await engine.run()
                        session.mailbox.stop(.quit)
                        return ExitCode.success
                    } catch {
                        session.mailbox.stop(.quit)
                        return fail(error)
                    }
                }
                do throws(TerminalError) {
                    let end = try await session.run()
                    switch (end.exit, end.choice) {
                    case (.quit, .stopEngine): engine.requestStop("asked at the console")
                    // Asked for when the signal came; a second request would end the grace period.
                    case (.signal, _): break
                    case (.quit, _):
                        Output.line("The engine goes on without a console (pid \(getpid())); golem attach shows it.")
                    case (.hangup, _): break
                    }
                } catch {
                    Output.error("golem: no console: \(error). The engine goes on; golem attach shows it.")
                }
                return await group.next() ?? ExitCode.success
            }
        } onSignal: { number in
            switch number {
            case SIGHUP: session.mailbox.stop(.hangup)
            default:
                session.mailbox.stop(.signal(number))
                engine.requestStop("signal \(number)")
            }
        }
    }

    @discardableResult
    private static func fail(_ error: EngineError) -> Int32 {
        Output.error("golem: \(error.message)")
        return ExitCode.forEngineError(error.code)
    }
}
