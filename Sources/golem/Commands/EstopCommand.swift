// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents

/// `golem estop`: stops all tools at once.
enum EstopCommand {
    private static let reason = Option<String>.text("reason", "text", "Why; the model and the operators read it.")

    static let definition = CommandDefinition(
        name: "estop",
        summary: "Emergency stop: stops all tools at once (on, the default), or lets them run again (off).",
        discussion: "Running calls are cancelled and new ones refused. It holds until it is released, also over "
            + "restarts. When no engine runs it holds from the next start on.",
        flags: [FlagDefinition(reason)], positionals: [Positional("on|off", "What to do.", count: .optional)], run: run)

    @Sendable private static func run(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let word = invocation.words.first?.lowercased() ?? "on"
        guard word == "on" || word == "off" else {
            throw .usage("estop takes on or off", help: invocation.path)
        }
        let text = invocation[reason] ?? ""
        switch try Control.ask(.emergencyStop(isOn: word == "on", reason: text), invocation) {
        case .success(let reply):
            guard reply.status != .refused else {
                throw CommandFailure(Output.printable("\(reply.message) (\(reply.code))"), exitCode: ExitCode.refused)
            }
            Output.line(Output.printable(reply.message))
        case .failure(let failure):
            guard failure.code == "no_engine" else {
                throw CommandFailure(failure.message, exitCode: ExitCode.unavailable)
            }
            let workspace = try GlobalFlags.load(invocation).workspace
            do {
                try OfflinePolicy.setEmergencyStop(
                    word == "on", by: Control.actor.name, reason: text, workspace: workspace,
                    at: SystemTime().wallNow())
            } catch {
                throw CommandFailure(error.description, exitCode: ExitCode.unavailable)
            }
            Output.line(
                word == "on"
                    ? "No engine runs. The next one starts with all tools stopped."
                    : "No engine runs. The next one starts with tools that run.")
        }
        return ExitCode.success
    }
}
