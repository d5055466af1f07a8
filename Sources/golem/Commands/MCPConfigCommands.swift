// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents

/// `golem mcp add` and `golem mcp remove`: servers of the configuration, which the next start takes up.
enum MCPConfigCommands {
    private static let url = Option<String>.text("url", "address", "The address of a server that is reached over HTTP.")
    private static let sse = Switch("sse", "The server at --url is of the first revision (transport http_sse).")
    private static let disabled = Switch("disabled", "Adds it switched off.")
    private static let server = Positional("server", "The server's name in the configuration.")

    static let add = CommandDefinition(
        name: "add", summary: "Adds a server to the configuration; the next start connects it.",
        discussion:
            "The program of a stdio server and its arguments follow --, as in: golem mcp add files -- npx -y "
            + "some-server /data. Variables and header fields are set afterwards, for example with: golem config set "
            + "mcp.servers.files.env.TOKEN -",
        flags: [FlagDefinition(url), FlagDefinition(sse), FlagDefinition(disabled)],
        positionals: [server, Positional("command", "The program and its arguments, after --.", count: .any)],
        run: { invocation throws(CommandFailure) in
            let command = Array(invocation.words.dropFirst())
            var members: [String: JSONValue] = [:]
            if let url = invocation[url] {
                guard command.isEmpty else {
                    throw .usage("--url and a command exclude each other", help: invocation.path)
                }
                members = ["transport": invocation.has(sse) ? "http_sse" : "http", "url": .string(url)]
            } else {
                guard let program = command.first, !invocation.has(sse) else {
                    throw .usage("add needs --url, or -- and a command", help: invocation.path)
                }
                members = ["transport": "stdio", "command": .string(program)]
                if command.count > 1 { members["args"] = .array(command.dropFirst().map { .string($0) }) }
            }
            if invocation.has(disabled) { members["enabled"] = false }
            let name = invocation.words[0]
            guard try GlobalFlags.load(invocation).config.mcpServers[name] == nil else {
                throw CommandFailure(
                    "there is an MCP server \(name) already; see: golem config show mcp.servers",
                    exitCode: ExitCode.refused)
            }
            try ConfigCommand.change(invocation, "set") { editor throws(ConfigError) in
                try editor.set(ConfigEditor.key(ofServer: name), to: JSONValue.object(members).text)
            }
            return ExitCode.success
        })

    static let remove = CommandDefinition(
        name: "remove", summary: "Removes a server from the configuration; the next start does without it.",
        discussion: "A running engine keeps the server until then; golem mcp disable takes it away at once.",
        positionals: [server],
        run: { invocation throws(CommandFailure) in
            try ConfigCommand.change(invocation, "removed") { editor throws(ConfigError) in
                try editor.unset(ConfigEditor.key(ofServer: invocation.words[0]))
            }
            return ExitCode.success
        })
}
