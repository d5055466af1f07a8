// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Testing

@testable import GolemEngine

/// The protocol's decisions, without any input and output.
struct MCPMachineTests {
    private static func machine(_ revision: MCPRevision? = .november2025) -> MCPMachine {
        var machine = MCPMachine(client: MCPClientIdentity(version: "1"))
        machine.revision = revision
        return machine
    }

    private static func message(_ text: String) throws -> MCPMessage {
        try #require(MCPMessage(JSONValue(reading: text)))
    }

    @Test func `An answer finishes its request whether its id is a number or text`() throws {
        var machine = Self.machine()
        #expect(machine.begin(.ping).id == 1)
        #expect(machine.begin(.ping).id == 2)
        #expect(
            machine.receive(try Self.message(#"{"jsonrpc":"2.0","id":"2","result":{}}"#))
                == [.finish(2, .result([:]))])
        #expect(
            machine.receive(try Self.message(#"{"jsonrpc":"2.0","id":1.0,"result":{}}"#))
                == [.finish(1, .result([:]))])
    }

    @Test func `F27 an answer that comes after its request was given up is dropped`() throws {
        var machine = Self.machine()
        let id = try #require(machine.begin(.ping).id)
        let cancelled = machine.abandon(id, wasSent: true, hasOwnStream: false, reason: "timed out")
        let body = try JSONValue(bytes: try #require(cancelled?.body))
        #expect(body["method"] == "notifications/cancelled")
        #expect(body["params"] == ["requestId": 1, "reason": "timed out"])
        #expect(machine.receive(try Self.message(#"{"jsonrpc":"2.0","id":1,"result":{}}"#)) == [])
        #expect(machine.receive(try Self.message(#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}"#)) == [])
    }

    @Test func `No cancellation is sent for initialize, for what was not sent, and where the stream's end says it`()
        throws
    {
        var machine = Self.machine(nil)
        let first = try #require(machine.begin(.initialize(.november2025, client: MCPClientIdentity(version: "1"))).id)
        #expect(machine.abandon(first, wasSent: true, hasOwnStream: false, reason: "") == nil)
        let second = try #require(machine.begin(.ping).id)
        #expect(machine.abandon(second, wasSent: false, hasOwnStream: false, reason: "") == nil)
        machine.revision = .july2026
        let third = try #require(machine.begin(.discover).id)
        #expect(machine.abandon(third, wasSent: true, hasOwnStream: true, reason: "") == nil)
        let fourth = try #require(machine.begin(.discover).id)
        #expect(machine.abandon(fourth, wasSent: true, hasOwnStream: false, reason: "") != nil)
        #expect(machine.abandon(fourth, wasSent: true, hasOwnStream: false, reason: "") == nil)
    }

    @Test func `Requests of the server are answered: ping with nothing, all else with a clear refusal`() throws {
        var machine = Self.machine()
        func actions(_ method: String, _ params: String = "{}") throws -> [MCPMachine.Action] {
            machine.receive(
                try Self.message(#"{"jsonrpc":"2.0","id":"s-1","method":"\#(method)","params":\#(params)}"#))
        }
        #expect(try actions("ping") == [.answer(to: "s-1", .result([:]))])
        for (method, code, word) in [
            ("sampling/createMessage", Int64(-32601), "sampling"), ("roots/list", -32601, "roots"),
            ("tasks/list", -32601, "unknown method"),
        ] {
            guard case .answer(to: "s-1", .error(let found, let text))? = try actions(method).first else {
                Issue.record("\(method) was not refused")
                continue
            }
            #expect(found == code)
            #expect(text.contains(word))
        }
        let page = #"{"mode":"telepathy","message":"m"}"#
        guard case .answer(to: "s-1", .error(let code, let text))? = try actions("elicitation/create", page).first
        else {
            Issue.record("an unknown mode was not refused")
            return
        }
        #expect(code == -32602)
        #expect(text.contains("telepathy mode is not offered"))
    }

    @Test func `A question for a person needs a revision that has them`() throws {
        let question =
            #"{"jsonrpc":"2.0","id":7,"method":"elicitation/create","params":{"message":"m","requestedSchema":{"type":"object"}}}"#
        var machine = Self.machine(.june2025)
        #expect(
            machine.receive(try Self.message(question)) == [
                .ask(id: 7, MCPElicitation(server: "", message: "m", kind: .form([])))
            ])
        machine.revision = .march2025
        guard case .answer(to: 7, .error(-32601, _))? = machine.receive(try Self.message(question)).first else {
            Issue.record("an older server must not ask")
            return
        }
    }

    @Test func `Servers without handshake that make requests get no answer`() throws {
        var machine = Self.machine(.july2026)
        let actions = machine.receive(try Self.message(#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#))
        guard actions.count == 1, case .notice(.log(level: "warning", _))? = actions.first else {
            Issue.record("\(actions)")
            return
        }
    }

    @Test func `Progress reaches only requests that still run`() throws {
        var machine = Self.machine()
        let id = try #require(machine.begin(.callTool("t", [:], headers: [])).id)
        let progress =
            #"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":\#(id),"progress":1,"total":2,"message":"half"}}"#
        #expect(
            machine.receive(try Self.message(progress)) == [
                .progress(id, ToolProgress(done: 1, total: 2, message: "half"))
            ])
        _ = machine.receive(try Self.message(#"{"jsonrpc":"2.0","id":1,"result":{}}"#))
        #expect(machine.receive(try Self.message(progress)) == [])
    }

    @Test(arguments: [
        "[]", "{}", "3", #"{"jsonrpc":"1.0","id":1,"result":{}}"#, #"{"jsonrpc":"2.0"}"#, #"{"jsonrpc":"2.0","id":1}"#,
        #"{"level":"info","msg":"x"}"#, #"[{"jsonrpc":"2.0","id":1,"result":{}},3]"#,
    ])
    func `What is no message is none`(text: String) throws {
        #expect(MCPMessage.all(in: try JSONValue(reading: text)) == nil)
    }

    @Test(arguments: [
        (JSONValue.string("a word"), "gis: a word"), (JSONValue.object(["a": [true]]), #"gis: {"a":[true]}"#),
        (JSONValue.string(String(repeating: "x", count: 5_000)), "gis: \(String(repeating: "x", count: 4_096))…"),
        (JSONValue.array(Array(repeating: 1, count: 20_000)), "gis: [more than 65536 bytes of JSON]"),
    ])
    func `F31 what a server logs is cut before it is made text of`(data: JSONValue, shown: String) {
        var machine = MCPMachine(client: MCPClientIdentity(version: "1"))
        let params: JSONValue = ["level": "error", "logger": "gis", "data": data]
        #expect(
            machine.receive(.notification(method: "notifications/message", params: params))
                == [.notice(.log(level: "error", text: shown))])
    }

    @Test func `Several messages in an array are read in order`() throws {
        let text = #"[{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","method":"m"}]"#
        #expect(
            MCPMessage.all(in: try JSONValue(reading: text))
                == [.response(id: 1, .result([:])), .notification(method: "m", params: .null)])
    }

    @Test func `The probe's answer tells the era of the server`() throws {
        func verdict(_ text: String) throws -> MCPNegotiation.Verdict {
            guard case .response(_, let reply) = try Self.message(text) else { throw CancellationError() }
            return MCPNegotiation.verdict(reply)
        }
        func result(_ versions: String) -> String {
            #"{"jsonrpc":"2.0","id":1,"result":{"supportedVersions":\#(versions)}}"#
        }
        func error(_ code: Int, _ data: String = "null") -> String {
            #"{"jsonrpc":"2.0","id":1,"error":{"code":\#(code),"message":"m","data":\#(data)}}"#
        }
        #expect(try verdict(result(#"["2025-11-25","2026-07-28"]"#)) == .stateless(.july2026))
        #expect(try verdict(result(#"["2027-01-01","2025-06-18"]"#)) == .handshake(.june2025))
        #expect(try verdict(result(#"["2027-01-01"]"#)) == .hopeless(["2027-01-01"]))
        #expect(try verdict(error(-32601)) == .handshake(.november2025))
        #expect(try verdict(error(-32602)) == .handshake(.november2025))
        #expect(try verdict(error(-32022, #"{"supported":["2025-03-26"]}"#)) == .handshake(.march2025))
        #expect(try verdict(error(-32022, #"{"supported":["2031-01-01"]}"#)) == .hopeless(["2031-01-01"]))
        #expect(try verdict(#"{"jsonrpc":"2.0","id":1,"result":{}}"#) == .handshake(.november2025))
    }

    @Test func `Arguments are mirrored into headers as the specification wants it`() throws {
        let schema = try JSONValue(
            reading:
                #"{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},"o":{"type":"object","properties":{"n":{"type":"integer","x-mcp-header":"N"}}},"b":{"type":"boolean","x-mcp-header":"B"}}}"#
        )
        let mirror = try MCPHeaderMirror(schema)
        #expect(
            Set(mirror.headers(["region": "us-west1", "o": ["n": -7], "b": true]))
                == [
                    HTTPClientHeader("Mcp-Param-Region", "us-west1"), HTTPClientHeader("Mcp-Param-N", "-7"),
                    HTTPClientHeader("Mcp-Param-B", "true"),
                ])
        #expect(mirror.headers(["region": .null, "o": []]) == [])
        #expect(MCPHeaderMirror.encoded("Hello, 世界") == "=?base64?SGVsbG8sIOS4lueVjA==?=")
        #expect(MCPHeaderMirror.encoded(" padded ") == "=?base64?IHBhZGRlZCA=?=")
        #expect(MCPHeaderMirror.encoded("line1\nline2") == "=?base64?bGluZTEKbGluZTI=?=")
        #expect(MCPHeaderMirror.encoded("=?base64?literal?=") == "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=")
        for bad in [
            #"{"properties":{"a":{"type":"string","x-mcp-header":""}}}"#,
            #"{"properties":{"a":{"type":"string","x-mcp-header":"a b"}}}"#,
            #"{"properties":{"a":{"type":"number","x-mcp-header":"A"}}}"#,
            #"{"properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}}}"#,
            #"{"properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}}"#,
            #"{"anyOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]}"#,
        ] {
            #expect(throws: MCPHeaderMirror.Defect.self) { try MCPHeaderMirror(JSONValue(reading: bad)) }
        }
    }
}
