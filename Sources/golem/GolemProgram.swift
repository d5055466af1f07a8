// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine

/// The command line: the definitions of all commands, and the one place where errors become text and exit codes.
enum GolemProgram {
    /// All commands.
    static let definition = CommandDefinition(
        name: "golem", summary: "An AI agent server for a small team, with an operations console.",
        flags: [FlagDefinition(GlobalFlags.version)],
        subcommands: [
            RunCommand.definition, AttachCommand.definition, StatusCommand.definition, InitCommand.definition,
            ConfigCommand.definition, AuthCommand.definition, ApprovalCommand.definition, MCPCommand.definition,
            PolicyCommand.definition, EstopCommand.definition, SandboxCommand.definition, AuditCommand.definition,
            ChatsCommand.definition,
            ChatsCommand.models, ChatsCommand.outbound, ChatsCommand.stop, MuteCommand.definition, MuteCommand.unmute,
            StoreCommand.definition,
            VersionCommand.definition,
            helpDefinition, CompletionCommand.definition,
        ])

    private static let helpDefinition = CommandDefinition(
        name: "help", summary: "Shows the help page of a command.",
        positionals: [Positional("command", "The command, for example: config set.", count: .any)],
        run: { invocation throws(CommandFailure) in
            Output.line(try usage.page(for: invocation.words))
            return ExitCode.success
        })

    private static var usage: UsageText { UsageText(root: definition, global: GlobalFlags.all, width: Output.width) }

    /// Runs a command and gives the exit code.
    ///
    /// A server goes on without anybody who reads its output; every other command failed when that could not be written.
    static func run(_ arguments: [String]) -> Int32 {
        do throws(CommandFailure) {
            let parser = ArgumentParser(root: definition, global: GlobalFlags.all)
            let invocation = try parser.parse(Array(arguments.dropFirst()))
            let code = carryOut(invocation)
            return invocation.path.first == "run" ? code : Output.exitCode(code)
        } catch {
            return failed(error)
        }
    }

    private static func carryOut(_ invocation: Invocation) -> Int32 {
        do throws(CommandFailure) {
            if invocation.has(GlobalFlags.version) {
                Output.line(VersionCommand.text)
                return ExitCode.success
            }
            if invocation.has(GlobalFlags.help) || invocation.path.isEmpty {
                Output.line(try usage.page(for: invocation.path))
                return ExitCode.success
            }
            guard let run = invocation.command.run else {
                throw .usage("\(invocation.path.joined(separator: " ")) needs a command", help: invocation.path)
            }
            return try run(invocation)
        } catch {
            return failed(error)
        }
    }

    private static func failed(_ error: CommandFailure) -> Int32 {
        Output.error("golem: \(error.message)")
        return error.exitCode
    }
}
