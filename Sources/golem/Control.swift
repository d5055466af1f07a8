// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEngine
import GolemEvents

/// Sends commands of the command line to the running engine.
enum Control {
    /// Who runs this command.
    static var actor: Command.Actor {
        let environment = ProcessInfo.processInfo.environment
        return Command.Actor(
            kind: "cli", user: environment["USER"] ?? environment["LOGNAME"] ?? "uid\(getuid())",
            host: HostName.current)
    }

    /// Sends an action and gives the reply.
    static func send(_ action: Command.Action, _ invocation: Invocation) throws(CommandFailure) -> CommandReply {
        switch try ask(action, invocation) {
        case .success(let reply): return reply
        case .failure(let failure):
            throw CommandFailure(Output.printable(failure.message), exitCode: ExitCode.forControl(failure.code))
        }
    }

    /// Sends an action and gives the reply, or why there is none.
    static func ask(
        _ action: Command.Action, _ invocation: Invocation
    ) throws(CommandFailure) -> Result<CommandReply, ControlClient.Failure> {
        let workspace = try GlobalFlags.load(invocation).workspace
        SignalBridge.prepare()
        let command = Command(id: RandomUUID.text(), actor: actor, action: action)
        let result = OneShot<Result<CommandReply, ControlClient.Failure>>()
        _ = SignalBridge.run {
            do throws(ControlClient.Failure) {
                let client = ControlClient(workspace: workspace, time: SystemTime())
                result.fulfil(.success(try await client.send(command)))
            } catch {
                result.fulfil(.failure(error))
            }
            return ExitCode.success
        } onSignal: { number in
            exit(128 + number)
        }
        guard let outcome = result.current else {
            throw CommandFailure("interrupted", exitCode: ExitCode.failure)
        }
        return outcome
    }

    /// Sends an action, prints what the engine read back, and gives the exit code.
    static func carryOut(_ action: Command.Action, _ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let reply = try send(action, invocation)
        guard reply.status != .refused else {
            throw CommandFailure(Output.printable("\(reply.message) (\(reply.code))"), exitCode: ExitCode.refused)
        }
        // It may hold words of a server or a model.
        Output.line(Output.printable(reply.message))
        return ExitCode.success
    }
}
