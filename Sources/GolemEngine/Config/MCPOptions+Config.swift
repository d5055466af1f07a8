// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension MCPOptions {
    /// The servers of `mcp.servers`, without a connector; operators' wishes to keep are written to the same file.
    package init(_ loaded: LoadedConfig) {
        self.init()
        servers = loaded.config.mcpServers.sorted { $0.key < $1.key }.compactMap { name, server in
            // A disabled server may be incomplete: it is shown, and can be enabled once it is complete.
            Server(name, server, loaded)
        }
        let editor = ConfigEditor(loaded.locations)
        write = { server, key, value throws(WriteError) in
            do throws(ConfigError) {
                let outcome = try editor.set(ConfigPath.server(server, key).description, to: value)
                return outcome.overridingVariable.map { "\($0) is set and counts instead of the file" }
            } catch {
                throw WriteError("nothing was changed: \(error)")
            }
        }
    }
}

extension MCPOptions.Server {
    fileprivate init?(_ name: String, _ server: GolemConfig.MCPServer, _ loaded: LoadedConfig) {
        let transport: MCPServerSettings.Transport
        switch server.transport {
        case "stdio":
            transport = .stdio(
                command: server.command.trimmed, arguments: server.arguments, environment: server.environment)
        case "http": transport = .http(url: server.url.trimmed, headers: server.headers)
        case "http_sse": transport = .httpSSE(url: server.url.trimmed, headers: server.headers)
        default:
            guard !server.isEnabled else { return nil }
            transport = .stdio(command: server.command.trimmed, arguments: [], environment: [:])
        }
        var settings = MCPServerSettings(name: name, transport: transport)
        settings.connectTimeout = GoDuration.parse(server.connectTimeout) ?? settings.connectTimeout
        settings.callTimeout = GoDuration.parse(server.callTimeout) ?? settings.callTimeout
        settings.concurrentCalls = server.concurrency
        settings.sandbox = SandboxRequest(server.sandbox)
        settings.sandbox.workspace = loaded.workspace
        settings.sandbox.hidden = BuiltInTools.hiddenPlaces(
            workspace: loaded.workspace, home: loaded.locations.golemHome)
        self.init(settings: settings, isEnabled: server.isEnabled, hiddenTools: server.hiddenTools)
    }
}
