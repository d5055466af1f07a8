// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Testing

@testable import GolemEngine

@Suite struct ConfigLoadingTests {
    private let fixture: ConfigFixture

    init() throws { fixture = try ConfigFixture() }

    @Test func `Without a file the defaults hold and nothing is written`() throws {
        let loaded = try fixture.load()
        #expect(loaded.config == GolemConfig(golemHome: fixture.folder))
        #expect(loaded.isFilePresent == false)
        #expect(loaded.config.gateway.host == "127.0.0.1")
        #expect(loaded.config.gateway.port == 18_790)
        #expect(loaded.config.policy.requireApproval == ["exec"])
        #expect(loaded.config.agents.defaults.model == "anthropic/claude-sonnet-4-5")
        #expect(loaded.warnings.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder).isEmpty)
    }

    @Test func `A file that was named has to be there`() throws {
        let locations = try fixture.locations(configFlag: fixture.folder + "/other.json")
        let error = try #require(throws: ConfigError.self) { try ConfigLoader.load(locations) }
        #expect(error.code == "config_missing")
    }

    @Test func `A file of the original loads unchanged`() throws {
        let loaded = try fixture.load(
            """
            { "Agents": { "Defaults": { "Workspace": "\(fixture.folder)/workspace", "WorkspaceMode": "default",
                "Model": "openai/gpt-4o-mini", "MaxTokens": 4096, "Temperature": 0.5, "MaxToolIterations": 20 },
                "Subagent": { "TimeoutSeconds": 100, "Retry": 2, "MaxConcurrency": 4 } },
              "Channels": { "Telegram": { "Enabled": true, "Token": "12345:abcdef", "AllowFrom": ["42", "@ann"] },
                "MaixCam": { "Enabled": false, "Host": "0.0.0.0", "Port": 9000, "AllowFrom": null },
                "Outbound": { "MaxConcurrentSends": 4, "RetryBaseBackoffMs": 300 } },
              "Providers": { "OpenAI": { "APIKey": "sk-original", "SecretKey": "", "BaseURL": "https://x.example/v1" } },
              "Gateway": { "Host": "127.0.0.1", "Port": 8080, "Token": "" },
              "Policy": { "Mode": "off", "OffTTL": "30m0s", "AllowPersistentOff": false, "RequireApproval": ["exec"] },
              "MCP": { "Servers": { "localfs": { "Enabled": null, "Transport": "stdio", "Command": "npx", "Args": ["-y"],
                "Env": null, "URL": "", "Headers": null } } },
              "Tools": { "Exec": { "Timeout": 5, "RestrictToWorkspace": false },
                "Web": { "Search": { "APIKey": "brave", "MaxResults": 7 } },
                "Voice": { "Enabled": false, "Provider": "openai", "Model": "m", "TimeoutSeconds": 9 },
                "Geo": { "Python": "python3" } },
              "Heartbeat": { "Enabled": false, "Interval": 60, "MaxIdleMinutes": 10 },
              "Log": { "Level": "debug", "File": "" } }
            """)
        let config = loaded.config
        // It loads, and what this version does not have yet is named.
        #expect(loaded.warnings.allSatisfy { $0.code == "no_effect" })
        #expect(
            loaded.warnings.compactMap(\.key) == [
                "agents.subagent", "channels.telegram",
            ])
        #expect(config.agents.defaults.model == "openai/gpt-4o-mini")
        #expect(config.agents.subagent == .init(timeoutSeconds: 100, retry: 2, maxConcurrency: 4))
        #expect(config.channels.telegram.token == "12345:abcdef")
        #expect(config.channels.telegram.admission == .init(isEnabled: true, allowFrom: ["42", "@ann"]))
        #expect(config.channels.outbound.retryBaseBackoffMS == 300)
        #expect(
            config[provider: "openai"] == .init(apiKey: "sk-original", secretKey: "", baseURL: "https://x.example/v1"))
        #expect(config.policy.offTTL == "30m0s")
        #expect(config.mcpServers["localfs"]?.command == "npx")
        #expect(config.mcpServers["localfs"]?.isEnabled == true)
        #expect(config.tools.exec.timeout == 5)
        #expect(config.tools.exec.restrictToWorkspace == false)
        #expect(config.tools.web.searchMaxResults == 7)
        #expect(config.heartbeat.maxIdleMinutes == 10)
        #expect(config.log.level == "debug")
    }

    @Test(arguments: ["api_key", "APIKey", "apikey", "Api-Key", "API_KEY"])
    func `Keys are found in any case, with or without underscores and dashes`(key: String) throws {
        let loaded = try fixture.load("{\"providers\": {\"openai\": {\"\(key)\": \"sk-123\"}}}")
        #expect(loaded.config[provider: "openai"].apiKey == "sk-123")
        #expect(loaded.warnings.isEmpty)
    }

    @Test func `Names of MCP servers, their variables and headers keep their case and may have dots`() throws {
        let loaded = try fixture.load(
            """
            {"mcp": {"servers": {
              "Local.FS": {"transport": "STDIO", "command": "npx", "env": {"GITHUB_TOKEN": "t", "a.b": "c"}},
              "remote": {"transport": "http_sse", "url": "https://x.example", "headers": {"X-Api.Key": "k"}}}}}
            """)
        #expect(loaded.config.mcpServers["Local.FS"]?.environment == ["GITHUB_TOKEN": "t", "a.b": "c"])
        #expect(loaded.config.mcpServers["Local.FS"]?.transport == "stdio")
        #expect(loaded.config.mcpServers["remote"]?.headers == ["X-Api.Key": "k"])
    }

    @Test func `Values are read as generously as in the original`() throws {
        let loaded = try fixture.load(
            """
            {"gateway": {"port": "8081"}, "agents": {"defaults": {"temperature": "0.25", "max_tokens": 4096.0}},
             "channels": {"telegram": {"enabled": 1, "allow_from": [12345, "@ann", " ", -100]},
                          "discord": {"allow_from": "a, b,c", "enabled": "true", "token": 77}},
             "policy": {"mode": " STRICT "}, "log": {"level": "Warning"}}
            """)
        #expect(loaded.config.gateway.port == 8_081)
        #expect(loaded.config.agents.defaults.temperature == 0.25)
        #expect(loaded.config.agents.defaults.maxTokens == 4_096)
        #expect(
            loaded.config.channels.telegram.admission == .init(isEnabled: true, allowFrom: ["12345", "@ann", "-100"]))
        #expect(loaded.config.channels.discord.admission == .init(isEnabled: true, allowFrom: ["a", "b", "c"]))
        #expect(loaded.config.channels.discord.token == "77")
        #expect(loaded.config.policy.mode == "strict")
        #expect(loaded.config.log.level == "warn")
    }

    @Test func `Nothing, null and zero mean the default where the original took them so`() throws {
        let loaded = try fixture.load(
            """
            {"gateway": {"host": " ", "port": null}, "agents": {"defaults": {"max_tool_iterations": 0}, "subagent": null},
             "heartbeat": {"interval": 0, "max_idle_minutes": 0}, "tools": {"exec": {"timeout": 0}}, "log": {"level": ""},
             "channels": {"outbound": {"retry_max_attempts": 0, "retry_base_backoff_ms": 5000}}}
            """)
        #expect(loaded.config.gateway == .init())
        #expect(loaded.config.agents == GolemConfig(golemHome: fixture.folder).agents)
        #expect(loaded.config.heartbeat == .init())
        #expect(loaded.config.tools.exec.timeout == 60)
        #expect(loaded.config.log.level == "info")
        #expect(loaded.config.channels.outbound.retryMaxAttempts == 3)
        #expect(loaded.config.channels.outbound.retryMaxBackoffMS == 5_000)
    }

    @Test func `All errors are reported at once, each with key, value, place and what is allowed`() throws {
        let error = try fixture.failure(
            """
            {"gateway": {"port": 99999},
             "policy": {"mode": "strikt", "off_ttl": "-1h", "allow_persistent_off": "maybe"},
             "agents": {"defaults": {"temperature": 2.5, "max_tokens": 0, "workspace_mode": "path", "workspace": " "}},
             "mcp": {"servers": {"a": {"transport": "stdio"}, "b": {"transport": "http_sse"}, " c": {}, "d": {}}},
             "tools": "x", "log": {"max_files": [1]}}
            """)
        #expect(error.code == "config_invalid")
        let text = error.description
        #expect(text.contains("gateway.port is 99999; allowed: a whole number from 1 to 65535 (line 1, column 22)"))
        #expect(text.contains("policy.mode is \"strikt\"; allowed: strict, relaxed or off (line 2, column 21)"))
        #expect(text.contains("agents.defaults.temperature is 2.5; allowed: a number from 0.0 to 2.0"))
        #expect(
            error.errors.map(\.key) == [
                "mcp.servers[\" c\"]", "tools", "gateway.port", "policy.mode", "policy.off_ttl",
                "policy.allow_persistent_off", "agents.defaults.temperature", "agents.defaults.max_tokens",
                "log.max_files", "agents.defaults.workspace", "mcp.servers.a.command", "mcp.servers.b.url",
                "mcp.servers.d.transport",
            ])
    }

    @Test func `A disabled MCP server may be incomplete`() throws {
        let loaded = try fixture.load(
            "{\"mcp\": {\"servers\": {\"x\": {\"enabled\": false, \"transport\": \"HTTP\"}}}}")
        #expect(loaded.config.mcpServers["x"]?.transport == "http")
    }

    @Test func `Off without an end needs to be allowed, and is a warning then`() throws {
        let error = try fixture.failure("{\"policy\": {\"mode\": \"off\"}}")
        #expect(error.errors.map(\.key) == ["policy.mode"])
        let loaded = try fixture.load("{\"policy\": {\"mode\": \"off\", \"allow_persistent_off\": true}}")
        #expect(loaded.warnings.map(\.code) == ["policy_persistent_off"])
    }

    @Test(arguments: [
        ("{\n  \"gateway\": {\n    \"port\": 1,\n  }\n}", 4, 3), ("{\"a\": tru}", 1, 7),
        ("{\n  // no\n}", 2, 3), ("{\"a\" 1}", 1, 6), ("{\"a\": \"x\n\"}", 1, 9), ("{\"a\": 01}", 1, 7),
        ("{\"a\": 1} x", 1, 10), ("{\"a\": \"ä\" \"b\": 1}", 1, 10), ("{\"a\": [1 2]}", 1, 9),
        ("{\"a\": \"\\q\"}", 1, 8),
        ("{\"a\": ", 1, 7),
    ])
    func `A syntax error names line and column`(text: String, line: Int, column: Int) throws {
        let error = try fixture.failure(text)
        #expect(error.code == "config_syntax")
        #expect(error.errors.map(\.place) == ["line \(line), column \(column)"])
    }

    @Test(arguments: ["", " \n\t\n"])
    func `An empty file is an error with the next step, an empty object is none`(text: String) throws {
        let error = try fixture.failure(text)
        #expect(error.code == "config_syntax")
        #expect(error.description.contains("the file is empty. Restore it, or write {} into it"))
        #expect(error.description.contains("golem init"))
        #expect(try fixture.load("{}").config == GolemConfig(golemHome: fixture.folder))
    }

    @Test(arguments: [
        ("{\"policy\": {\"require_aproval\": []}}", "policy.require_approval"),
        ("{\"gatway\": {\"port\": 1}}", "gateway"), ("{\"require_approval\": []}", "policy.require_approval"),
        ("{\"Providers\": {\"OpenAI\": {\"APIKye\": \"x\"}}}", "providers.openai.api_key"),
        ("{\"mcp\": {\"servers\": {\"x\": {\"enabled\": false, \"comand\": \"y\"}}}}", "mcp.servers.x.command"),
    ])
    func `An unknown key is a warning that names the nearest known one`(text: String, nearest: String) throws {
        let warnings = try fixture.load(text).warnings
        #expect(warnings.map(\.code) == ["unknown_key"])
        #expect(warnings.first?.message.hasSuffix("did you mean \(nearest)?") == true)
    }

    @Test func `A key that is given twice counts once and is a warning`() throws {
        let loaded = try fixture.load("{\"gateway\": {\"port\": 1000, \"Port\": 2000}}")
        #expect(loaded.config.gateway.port == 2_000)
        #expect(loaded.warnings.map(\.code) == ["duplicate_key"])
    }

    @Test func `A file with secrets that others can read is a warning`() throws {
        try fixture.write("{\"gateway\": {\"token\": \"abcdefgh\"}}", mode: 0o644)
        #expect(try fixture.load().warnings.map(\.code) == ["file_mode"])
        try fixture.write("{\"gateway\": {\"token\": \"${T}\"}}", mode: 0o644)
        #expect(try fixture.load(nil, ["T": "abcdefgh"]).warnings.isEmpty)
    }

    @Test func `Channels that admit nobody or everybody are warnings`() throws {
        let loaded = try fixture.load(
            """
            {"channels": {"telegram": {"enabled": true}, "discord": {"enabled": true, "allow_from": ["*"]},
             "slack": {"enabled": false, "allow_from": ["*"]}}}
            """)
        #expect(
            loaded.warnings.map(\.code).filter { $0 != "no_effect" }
                == ["channel_admits_nobody", "channel_admits_everybody"])
    }

    @Test func `Every key has its own name, and its default passes its own check`() throws {
        let keys = ConfigReference.all
        #expect(Set(keys.map(\.path)).count == keys.count)
        #expect(keys.count > 100)
        for key in keys where !key.path.contains("<") {
            let path = key.path.split(separator: ".")
            let value = path.reversed().reduce(key.standard.text) { "{\"\($1)\": \($0)}" }
            let loaded = try fixture.load(value)
            #expect(
                loaded.config == GolemConfig(golemHome: fixture.folder) || key.path.hasSuffix("workspace"),
                "\(key.path)")
        }
    }
}
