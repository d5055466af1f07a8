// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Testing

@testable import GolemEngine

@Suite struct ConfigSecretsTests {
    private let fixture: ConfigFixture

    init() throws { fixture = try ConfigFixture() }

    /// A configuration with a canary in every place for a secret, and in places where none belongs.
    private func canaries(extra: String = "") -> (text: String, environment: [String: String], canaries: [String]) {
        var found: [String] = []
        func canary(_ name: String) -> String {
            found.append("canary-\(name)-\(found.count)-7f3a91")
            return found[found.count - 1]
        }
        var root: [String: JSONValue] = [:]
        for key in ConfigReference.all where key.isSecret && !key.path.contains("<") {
            root = Self.inserting(
                .string(canary("key")), at: key.path.split(separator: ".").map(String.init)[...], root)
        }
        root["mcp"] = [
            "servers": [
                "fs": [
                    "transport": "stdio", "command": "x",
                    "args": [.string("--api-key=\(canary("arg"))"), "--token", .string(canary("arg")), "--plain"],
                    "env": ["A_TOKEN": .string(canary("env"))],
                ],
                "web": [
                    "transport": "http_sse",
                    "url": .string("https://u:\(canary("url"))@x.example/?k=\(canary("query"))"),
                    "headers": ["Authorization": .string("Bearer \(canary("header"))")],
                ],
            ]
        ]
        var environment = ["GOLEM_PROVIDERS_OPENAI_API_KEY": canary("variable"), "REFERENCED": canary("reference")]
        environment["GOLEM_UNKNOWN_TOKEN"] = canary("unknown")
        environment["GOLEM_MCP_SERVERS_FS_ENV"] = "{\"B_KEY\": \"\(canary("variable"))\"}"
        root = Self.inserting("${REFERENCED}", at: ["providers", "qwen", "api_key"], root)
        root["providers_typo"] = ["openai": ["api_key": .string(canary("typo"))]]
        return (JSONValue.object(root).prettyText, environment, found)
    }

    private static func inserting(
        _ value: JSONValue, at names: ArraySlice<String>, _ object: [String: JSONValue]
    ) -> [String: JSONValue] {
        guard let name = names.first else { return object }
        var object = object
        object[name] =
            names.count == 1
            ? value : .object(inserting(value, at: names.dropFirst(), object[name]?.objectValue ?? [:]))
        return object
    }

    private func expectNone(_ canaries: [String], in text: String) {
        for canary in canaries { #expect(!text.contains(canary), "\(canary) is shown") }
        #expect(!text.contains("canary"), "part of a canary is shown: \(text)")
    }

    @Test func `F16 config show and every config error never print a secret`() throws {
        let (text, environment, canaries) = canaries()
        let loaded = try fixture.load(text, environment)
        for entry in loaded.entries { expectNone(canaries, in: entry.value.text) }
        expectNone(canaries, in: loaded.shown.prettyText)
        expectNone(canaries, in: loaded.problems.map(\.description).joined())
        #expect(loaded.entries(under: "gateway.token").map(\.value) == ["***"])
        #expect(
            loaded.entries(under: "mcp.servers.fs.args").map(\.value) == [
                ["--api-key=***", "--token", "***", "--plain"]
            ])

        // The redactor of the logs knows them all.
        let redactor = Redactor(secrets: loaded.config.secretValues)
        let inUse = canaries.filter { !$0.contains("unknown") && !$0.contains("typo") }
        let hidden = inUse.filter { !redactor.redact("x \($0) y").contains($0) }
        // Two keys of the file are replaced by a variable and a reference, and are in use no more.
        #expect(inUse.count - hidden.count <= 3)
        #expect(loaded.config.secretValues.allSatisfy { !redactor.redact("x \($0) y").contains($0) })
    }

    @Test func `F16 an error about a secret, or next to one, does not show it`() throws {
        for text in [
            "{\"gateway\": {\"token\": [\"canary-1\"]}}", "{\"gateway\": \"canary-1\"}",
            "{\"providers\": {\"openai\": \"canary-1\"}}", "{\"gateway\": {\"token\": \"canary-1\" \"x\"}}",
            "{\"gateway\": {\"token\": canary-1}}", "{\"mcp\": {\"servers\": {\"x\": \"canary-1\"}}}",
            "{\"mcp\": {\"servers\": {\"x\": {\"transport\": \"stdio\", \"env\": {\"A\": [\"canary-1\"]}}}}}",
            "{\"gateway\": {\"token\": \"canary-1\", \"port\": \"canary-1\"}}",
            "{\"gateway\": {\"token\": {\"fyle\": \"canary-1\"}}}", "{\"gateway\": {\"token\": \"${canary-1} ${X}\"}}",
        ] {
            let error = try fixture.failure(text)
            expectNone(["canary-1"], in: error.description)
        }
        let editor = ConfigEditor(try fixture.locations())
        try fixture.write("{}")
        let error = try #require(throws: ConfigError.self) {
            try editor.set("gateway.token", to: "{\"a\": \"canary-1\"}")
        }
        expectNone(["canary-1"], in: error.description)
    }

    @Test func `F50 a public bind without a token is refused with the way out`() throws {
        for host in ["0.0.0.0", "::", "[::]", "192.168.1.4", "example.org"] {
            let loaded = try fixture.load("{\"gateway\": {\"host\": \"\(host)\", \"token\": \" \"}}")
            let error = try #require(throws: EngineError.self) {
                try EngineOptions(loaded, startedAt: SystemTime().wallNow(), time: SystemTime())
            }
            #expect(error.code == "public_bind_without_token")
            #expect(error.message.contains("GOLEM_GATEWAY_TOKEN"))
            #expect(error.message.contains("127.0.0.1"))
            #expect(loaded.startObstacle == error.message)
        }
        for (host, token) in [("127.0.0.1", ""), ("localhost", ""), ("::1", ""), ("0.0.0.0", "long-enough-a-token")] {
            let loaded = try fixture.load("{\"gateway\": {\"host\": \"\(host)\", \"token\": \"\(token)\"}}")
            let options = try EngineOptions(loaded, startedAt: SystemTime().wallNow(), time: SystemTime())
            #expect(options.gateway?.host == host)
            #expect(options.gateway?.token == token)
            #expect(loaded.warnings.isEmpty)
        }
    }
}
