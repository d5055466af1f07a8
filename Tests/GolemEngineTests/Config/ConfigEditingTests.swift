// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Testing

@testable import GolemEngine

@Suite struct ConfigEditingTests {
    private let fixture: ConfigFixture

    init() throws { fixture = try ConfigFixture() }

    private func editor(_ variables: [String: String] = [:]) throws -> ConfigEditor {
        ConfigEditor(try fixture.locations(variables))
    }

    @Test func `Setting a key changes its value and nothing else in the file`() throws {
        try fixture.write(
            """
            {
                "Gateway" : { "Port": 1000,   "Host":"127.0.0.1" },
                "mine": [1,   2],
                "Policy": {
                    "RequireApproval": ["exec"]
                }
            }

            """)
        _ = try editor().set("gateway.port", to: "2000")
        _ = try editor().set("policy.mode", to: "Relaxed")
        _ = try editor().set("providers.openai.api_key", to: "sk-1")
        _ = try editor().set("gateway.token", to: "t")
        #expect(
            try fixture.text() == """
                {
                    "Gateway" : { "Port": 2000,   "Host":"127.0.0.1", "token": "t" },
                    "mine": [1,   2],
                    "Policy": {
                        "RequireApproval": ["exec"],
                        "mode": "relaxed"
                    },
                    "providers": {
                        "openai": {
                            "api_key": "sk-1"
                        }
                    }
                }

                """)
        #expect(try fixture.mode("config.json") == 0o600)
    }

    @Test func `Setting a key without a file makes one that only its owner can read`() throws {
        let outcome = try editor().set("POLICY.require-approval", to: "exec,write_file")
        #expect(outcome.isChanged)
        #expect(outcome.key == "policy.require_approval")
        #expect(
            try fixture.text() == """
                {
                  "policy": {
                    "require_approval": ["exec", "write_file"]
                  }
                }

                """)
        #expect(try fixture.mode("config.json") == 0o600)
        #expect(try editor().set("policy.require_approval", to: "[\"exec\", \"write_file\"]").isChanged == false)
    }

    @Test func `An MCP server is added, changed and removed as a whole, and checked as a whole`() throws {
        let stdio = #"{"transport": "stdio", "command": "files-mcp", "args": ["/data"]}"#
        let added = try editor().set("mcp.servers.files", to: stdio)
        #expect(added.isChanged && added.isSecret && added.key == "mcp.servers.files")
        let text = try fixture.text()
        #expect(try fixture.load(text).config.mcpServers["files"]?.arguments == ["/data"])
        for (value, expected) in [
            (#"{"transport": "stdio"}"#, "mcp.servers.files.command is empty"),
            (#"{"transport": "http", "url": "ftp://x"}"#, "mcp.servers.files.url does not begin with http"),
            ("{}", "mcp.servers.files is no object"), (#"{"transport""#, "is not valid JSON"),
            (#"{"transport": "stdio", "command": "x", "concurrency": 0}"#, "concurrency is 0"),
        ] {
            let error = #expect(throws: ConfigError.self) { try editor().set("mcp.servers.files", to: value) }
            #expect(error?.description.contains(expected) == true, "\(value): \(error?.description ?? "")")
        }
        #expect(try fixture.text() == text)
        // Key by key a new server cannot be made, and that is said.
        let error = #expect(throws: ConfigError.self) {
            try editor().set("mcp.servers.new.transport", to: "stdio")
        }
        #expect(error?.description.contains("golem help mcp add") == true)
        _ = try editor().set("mcp.servers.files.concurrency", to: "2")
        let typo = #expect(throws: ConfigError.self) { try editor().unset("mcp.servers.files.comand") }
        #expect(typo?.description.contains("is no key") == true)
        #expect(try editor().unset("mcp.servers.files").isChanged)
        #expect(try fixture.load(try fixture.text()).config.mcpServers.isEmpty)
        let gone = #expect(throws: ConfigError.self) { try editor().unset("mcp.servers.files") }
        #expect(gone?.description.contains("there is no MCP server files in it") == true)
    }

    @Test func `A wrong value or key changes nothing`() throws {
        let text = "{\"gateway\": {\"port\": 1000}}"
        try fixture.write(text)
        for (key, value, expected) in [
            ("gateway.port", "0", "gateway.port is \"0\"; allowed: a whole number from 1 to 65535"),
            ("gatway.port", "1", "gatway.port is no key of the configuration; did you mean gateway.port?"),
            ("gateway", "1", "gateway is a section, not a key; see: golem config keys"),
            ("policy.mode", "off", "allow_persistent_off"),
            ("mcp.servers.x.transport", "smoke", "stdio, http or http_sse"),
            ("mcp.servers.x.env", "{", "is not valid JSON"), ("", "x", "is no key"), ("a..b[", "x", "is no key"),
        ] {
            let editor = try editor()
            let error = try #require(throws: ConfigError.self) { try editor.set(key, to: value) }
            #expect(error.description.contains(expected), "\(error)")
        }
        #expect(try fixture.text() == text)
    }

    @Test func `A broken file is repaired one key at a time`() throws {
        try fixture.write("{\"gateway\": {\"port\": 0}, \"policy\": {\"mode\": \"x\"}}")
        _ = try editor().set("gateway.port", to: "1000")
        _ = try editor().set("policy.mode", to: "strict")
        #expect(try fixture.load().config.gateway.port == 1_000)
    }

    @Test func `The keys of MCP servers are found whatever dots their names have`() throws {
        _ = try editor().set("mcp.servers.my.server.enabled", to: "false")
        _ = try editor().set("mcp.servers[\"my.server\"].command", to: "npx")
        _ = try editor().set("mcp.servers.my.server.env.GITHUB_TOKEN", to: "${GH}")
        _ = try editor().set("mcp.servers.my.server.args", to: "[\"-y\", \"a,b\"]")
        let server = try fixture.load(nil, ["GH": "gh-secret"]).config.mcpServers["my.server"]
        #expect(server?.command == "npx")
        #expect(server?.environment == ["GITHUB_TOKEN": "gh-secret"])
        #expect(server?.arguments == ["-y", "a,b"])
    }

    @Test func `A variable is never written to the file, and setting what it overrides says so`() throws {
        let editor = try editor(["GOLEM_GATEWAY_PORT": "3000", "GOLEM_GATEWAY_TOKEN": "from-the-environment"])
        let outcome = try editor.set("gateway.port", to: "2000")
        #expect(outcome.overridingVariable == "GOLEM_GATEWAY_PORT")
        #expect(try fixture.text().contains("from-the-environment") == false)
        #expect(try fixture.text().contains("2000"))
    }

    @Test func `Unsetting removes the key in all its spellings and keeps the rest`() throws {
        try fixture.write(
            "{\n  \"gateway\": {\"port\": 1, \"host\": \"x\", \"Port\": 2},\n  \"log\": {\"level\": \"debug\"}\n}\n")
        _ = try editor().unset("gateway.port")
        _ = try editor().unset("log.level")
        #expect(try fixture.text() == "{\n  \"gateway\": {\"host\": \"x\"},\n  \"log\": {}\n}\n")
        #expect(try editor().unset("log.level").isChanged == false)
    }

    @Test func `A link to the file stays a link, also when it leads nowhere yet`() throws {
        try FileManager.default.createSymbolicLink(atPath: fixture.file, withDestinationPath: "real.json")
        _ = try editor().set("gateway.port", to: "2000")
        _ = try editor().set("gateway.port", to: "3000")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: fixture.file) == "real.json")
        #expect(try fixture.text("real.json").contains("3000"))
        #expect(try fixture.mode("real.json") == 0o600)
    }

    @Test func `Changes made at the same time are all kept`() async throws {
        let editor = try editor()
        let keys = GolemConfig.providerNames.map { "providers.\($0).base_url" }
        await withTaskGroup(of: Void.self) { group in
            for key in keys { group.addTask { _ = try? editor.set(key, to: "http://\(key)") } }
        }
        let config = try fixture.load().config
        for name in GolemConfig.providerNames {
            #expect(config[provider: name].baseURL == "http://providers.\(name).base_url")
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: fixture.folder).filter { $0.hasSuffix(".tmp") }.isEmpty)
    }

    @Test func `A file in a place that cannot be written is a clear error`() throws {
        try fixture.write("", to: "file")
        let locations = try fixture.locations(configFlag: fixture.folder + "/file/config.json")
        let error = try #require(throws: ConfigError.self) {
            try ConfigEditor(locations).set("gateway.port", to: "1")
        }
        #expect(error.code == "config_not_writable")
        #expect(error.description.contains("Not a directory"))
    }

    @Test func `Init makes configuration and workspace for their owner alone, and again changes nothing`() throws {
        let locations = try fixture.locations(["GOLEM_HOME": fixture.folder + "/home/.golem"])
        let outcome = try WorkspaceSetup.run(locations)
        #expect(outcome.isConfigNew)
        #expect(outcome.workspace == fixture.folder + "/home/.golem/workspace")
        #expect(try fixture.mode("home/.golem/config.json") == 0o600)
        #expect(try fixture.mode("home/.golem/workspace") == 0o700)
        #expect(try fixture.mode("home/.golem") == 0o700)
        #expect(try fixture.text("home/.golem/workspace/IDENTITY.md").isEmpty == false)
        let loaded = try ConfigLoader.load(locations)
        #expect(loaded.config == GolemConfig(golemHome: locations.golemHome))
        #expect(loaded.warnings.isEmpty)
        try fixture.write("mine", to: "home/.golem/workspace/SOUL.md")
        try FileManager.default.removeItem(atPath: fixture.folder + "/home/.golem/workspace/USER.md")
        let again = try WorkspaceSetup.run(locations)
        #expect(again.isConfigNew == false)
        #expect(again.created == [fixture.folder + "/home/.golem/workspace/USER.md"])
        #expect(try fixture.text("home/.golem/workspace/SOUL.md") == "mine")
    }
}
