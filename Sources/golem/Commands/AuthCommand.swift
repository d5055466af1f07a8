// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine

/// `golem auth`: tokens of model providers.
enum AuthCommand {
    private static let provider = Option<String>.text(
        "provider", short: "p", "name", "The provider: \(CredentialStore.providers.joined(separator: ", ")).")
    private static let token = Option<String>.text(
        "token", short: "t", "token", "The token; better left out, then it is read from standard input.")
    private static let yes = Switch("yes", short: "y", "Does not ask.")

    static let definition = CommandDefinition(
        name: "auth", summary: "Stores and removes tokens of model providers.",
        subcommands: [
            CommandDefinition(
                name: "login", summary: "Stores a token, readable by nobody else.",
                flags: [FlagDefinition(provider), FlagDefinition(token)], run: login),
            CommandDefinition(
                name: "logout", summary: "Removes a token, or all of them.",
                flags: [FlagDefinition(provider), FlagDefinition(yes)], run: logout),
            CommandDefinition(name: "status", summary: "Shows which tokens are stored.", run: status),
        ])

    @Sendable private static func login(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        guard let name = invocation[provider] else {
            throw .usage("--provider is required", help: invocation.path)
        }
        let store = try store(invocation)
        do throws(CredentialError) {
            let canonical = try CredentialStore.canonical(name)
            let secret = (invocation[token] ?? readToken(canonical)).trimmed
            try store.save(token: secret, provider: canonical)
            Output.line("Credential saved for \(canonical) (method=token).")
            return ExitCode.success
        } catch {
            throw CommandFailure(error.message, exitCode: ExitCode.failure)
        }
    }

    @Sendable private static func logout(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let name = invocation[provider]
        if name == nil, !invocation.has(yes) {
            Output.error("Remove the tokens of all providers? [y/N]")
            guard ["y", "yes"].contains((readLine() ?? "").trimmed.lowercased()) else {
                Output.line("Nothing was removed.")
                return ExitCode.success
            }
        }
        let store = try store(invocation)
        do throws(CredentialError) {
            let count = try store.remove(provider: name)
            Output.line(count == 0 ? "There was nothing to remove." : "Removed: \(count).")
            return ExitCode.success
        } catch {
            throw CommandFailure(error.message, exitCode: ExitCode.failure)
        }
    }

    @Sendable private static func status(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let store = try store(invocation)
        do throws(CredentialError) {
            let credentials = try store.load()
            if credentials.isEmpty { Output.line("No credentials are stored.") }
            for (name, credential) in credentials.sorted(by: { $0.key < $1.key }) {
                let expiry = credential.expiresAt.hasPrefix("0001-") ? "-" : credential.expiresAt
                Output.line("  \(name)  \(credential.authMethod)  active  \(expiry)")
            }
            return ExitCode.success
        } catch {
            throw CommandFailure(error.message, exitCode: ExitCode.failure)
        }
    }

    private static func store(_ invocation: Invocation) throws(CommandFailure) -> CredentialStore {
        CredentialStore(path: try GlobalFlags.locations(invocation).credentialsFile)
    }

    /// One line of standard input, not shown while it is typed.
    private static func readToken(_ provider: String) -> String {
        guard isatty(STDIN_FILENO) == 1 else { return readLine() ?? "" }
        Output.error("Token for \(provider) (not shown):")
        var modes = termios()
        tcgetattr(STDIN_FILENO, &modes)
        var quiet = modes
        quiet.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSANOW, &quiet)
        defer { tcsetattr(STDIN_FILENO, TCSANOW, &modes) }
        return readLine() ?? ""
    }
}
