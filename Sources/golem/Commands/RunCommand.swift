// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEngine
import GolemEvents

/// `golem run`: the server.
enum RunCommand {
    static func run(_ arguments: [String]) -> Int32 {
        SignalBridge.prepare()
        umask(0o077)
        let time = SystemTime()
        let startedAt = time.wallNow()
        let isDemo = arguments.contains("--demo")
        var workspace = (ProcessInfo.processInfo.environment["HOME"] ?? "/root") + "/.golem/workspace"
        if isDemo {
            workspace = "/tmp/golem-demo-\(getpid())"
        }
        if let index = arguments.firstIndex(of: "--workspace"), index + 1 < arguments.count {
            workspace = arguments[index + 1]
        }
        var options = EngineOptions(workspace: workspace, startedAt: startedAt, time: time)
        var gateway = GatewayOptions()
        if let index = arguments.firstIndex(of: "--port"), index + 1 < arguments.count {
            gateway.port = Int(arguments[index + 1]) ?? 18_790
        }
        if isDemo { gateway.port = 0 }
        options.gateway = gateway
        var log = LogOptions()
        if let index = arguments.firstIndex(of: "--log"), index + 1 < arguments.count {
            log.file = arguments[index + 1]
        }
        options.log = log
        let engine: Engine
        do throws(EngineError) {
            if isDemo { try options.makeDemo() }
            engine = try Engine(options: options)
        } catch {
            Output.error("golem: \(error.message)")
            return ExitCode.forEngineError(error.code)
        }
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
            if number == SIGHUP { engine.reopenLog() } else { engine.requestStop("signal \(number)") }
        }
    }
}
