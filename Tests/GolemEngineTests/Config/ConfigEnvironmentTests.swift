// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Testing

@testable import GolemEngine

@Suite struct ConfigEnvironmentTests {
    private let fixture: ConfigFixture

    init() throws { fixture = try ConfigFixture() }

    @Test func `Every key can be set by its variable without being in the file`() throws {
        for key in ConfigReference.all where !key.path.contains("<") {
            let (text, expected) = Self.sample(key)
            for name in [key.variable, Self.undelimited(key)] {
                let loaded = try fixture.load(nil, [name: text])
                let entry = loaded.entries(under: key.path).first
                #expect(entry?.source == name, "\(name)")
                #expect(entry?.value == expected, "\(name)")
                #expect(!loaded.warnings.contains { $0.code == "unknown_variable" }, "\(name)")
            }
        }
    }

    private static func undelimited(_ key: ConfigReference) -> String {
        "GOLEM_" + key.path.uppercased().replacing("_", with: "").replacing(".", with: "_")
    }

    /// A value that is not the default, as text and as it is shown.
    private static func sample(_ key: ConfigReference) -> (String, JSONValue) {
        if key.isSecret { return ("sample-secret", "***") }
        switch key.path {
        case "agents.defaults.workspace_mode": return ("cwd", "cwd")
        case "policy.mode": return ("relaxed", "relaxed")
        case "tools.exec.sandbox": return ("auto", "auto")
        case "tools.exec.sandbox_readable", "tools.exec.sandbox_writable": return (#"["/a","/b"]"#, ["/a", "/b"])
        case "log.level": return ("warning", "warn")
        case "log.format": return ("json", "json")
        case "console.color": return ("never", "never")
        case "policy.rules": return (#"[{"action":"deny"}]"#, [["action": "deny"]])
        case "policy.approvers": return (#"["a:b","c:*"]"#, ["a:b", "c:*"])
        case "policy.off_ttl": return ("2h45m", "2h45m")
        default: break
        }
        switch key.type {
        case "whole number":
            // The largest number that is allowed.
            let words = key.allowed.split(whereSeparator: { !$0.isNumber }).compactMap { Int64($0) }
            let most = words.first { $0 > 1 } ?? 2
            return ("\(most)", .integer(most))
        case "number": return ("1.5", .number(1.5))
        case "true/false": return key.standard == true ? ("false", false) : ("true", true)
        case "list": return ("[\"a\", \"b,c\"]", ["a", "b,c"])
        default: return ("sample", "sample")
        }
    }

    @Test func `A variable wins over the file, and an empty one counts as not set`() throws {
        let file = "{\"gateway\": {\"port\": 1000, \"token\": \"from-the-file\"}}"
        let loaded = try fixture.load(file, ["GOLEM_GATEWAY_PORT": "2000", "GOLEM_GATEWAY_TOKEN": ""])
        #expect(loaded.config.gateway.port == 2_000)
        #expect(loaded.config.gateway.token == "from-the-file")
        #expect(try fixture.text() == file)
    }

    @Test func `Lists are JSON or separated by commas, objects are JSON`() throws {
        let loaded = try fixture.load(
            "{\"mcp\": {\"servers\": {\"My.FS\": {\"transport\": \"stdio\", \"command\": \"x\"}}}}",
            [
                "GOLEM_POLICY_REQUIRE_APPROVAL": "exec, write_file", "GOLEM_CHANNELS_SLACK_ALLOWFROM": "[\"U1\"]",
                "GOLEM_MCP_SERVERS_MY_FS_ENV": "{\"A_TOKEN\": \"v\"}", "GOLEM_MCP_SERVERS_NEW_ENABLED": "false",
                "GOLEM_HEARTBEAT": "{\"interval\": 45, \"max_idle_minutes\": 50}", "GOLEM_HEARTBEAT_INTERVAL": "90",
            ])
        #expect(loaded.config.policy.requireApproval == ["exec", "write_file"])
        #expect(loaded.config.channels.slack.admission.allowFrom == ["U1"])
        #expect(loaded.config.mcpServers["My.FS"]?.environment == ["A_TOKEN": "v"])
        #expect(loaded.config.mcpServers["new"]?.isEnabled == false)
        #expect(loaded.config.heartbeat == .init(isEnabled: false, intervalMinutes: 90, maxIdleMinutes: 50))
    }

    @Test func `A section's variable changes what it names and leaves the rest`() throws {
        let loaded = try fixture.load(
            "{\"gateway\": {\"port\": 1000, \"token\": \"from-the-file\"}}", ["GOLEM_GATEWAY": "{\"port\": 2000}"])
        #expect(loaded.config.gateway.port == 2_000)
        #expect(loaded.config.gateway.token == "from-the-file")
        let error = try fixture.failure(nil, ["GOLEM_LOG": "debug"])
        #expect(error.errors.first?.message.contains("GOLEM_LOG stands for a whole section") == true)
    }

    @Test func `An error in a variable names the key and the variable`() throws {
        let error = try fixture.failure(nil, ["GOLEM_GATEWAY_PORT": "abc", "GOLEM_POLICY_REQUIREAPPROVAL": "[exec"])
        #expect(
            error.errors.map(\.description) == [
                "policy.require_approval is not valid JSON; allowed: a list of texts, as JSON or separated by commas "
                    + "(GOLEM_POLICY_REQUIREAPPROVAL)",
                "gateway.port is \"abc\"; allowed: a whole number from 1 to 65535 (GOLEM_GATEWAY_PORT)",
            ])
    }

    @Test func `An unknown variable is a warning that names the nearest`() throws {
        let loaded = try fixture.load(nil, ["GOLEM_GATEWAY_TOKNE": "very-secret", "GOLEM_HOME": fixture.folder])
        #expect(loaded.warnings.map(\.code) == ["unknown_variable"])
        #expect(loaded.warnings.first?.message.hasSuffix("did you mean GOLEM_GATEWAY_TOKEN?") == true)
        #expect(loaded.warnings.first?.message.contains("very-secret") == false)
    }

    @Test func `The reserved variables are no unknown ones`() throws {
        let loaded = try fixture.load(
            nil,
            [
                "GOLEM_BUILTIN_SKILLS_DIR": "/x", "GOLEM_SKILLS_INDEX_URL": "y", "GOLEM_GITHUB_RAW_BASE_URL": "z",
                "GOLEM_WORKSPACE": "/w",
            ])
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.workspace == "/w")
    }

    @Test func `A secret may come from a variable, from a file, or from a variable that names a file`() throws {
        try fixture.write("token-in-a-file\n", to: "token")
        let loaded = try fixture.load(
            """
            {"providers": {"openai": {"api_key": "${OPENAI_KEY}"}, "claude": {"api_key": {"file": "token"}}},
             "mcp": {"servers": {"x": {"transport": "http_sse", "url": "https://x.example",
               "headers": {"Authorization": "Bearer ${X_TOKEN}", "Plain": "$${X_TOKEN}"}}}}}
            """,
            [
                "OPENAI_KEY": "sk-from-env", "X_TOKEN": "xyz-123",
                "GOLEM_GATEWAY_TOKEN_FILE": fixture.folder + "/token", "GOLEM_TOOLS_WEB_SEARCH_API_KEY": "lit${X}",
            ])
        #expect(loaded.config[provider: "openai"].apiKey == "sk-from-env")
        #expect(loaded.config[provider: "claude"].apiKey == "token-in-a-file")
        #expect(loaded.config.mcpServers["x"]?.headers == ["Authorization": "Bearer xyz-123", "Plain": "${X_TOKEN}"])
        #expect(loaded.config.gateway.token == "token-in-a-file")
        #expect(loaded.config.tools.web.searchAPIKey == "lit${X}")
        #expect(loaded.config.secretValues.contains("xyz-123"))
    }

    @Test func `A reference that leads nowhere is an error`() throws {
        let error = try fixture.failure(
            "{\"gateway\": {\"token\": \"${NOT_SET}\"}, \"providers\": {\"qwen\": {\"api_key\": {\"file\": \"gone\"}}}}"
        )
        #expect(
            error.errors.map(\.message) == [
                "gateway.token refers to the variable NOT_SET, which is not set",
                "providers.qwen.api_key refers to the file \(fixture.folder)/gone, which does not exist",
            ])
    }
}
