// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Testing

@testable import GolemEngine

/// Every message that Golem sends, against the schemas of the protocol.
@Suite(.serialized) struct MCPValidationTests {
    private static let revisions = [
        "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28",
    ]

    /// Uses all that a connection can do, and lets the server ask all that it may ask.
    private func useAll(_ connection: any MCPConnection, _ revision: String) async throws {
        #expect(connection.info.revision == revision)
        _ = try await connection.tools()
        _ = try await connection.resources()
        #expect(try await connection.resourceTemplates().map(\.uriTemplate).count == 3)
        _ = try await connection.prompts()
        _ = try await connection.read(resource: "test://a")
        _ = try await connection.prompt("p", ["a": "b"])
        _ = try await connection.call("progress", ["n": 1, "x": .number(1.5), "list": [.null, true]])
        try await connection.ping()
        let question: JSONValue = [
            "method": "elicitation/create",
            "params": [
                "message": "Which?",
                "requestedSchema": ["type": "object", "properties": ["colour": ["type": "string"]]],
            ],
        ]
        if revision >= "2025-06-18" { _ = try await connection.call("reverse", question) }
        if revision >= "2025-11-25" {
            let page: JSONValue = [
                "mode": "url", "message": "Log in", "url": "https://login.example/a", "elicitationId": "e",
            ]
            let result = try await connection.call("reverse", ["method": "elicitation/create", "params": page])
            let text = "\(result.content)"
            #expect(text.contains("accept"))
            #expect(!text.contains("content"), "the answer to a page has no content: \(text)")
        }
        if revision == "2025-11-25" { try await connection.expect("gated", gives: "through") }
        if revision < "2026-07-28" {
            for method in ["ping", "roots/list", "sampling/createMessage", "who/knows"] {
                _ = try await connection.call("reverse", ["method": .string(method)])
            }
        }
        await #expect(throws: MCPError.self) {
            try await connection.call("hang", timeout: .milliseconds(50))
        }
        _ = try await connection.call("echo")
    }

    private func validate(_ file: String) async throws -> (isRight: Bool, report: String) {
        let spec = SubprocessSpec(
            executable: MCPServers.python("sdk2"), arguments: [MCPServers.script("validate.py"), file])
        let result = try await Subprocess.run(spec)
        return (result.termination == .exited(0), result.output.text + result.errorOutput.text)
    }

    private func expectRight(_ folder: Scratch, _ revision: String) async throws {
        let (isRight, report) = try await validate(folder.at("record"))
        #expect(isRight, "\(report)")
        for method in [
            "tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read", "prompts/list",
            "prompts/get",
        ] {
            #expect(report.contains("\(revision) \(method) "), "\(report)")
        }
        if revision != "2026-07-28" {
            #expect(report.contains("\(revision) notifications/initialized 1"), "\(report)")
            #expect(report.contains("\(revision) ping 1"), "\(report)")
            #expect(report.contains("\(revision) answer to ping 1"), "\(report)")
        }
        if revision >= "2025-06-18", revision != "2026-07-28" {
            let count = revision >= "2025-11-25" ? 2 : 1
            #expect(report.contains("\(revision) answer to elicitation/create \(count)"), "\(report)")
        }
    }

    @Test(arguments: revisions) func `All messages to a child process are right`(revision: String)
        async throws
    {
        let folder = Scratch()
        let options = #"{"revision":"\#(revision)","pages":2,"record":"\#(folder.at("record"))"}"#
        try await MCPServers.with(
            MCPStdioTests.scripted(options), elicit: { _ in .accept(["colour": "red"]) }
        ) {
            try await useAll($0, revision)
        }
        try await expectRight(folder, revision)
        let (_, report) = try await validate(folder.at("record"))
        #expect(report.contains("\(revision) notifications/cancelled 1"), "\(report)")
        if revision == "2026-07-28" { #expect(report.contains("subscriptions/listen 1"), "\(report)") }
    }

    @Test(arguments: revisions.dropFirst()) func `All messages over HTTP are right`(revision: String)
        async throws
    {
        let folder = Scratch()
        let options =
            #"{"revision":"\#(revision)","sessions":true,"stream":true,"record":"\#(folder.at("record"))"}"#
        let server = try await PythonServer.start("mcp/scripted_http.py", [options])
        let settings = MCPServerSettings(
            name: "test", transport: .http(url: "\(server.url)/mcp", headers: [:]))
        try await MCPServers.with(settings, elicit: { _ in .accept(["colour": "red"]) }) {
            try await useAll($0, revision)
        }
        try await expectRight(folder, revision)
    }

    @Test func `The validator notices what is wrong`() async throws {
        let folder = Scratch()
        folder.write(
            "record",
            #"{"revision":"2026-07-28","message":{"jsonrpc":"2.0","id":1,"method":"tools/list"}}"# + "\n")
        #expect(try await !validate(folder.at("record")).isRight)
        folder.write(
            "record",
            #"{"revision":"2025-11-25","message":{"jsonrpc":"2.0","id":1,"method":"who/knows"}}"# + "\n")
        #expect(try await !validate(folder.at("record")).isRight)
    }

    @Test(arguments: [
        (#"{"discover":"silent","revision":"2024-11-05"}"#, "2024-11-05"),
        (#"{"discover":"die","revision":"2025-11-25"}"#, "2025-11-25"),
        (#"{"supported":["2025-03-26","2024-11-05"],"revision":"2025-03-26"}"#, "2025-03-26"),
    ])
    func `Older servers are found out, however they take the probe`(options: String, revision: String)
        async throws
    {
        var limits = MCPLimits()
        limits.probe = .seconds(1)
        let client = MCPServers.client(limits: limits)
        for _ in 0..<2 {
            try await MCPServers.with(MCPStdioTests.scripted(options), client: client) { connection in
                #expect(connection.info.revision == revision)
                let received = "\(try await connection.call("received").content)"
                #expect(received.contains("initialize"))
            }
        }
    }

    @Test(arguments: [
        #"{"answered":"1999-01-01"}"#, #"{"revision":"2026-07-28","supported":["2031-01-01"]}"#,
    ])
    func `A server without a common revision is refused clearly`(options: String) async throws {
        let error = await #expect(throws: MCPError.self) {
            try await MCPServers.client().connect(MCPStdioTests.scripted(options)) { _ in .decline }
        }
        #expect(error?.code == "unsupported")
    }
}
