// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents

/// `golem config`: shows, checks and changes the configuration.
enum ConfigCommand {
    static let json = Switch("json", "Prints JSON.")
    static let all = Switch("all", short: "a", "Shows keys at their default too.")

    static let definition = CommandDefinition(
        name: "config", summary: "Shows, checks and changes the configuration.",
        subcommands: [
            CommandDefinition(
                name: "check", summary: "Checks the configuration and says everything that is wrong with it.",
                discussion:
                    "The exit code is 0 when a server would start with it, and 78 when not. Variables of the "
                    + "environment count as they would for the server.",
                run: check),
            CommandDefinition(
                name: "show", summary: "Shows the values in effect and where they come from; never a secret.",
                flags: [FlagDefinition(all), FlagDefinition(json)],
                positionals: [Positional("key", "Only this key or the keys of this section.", count: .optional)],
                run: show),
            CommandDefinition(
                name: "set", summary: "Gives a key a value in the file; the rest of the file stays as it is.",
                discussion:
                    "Lists and objects are given as JSON, lists also with commas; a new MCP server is one object (or: "
                    + "golem mcp add). The value - is read from standard "
                    + "input: use it for secrets, because a command line can be seen by others. A secret may also be "
                    + "a reference: ${NAME} for a variable, {\"file\": \"/path\"} for a file.",
                positionals: [
                    Positional("key", "The key, for example gateway.port."),
                    Positional("value", "The value, or - to read it from standard input."),
                ], run: set),
            CommandDefinition(
                name: "unset", summary: "Removes a key from the file, so that its default holds.",
                positionals: [Positional("key", "The key.")], run: unset),
            CommandDefinition(
                name: "path", summary: "Shows where the configuration is.",
                run: { invocation throws(CommandFailure) in
                    Output.line(try GlobalFlags.locations(invocation).file)
                    return ExitCode.success
                }),
            CommandDefinition(
                name: "keys", summary: "Shows every key with what is allowed, its default and its variable.",
                flags: [FlagDefinition(json)],
                positionals: [Positional("word", "Only keys that contain this word.", count: .optional)], run: keys),
        ])

    @Sendable private static func check(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let loaded = try GlobalFlags.load(invocation)
        // Damaged credentials are told by the start; here they count as none.
        let stored = (try? CredentialStore(path: loaded.locations.credentialsFile).load()) ?? [:]
        let setup = loaded.modelSetup(stored: stored.mapValues(\.accessToken))
        for problem in loaded.problems + (setup.warning.map { [$0] } ?? []) {
            Output.line("\(problem.severity.rawValue): \(problem)")
        }
        if let reason = loaded.startObstacle { throw CommandFailure(reason, exitCode: ExitCode.configuration) }
        Output.line(
            loaded.isFilePresent
                ? "\(loaded.locations.file) is valid."
                : "There is no \(loaded.locations.file); the defaults hold. Make it with: golem init")
        return ExitCode.success
    }

    @Sendable private static func show(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let loaded = try GlobalFlags.load(invocation)
        for warning in loaded.warnings { Output.error("golem: warning: \(warning)") }
        let wanted = invocation.words.first
        let entries = loaded.entries(under: wanted)
        if let wanted, entries.isEmpty {
            throw .usage("\"\(wanted)\" is neither a key nor a section", help: invocation.path)
        }
        if invocation.has(json) {
            Output.line((loaded.shown(under: wanted) ?? .null).prettyText)
            return ExitCode.success
        }
        let rows = invocation.has(all) || wanted != nil ? entries : entries.filter { $0.source != "default" }
        let keyWidth = rows.map(\.key.count).max() ?? 0
        let valueWidth = min(48, rows.map(\.value.text.count).max() ?? 0)
        for row in rows {
            Output.line("\(padded(row.key, keyWidth))  \(padded(row.value.text, valueWidth))  \(row.source)")
        }
        if rows.isEmpty { Output.line("Every key is at its default; see them with: golem config show --all") }
        return ExitCode.success
    }

    @Sendable private static func set(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let value = invocation.words[1] == "-" ? try StandardInput.text(limit: 65_536) : invocation.words[1]
        try change(invocation, "set") { editor throws(ConfigError) in try editor.set(invocation.words[0], to: value) }
        return ExitCode.success
    }

    @Sendable private static func unset(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        try change(invocation, "removed") { editor throws(ConfigError) in try editor.unset(invocation.words[0]) }
        return ExitCode.success
    }

    /// Changes the file, says what came of it (`verb` is `set` or `removed`) and notes it in the audit log.
    static func change(
        _ invocation: Invocation, _ verb: String,
        _ edit: (ConfigEditor) throws(ConfigError) -> ConfigEditor.Outcome
    ) throws(CommandFailure) {
        let locations = try GlobalFlags.locations(invocation)
        do {
            let outcome = try edit(ConfigEditor(locations))
            report(outcome, verb, locations)
            if outcome.isChanged { note("\(verb == "set" ? "set" : "unset") \(outcome.key)", invocation) }
        } catch { throw CommandFailure(error) }
    }

    /// Notes a change in the audit log: the running engine's, or else the workspace's.
    private static func note(_ what: String, _ invocation: Invocation) {
        guard let workspace = try? GlobalFlags.load(invocation).workspace else { return }
        if case .success? = try? Control.ask(.noteConfigChange(key: what), invocation) { return }
        let entry = AuditEntry(
            "config_changed", at: SystemTime().wallNow(), result: what, actor: Control.actor.name)
        if let problem = OfflinePolicy.note(entry, workspace: workspace) {
            Output.error("golem: warning: the change is not in the audit log: \(problem)")
        }
    }

    private static func report(_ outcome: ConfigEditor.Outcome, _ verb: String, _ locations: ConfigLocations) {
        guard outcome.isChanged else {
            Output.line("\(outcome.key) is as it was in \(locations.file).")
            return
        }
        Output.line(
            "\(outcome.key) \(verb) in \(locations.file). A running server keeps its values until it is restarted.")
        for warning in outcome.warnings where warning.concerns(outcome.key) {
            Output.error("golem: warning: \(warning.message)")
        }
        if let variable = outcome.overridingVariable {
            Output.error("golem: warning: the variable \(variable) is set here and counts instead of the file.")
        }
    }

    @Sendable private static func keys(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let word = invocation.words.first?.lowercased() ?? ""
        let keys = ConfigReference.all.filter { word.isEmpty || $0.path.contains(word) }
        if invocation.has(json) {
            Output.line(JSONValue.array(keys.map(\.json)).prettyText)
            return ExitCode.success
        }
        for key in keys {
            Output.line(key.path + (key.isSecret ? "  (secret)" : ""))
            Output.line("    \(key.summary)")
            Output.line("    allowed: \(key.allowed); default: \(key.standard.text)")
            Output.line("    variable: \(key.variable)")
        }
        return ExitCode.success
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

extension ConfigProblem {
    /// Whether it is about a key or the section that the key lies in.
    fileprivate func concerns(_ path: String) -> Bool { key.map { path == $0 || path.hasPrefix($0 + ".") } ?? false }
}
