// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEngine

/// The flags that every command has, and what they lead to.
enum GlobalFlags {
    static let config = Option<String>.text(
        "config", "file", "The configuration; else GOLEM_CONFIG, else config.json in GOLEM_HOME or ~/.golem.")
    static let workspace = Option<String>.text(
        "workspace", "folder", "The workspace; else GOLEM_WORKSPACE, else what the configuration says.")
    static let logLevel = Option<String>.choice(
        "log-level", "level", ["debug", "info", "warn", "warning", "error"],
        "The least serious lines that are logged: debug, info, warn or error.")
    static let help = Switch("help", short: "h", "Shows this page.")

    /// Only of the program itself: a command has no version.
    static let version = Switch("version", "Shows the version.")

    /// All of them.
    static let all = [
        FlagDefinition(config), FlagDefinition(workspace), FlagDefinition(logLevel), FlagDefinition(help),
    ]

    /// The places that flags and environment name.
    static func locations(_ invocation: Invocation) throws(CommandFailure) -> ConfigLocations {
        do {
            return try ConfigLocations(
                environment: ProcessInfo.processInfo.environment, configFlag: invocation[config],
                workspaceFlag: invocation[workspace])
        } catch { throw CommandFailure(error) }
    }

    /// The configuration with the flags over it; its errors are one failure that names them all.
    static func load(
        _ invocation: Invocation, flags: [(key: String, flag: String, value: String)] = []
    ) throws(CommandFailure) -> LoadedConfig {
        let locations = try locations(invocation)
        let level = invocation[logLevel].map { [(key: "log.level", flag: "--log-level", value: $0)] } ?? []
        do { return try ConfigLoader.load(locations, flags: level + flags) } catch { throw CommandFailure(error) }
    }
}
