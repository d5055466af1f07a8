// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemEvents
import GolemTUI
import Synchronization

/// `golem attach`: a console for an engine that runs in another process, here or on another machine.
enum AttachCommand {
    private static let readOnly = Switch("read-only", "Refuses everything that changes something.")
    private static let plain = Switch(
        "plain",
        "Prints events as lines, without a screen, and takes : commands on standard input; what TERM=dumb and a pipe get."
    )
    private static let stdio = Switch(
        "stdio", "Carries the console protocol on standard input and output; what attach starts on another machine.")

    static let definition = CommandDefinition(
        name: "attach", summary: "Shows the console of a running engine.",
        discussion: """
            Leaving it, or losing the terminal, never touches the engine.

            With a host, ssh starts "golem attach --stdio" there, and only snapshots,
            events and commands travel: keys and redraws stay here. --workspace and
            --config name places on that host then. From the first option with one
            dash after the host on, everything goes to ssh:

              golem attach ops@gw-7 --read-only -p 2222 -i ~/.ssh/ops

            ssh asks its questions before the screen is entered. When the connection
            is lost, it is made again without questions, so it needs a key or an agent.
            """,
        flags: [
            FlagDefinition(readOnly), FlagDefinition(plain), FlagDefinition(stdio), FlagDefinition(ConsoleFlags.color),
        ],
        positionals: [
            Positional("user@host", "The machine that the engine runs on; else this one.", count: .optional),
            Positional("ssh-option", "Options of ssh, such as -p 2222.", count: .any),
        ], passesOptions: true, run: run)

    @Sendable private static func run(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        if invocation.has(stdio) {
            guard invocation.words.isEmpty else { throw .usage("--stdio takes no host", help: invocation.path) }
            let loaded = try GlobalFlags.load(invocation)
            return try StdioRelay.run(
                path: socket(of: loaded), isReadOnly: invocation.has(readOnly) || loaded.config.console.isReadOnly)
        }
        SignalBridge.prepare()
        if let host = invocation.words.first {
            guard !host.hasPrefix("-"), !host.isEmpty else {
                throw .usage("\"\(host)\" is no host", help: invocation.path)
            }
            let transport = SSHTransport(
                host: host, options: Array(invocation.words.dropFirst()), remoteFlags: remoteFlags(invocation))
            return show(transport, invocation, isReadOnly: invocation.has(readOnly)) { transport.exitCode }
        }
        let loaded = try GlobalFlags.load(invocation)
        return show(
            SocketTransport(path: socket(of: loaded)), invocation,
            isReadOnly: invocation.has(readOnly) || loaded.config.console.isReadOnly,
            isLocal: true, color: loaded.config.console.color)
    }

    private static func socket(of loaded: LoadedConfig) -> String { loaded.workspace + "/state/golem.sock" }

    /// The flags that mean the same on the other machine.
    private static func remoteFlags(_ invocation: Invocation) -> [String] {
        var flags: [String] = invocation.has(readOnly) ? ["--read-only"] : []
        for option in [GlobalFlags.workspace, GlobalFlags.config] {
            if let value = invocation[option] { flags += ["--\(option.name)", value] }
        }
        return flags
    }

    /// Shows the console once the engine has answered; until then the terminal is an ordinary one.
    private static func show(
        _ transport: any AttachTransport, _ invocation: Invocation, isReadOnly: Bool,
        isLocal: Bool = false, color: String = "auto", exitCode: @escaping @Sendable () -> Int32? = { nil }
    ) -> Int32 {
        let client = AttachClient(transport: transport, isReadOnly: isReadOnly, time: SystemTime())
        let terminal = ConsoleFlags.terminal(invocation, configured: color)
        if invocation.has(plain) || terminal.type == "dumb" || isatty(STDOUT_FILENO) == 0 {
            return PlainAttach.run(client, isReadOnly: isReadOnly) { unreached($0, transport, exitCode()) }
        }
        let mailbox = ConsoleMailbox<ConsoleAction>()
        let isShown = Atomic(false)
        return SignalBridge.run {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await client.run() }
                defer { group.cancelAll() }
                // Only ssh has questions to ask; an engine that does not answer is looked at from inside.
                switch await client.greeting(within: isLocal ? .seconds(1) : nil) {
                case .failure(let failure)?:
                    return unreached(failure.reason, transport, exitCode())
                case let answer:
                    isShown.store(true, ordering: .relaxed)
                    let isReadOnly = isReadOnly || (try? answer?.get().isReadOnly) == true
                    let console = ConsoleFlags.console(
                        link: client, isReadOnly: isReadOnly, isInProcess: false, mailbox: mailbox)
                    return await run(console, terminal)
                }
            }
        } onSignal: { number in
            guard isShown.load(ordering: .relaxed) else { exit(128 + number) }
            mailbox.stop(number == SIGHUP ? .hangup : .signal(number))
        }
    }

    /// Says why no engine was reached, and gives the exit code; `sshCode` is that of an ssh that ended.
    private static func unreached(_ reason: String, _ transport: any AttachTransport, _ sshCode: Int32?) -> Int32 {
        // What ssh said stands on the screen already.
        Output.error("golem: " + (sshCode == nil ? Output.printable(reason) : "no connection to \(transport.name)"))
        return sshCode == ExitCode.configuration ? ExitCode.configuration : ExitCode.unavailable
    }

    private static func run(_ console: Console, _ terminal: TerminalOptions) async -> Int32 {
        do throws(TerminalError) {
            switch try await ConsoleFlags.run(console, terminal).exit {
            case .quit: return ExitCode.success
            case .signal(let number): return 128 + number
            case .hangup: return 128 + SIGHUP
            }
        } catch {
            Output.error("golem: \(error.message)")
            return ExitCode.failure
        }
    }
}
