// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// One key as the reference page shows it.
package struct ConfigReference: Sendable, Equatable {
    /// The key; `<name>` stands for the name of an MCP server.
    package let path: String
    /// The type's name.
    package let type: String
    /// What is allowed.
    package let allowed: String
    /// The default.
    package let standard: JSONValue
    /// Whether the value is never shown.
    package let isSecret: Bool
    /// What it means.
    package let summary: String
    /// The variable of the environment.
    package let variable: String

    /// All keys.
    package static var all: [ConfigReference] {
        let config = GolemConfig()
        let server = GolemConfig.MCPServer()
        return ConfigTable.keys.map { ConfigReference($0, path: $0.path, $0.read(config)) }
            + ConfigTable.serverKeys.map { ConfigReference($0, path: "mcp.servers.<name>.\($0.path)", $0.read(server)) }
    }

    private init<Root>(_ key: ConfigKey<Root>, path: String, _ standard: JSONValue) {
        self.path = path
        type = key.kind.typeName
        allowed = key.kind.expectation
        self.standard = standard
        isSecret = key.isSecret
        summary = key.summary + (ConfigTable.hasEffect(path) ? "" : " Not in this version.")
        variable = ConfigVariables.name(of: path)
    }

    /// The key as JSON.
    package var json: JSONValue {
        [
            "key": .string(path), "type": .string(type), "allowed": .string(allowed), "default": standard,
            "secret": .bool(isSecret), "summary": .string(summary), "variable": .string(variable),
        ]
    }
}
