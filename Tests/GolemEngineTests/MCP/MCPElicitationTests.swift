// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

/// Questions of servers as they come over the wire.
@Suite(.timeLimit(.minutes(2))) struct MCPElicitationTests {
    private func fields(_ schema: String, _ revision: MCPRevision = .november2025) throws -> [QuestionField] {
        let params = JSONValue.object(["message": "m", "requestedSchema": try JSONValue(parsing: schema)])
        let question = try MCPElicitationReader.read(params, server: "s", revision: revision)
        guard case .form(let fields) = question.kind else { return [] }
        return fields
    }

    private func defect(_ params: JSONValue, _ revision: MCPRevision = .november2025) -> String? {
        do throws(MCPElicitationReader.Defect) {
            _ = try MCPElicitationReader.read(params, server: "s", revision: revision)
            return nil
        } catch { return error.reason }
    }

    @Test func `All kinds of fields that the protocol allows are read`() throws {
        let found = try fields(
            #"""
            {"type":"object","required":["size","name"],"properties":{
              "name":{"type":"string","title":"Your name","description":"As in the passport","minLength":2,"maxLength":9},
              "mail":{"type":"string","format":"email"},
              "age":{"type":"integer","minimum":0,"maximum":150,"default":30},
              "rate":{"type":"number"},
              "ok":{"type":"boolean","default":true},
              "size":{"type":"string","enum":["s","m"],"enumNames":["Small","Medium"],"default":"m"},
              "pick":{"type":"string","oneOf":[{"const":"a","title":"A!"}]},
              "tags":{"type":"array","items":{"anyOf":[{"const":"x","title":"X!"},{"const":"y","title":"Y!"}]},
                      "minItems":1,"maxItems":2,"default":["x"]},
              "days":{"type":"array","items":{"type":"string","enum":["mo","tu"]}}}}
            """#)
        #expect(
            found.map(\.name) == ["size", "name", "age", "days", "mail", "ok", "pick", "rate", "tags"])
        let byName = Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0) })
        #expect(
            byName["name"]
                == QuestionField(
                    name: "name", title: "Your name", about: "As in the passport",
                    kind: .text(format: nil, minimum: 2, maximum: 9), isRequired: true))
        #expect(byName["mail"]?.kind == .text(format: "email", minimum: nil, maximum: nil))
        #expect(byName["age"]?.kind == .number(isWhole: true, minimum: 0, maximum: 150))
        #expect(byName["age"]?.preset == ["30"])
        #expect(byName["rate"]?.kind == .number(isWhole: false, minimum: nil, maximum: nil))
        #expect(byName["ok"]?.preset == ["yes"])
        #expect(
            byName["size"]?.kind
                == .choice([.init("s", title: "Small"), .init("m", title: "Medium")]))
        #expect(byName["size"]?.isRequired == true)
        #expect(byName["pick"]?.kind == .choice([.init("a", title: "A!")]))
        #expect(
            byName["tags"]?.kind
                == .choices([.init("x", title: "X!"), .init("y", title: "Y!")], minimum: 1, maximum: 2))
        #expect(byName["tags"]?.preset == ["x"])
        #expect(byName["days"]?.kind == .choices([.init("mo"), .init("tu")], minimum: nil, maximum: nil))
    }

    @Test func `What servers' libraries write besides is understood: references and null`() throws {
        let found = try fields(
            #"""
            {"type":"object","$defs":{"Colour":{"enum":["red","blue"],"type":"string"}},
             "properties":{"a":{"$ref":"#/$defs/Colour","description":"d"},
              "b":{"anyOf":[{"type":"integer"},{"type":"null"}],"default":null},
              "c":{"type":["string","null"]},"d":{"const":"only"}}}
            """#)
        #expect(found.map(\.kind).count == 4)
        #expect(found[0] == QuestionField(name: "a", about: "d", kind: .choice([.init("red"), .init("blue")])))
        #expect(found[1].kind == .number(isWhole: true, minimum: nil, maximum: nil))
        #expect(found[2].kind == .text(format: nil, minimum: nil, maximum: nil))
        #expect(found[3].kind == .choice([.init("only")]))
    }

    @Test func `A default that would be refused from a person is no default`() throws {
        #expect(
            try fields(#"{"type":"object","properties":{"a":{"type":"integer","maximum":5,"default":9}}}"#)[0].preset
                == nil)
    }

    @Test(arguments: [
        #"{"type":"object","properties":{"a":{"type":"object","properties":{}}}}"#,
        #"{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"}}}}"#,
        #"{"type":"object","properties":{"a":{"enum":[1,2]}}}"#,
        #"{"type":"object","properties":{"a":{"type":"string","enum":[]}}}"#,
        #"{"type":"object","properties":{"a\u202Eb":{"type":"string"}}}"#,
        #"{"type":"object","properties":{"a":{"type":"string","enum":["x\n"]}}}"#,
    ])
    func `Forms that people cannot be asked to fill in are refused with the reason`(schema: String) throws {
        #expect(throws: MCPElicitationReader.Defect.self) { try fields(schema) }
    }

    @Test func `Pages are asked for in revisions that have them, and only pages of the web with a plain host`() {
        func page(_ url: String) -> JSONValue { ["mode": "url", "message": "m", "url": .string(url)] }
        let good = page("https://login.example/a?b=c#d")
        #expect(defect(good, .november2025) == nil)
        #expect(defect(good, .july2026) == nil)
        #expect(defect(good, .june2025)?.contains("not offered") == true)
        for bad in [
            "javascript:alert(1)", "file:///etc/passwd", "https://", "https://a@b.example/", "https://b.example/x y",
            "https://b\u{430}d.example/", "HTTPS:/b", "https://b.example\\@c.example/",
        ] { #expect(defect(page(bad)) != nil, "\(bad)") }
        #expect(defect(["mode": "url", "message": "m"])?.contains("url is missing") == true)
        #expect(defect(["requestedSchema": [:]])?.contains("message") == true)
    }

    @Test(arguments: [
        (MCPRevision.november2024, "{}"), (.march2025, "{}"), (.june2025, #"{"elicitation":{}}"#),
        (.november2025, #"{"elicitation":{"form":{},"url":{}}}"#),
        (.july2026, #"{"elicitation":{"form":{},"url":{}}}"#),
    ])
    func `Questions are offered as far as the revision has them`(revision: MCPRevision, capabilities: String) throws {
        var json = JSONWriter(capacity: 64)
        MCPClientIdentity(version: "1").writeCapabilities(&json, revision)
        #expect(String(decoding: json.bytes, as: UTF8.self) == capabilities)
    }

    @Test func `A request that needs a page is made again once the page was opened`() async throws {
        let questions = TextList()
        try await MCPServers.with(
            MCPStdioTests.scripted(#"{"revision":"2025-11-25"}"#),
            elicit: { question in
                if case .url(let url, let id) = question.kind { questions.add("\(question.server) \(url) \(id)") }
                return .accept(.null)
            }
        ) { connection in
            try await connection.expect("gated", gives: "through")
            #expect(questions.all == ["test https://login.example/a e-1"])
        }
    }

    @Test func `A request whose page nobody opened has not run, and says so`() async throws {
        try await MCPServers.with(
            MCPStdioTests.scripted(#"{"revision":"2025-11-25"}"#), elicit: { _ in .cancel }
        ) { connection in
            let error = await #expect(throws: MCPError.self) { try await connection.call("gated") }
            #expect(error?.message.contains("nobody did") == true)
            #expect(error?.mayHaveRun == false)
            try await connection.expect("count", ["tool": "gated"], gives: "1")
        }
    }

    @Test func `The server's word that a page is done ends the question`() async throws {
        let waiting = Latch()
        try await MCPServers.with(
            MCPStdioTests.scripted(#"{"revision":"2025-11-25"}"#),
            elicit: { _ in
                // Nobody answers: the question ends because it is withdrawn.
                await waiting.wait()
                return .cancel
            }
        ) { connection in
            try await connection.expect("gated", ["complete": true], gives: "through")
            #expect(!waiting.isOpen)
        }
    }

    // MARK: what nobody holds

    @Test(arguments: ["2025-11-25", "2026-07-28"])
    func `F26 a connection that nobody holds any more ends its child`(revision: String) async throws {
        var connection: (any MCPConnection)? = try await MCPServers.client().connect(
            MCPStdioTests.scripted(#"{"revision":"\#(revision)"}"#)
        ) { _ in .decline }
        let pid = try #require(connection?.info.pid)
        try await connection?.expect("echo", ["text": "a"], gives: "a")
        #expect(isAlive(pid))
        connection = nil
        #expect(await eventually { !isAlive(pid) })
    }

    // MARK: progress

    @Test func `A call that tells how far it is may take longer than its time, up to a ceiling`() async throws {
        var settings = MCPStdioTests.scripted(#"{"revision":"2025-11-25"}"#)
        settings.callTimeout = .seconds(1)
        let steps = TextList()
        try await MCPServers.with(settings) { connection in
            let result = try await connection.call(
                "steps", ["count": 8, "pause": .number(0.2)], timeout: .seconds(1)
            ) { steps.add($0.text) }
            #expect(result.content == [.text("done")])
            #expect(steps.all.count == 8)
            let silent = await #expect(throws: MCPError.self) {
                try await connection.call("slow", ["seconds": 30], timeout: .milliseconds(300))
            }
            #expect(silent?.code == "timeout")
        }
    }
}
