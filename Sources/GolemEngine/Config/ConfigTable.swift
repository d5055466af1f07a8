// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// All keys of the configuration, and how written names find them.
///
/// Names are compared without case, `_` and `-`: `api_key`, `APIKey` and `Api-Key` are one key.
package enum ConfigTable {
    /// The keys with a fixed path, in the order in which they are shown.
    package static let keys: [ConfigKey<GolemConfig>] =
        agentKeys + providerKeys + gatewayKeys + policyKeys + toolKeys + channelKeys + serviceKeys

    /// The keys of one MCP server, under `mcp.servers.<name>`.
    package static let serverKeys: [ConfigKey<GolemConfig.MCPServer>] = [
        .optionalFlag("enabled", \.enabled, "Whether the server runs; true when missing."),
        .text("transport", \.transport, "How it is reached: stdio, http (also written streamable_http) or http_sse."),
        .text("command", \.command, "The program of a stdio server."),
        .list("args", \.arguments, "The program's arguments."),
        .secretMap("env", \.environment, "Variables for the program; names keep their case."),
        .text("url", \.url, "The address of an http or http_sse server."),
        .secretMap("headers", \.headers, "Header fields for the address; names keep their case."),
        .duration(
            "connect_timeout", \.connectTimeout, takesSeconds: true,
            "How long connecting may take, as in 20s; a number means seconds."),
        .duration(
            "call_timeout", \.callTimeout, takesSeconds: true,
            "How long one call may take, as in 2m; a number means seconds."),
        .integer("concurrency", \.concurrency, 1...256, "Calls that run at the same time; further ones wait."),
        .list("hidden_tools", \.hiddenTools, "Tools that the model does not get."),
        .choice(
            "sandbox", \.sandbox.profile, [""] + sandboxProfiles,
            "What a stdio server is kept from, as tools.exec.sandbox; empty for hide where the machine can."),
        .flag(
            "sandbox_network", \.sandbox.allowsNetwork, "Whether the server reaches the network in its sandbox."),
        .list(
            "sandbox_readable", \.sandbox.readable,
            "Folders that the server may read in its sandbox, beside those of the system."),
        .list(
            "sandbox_writable", \.sandbox.writable,
            "Folders that the server may write in its sandbox, beside the workspace."),
        .integer(
            "memory_mb", \.sandbox.memoryMB, 0...16_777_216, "Megabytes of memory of the server; 0 for no bound."),
        .integer(
            "processes", \.sandbox.processes, 0...1_000_000,
            "Processes of the server at the same time; 0 for no bound."),
    ]

    /// Paths of the original that mean nothing here and are passed over.
    static let retired: Set = ["tools.geo"]

    static let keysByName = Dictionary(
        uniqueKeysWithValues: keys.map { ($0.path.split(separator: ".").map(normalized).joined(separator: "."), $0) })

    static let serverKeysByName = Dictionary(uniqueKeysWithValues: serverKeys.map { (normalized($0.path), $0) })

    /// The objects that keys lie in, as they are written, by normalised path.
    static let sectionsByName: [String: String] = {
        var sections = ["mcp": "mcp", "mcp.servers": "mcp.servers"]
        for key in keys {
            var parts = key.path.split(separator: ".")
            while parts.count > 1 {
                parts.removeLast()
                sections[parts.map(normalized).joined(separator: ".")] = parts.joined(separator: ".")
            }
        }
        return sections
    }()

    /// The normal form of one part of a key.
    static func normalized(_ name: some StringProtocol) -> String {
        name.lowercased().filter { $0 != "_" && $0 != "-" }
    }

    /// The names inside a section, as they are written.
    static func names(in section: String) -> [String] {
        let prefix = section.isEmpty ? "" : section + "."
        var names: [String] = []
        for path in keys.map(\.path) + ["mcp.servers."] where path.hasPrefix(prefix) {
            let name = String(path.dropFirst(prefix.count).prefix { $0 != "." })
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}

/// Where a value of the configuration belongs, as canonical names; the name of an MCP server is kept as written.
package struct ConfigPath: Sendable, Hashable, CustomStringConvertible {
    /// The names from the top.
    package let segments: [String]

    init(_ segments: [String]) { self.segments = segments }

    init(_ dotted: String) { segments = dotted.split(separator: ".").map(String.init) }

    /// The key of an MCP server.
    static func server(_ name: String, _ key: String) -> ConfigPath { ConfigPath(["mcp", "servers", name, key]) }

    /// The names of the server and of its key, if it is one.
    var server: (name: String, key: String)? {
        guard segments.count >= 4, segments[0] == "mcp", segments[1] == "servers" else { return nil }
        return (segments[2], segments[3])
    }

    /// The names with dots between them; a name that is not plain stands in `["…"]`.
    package var description: String {
        segments.reduce(into: "") { text, name in
            let isPlain = !name.isEmpty && name.utf8.allSatisfy { $0 == 0x2D || $0 == 0x5F || isAlphanumeric($0) }
            text += isPlain ? (text.isEmpty ? name : "." + name) : "[\(JSONValue.string(name).text)]"
        }
    }

    private func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
