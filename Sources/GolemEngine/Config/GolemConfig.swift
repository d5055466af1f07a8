// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The whole configuration in typed form.
///
/// A fresh one holds the defaults. `ConfigTable` says which key of the file goes where.
package struct GolemConfig: Sendable, Equatable {
    /// `agents`: the model and the limits of its work.
    package var agents = Agents()
    /// `channels`: the chat platforms.
    package var channels = Channels()
    /// `providers`: the model APIs by name; every name of `providerNames` is there.
    package var providers: [String: Provider]
    /// `gateway`: the HTTP door.
    package var gateway = Gateway()
    /// `log`.
    package var log = Log()
    /// `policy`: what needs an approval.
    package var policy = Policy()
    /// `audit`: the size of the audit log.
    package var audit = Audit()
    /// `mcp.servers`, by name as written.
    package var mcpServers: [String: MCPServer] = [:]
    /// `tools`.
    package var tools = Tools()
    /// `heartbeat`.
    package var heartbeat = Heartbeat()
    /// `console`.
    package var console = Console()
    /// `store`.
    package var store = StoreSettings()

    /// The names under `providers`, in the order in which they are tried for a model without a prefix.
    package static let providerNames = [
        "openrouter", "claude", "openai", "deepseek", "gemini", "ark", "qianfan", "qwen", "ollama",
    ]

    /// Makes the defaults; `golemHome` is where the default workspace lies.
    package init(golemHome: String = "~/.golem") {
        providers = Dictionary(uniqueKeysWithValues: Self.providerNames.map { ($0, Provider()) })
        agents.defaults.workspace = golemHome + "/workspace"
    }

    /// The settings of a provider.
    package subscript(provider name: String) -> Provider {
        get { providers[name] ?? Provider() }
        set { providers[name] = newValue }
    }

    /// Every secret of the configuration, for redaction: keys, tokens, telling variables and headers of MCP servers.
    package var secretValues: [String] {
        var found: [String] = []
        for key in ConfigTable.keys {
            let value = key.read(self)
            found += key.isSecret ? [value.stringValue ?? ""] : SecretMask.secretParts(value)
        }
        for server in mcpServers.values {
            found += server.environment.filter { SecretMask.isTelling($0.key) }.values
            for (name, value) in server.headers where !Self.plainHeaders.contains(name.lowercased()) {
                found.append(value)
                // The token of "Bearer abc" alone is as secret as the whole.
                if let space = value.firstIndex(of: " ") { found.append(value[value.index(after: space)...].trimmed) }
            }
            for key in ConfigTable.serverKeys where !key.isSecret { found += SecretMask.secretParts(key.read(server)) }
        }
        return Set(found.map(\.trimmed).filter { !$0.isEmpty }).sorted()
    }

    private static let plainHeaders: Set = ["accept", "content-type", "user-agent", "accept-language"]
}
