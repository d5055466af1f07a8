// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemTestSupport
import Testing

/// Policy, emergency stop and audit as an operator uses them: by commands against a running server.
@Suite struct PolicyProcessTests {
    @Test func `F44 policy and emergency stop reach the running server and outlive its restart`() async throws {
        let home = try GolemHome()
        let server = try await home.startServer()
        let off = try await home.run("policy", "off", "--ttl", "30m")
        #expect(off.end == .code(0), "\(off.errors)")
        #expect(off.output.hasPrefix("policy is off until "))
        #expect(try await home.run("status").output.contains("Policy     off until "))
        #expect(try await home.run("policy", "show").output.contains("risk: limited (ttl-based off mode)"))
        #expect(try await home.run("policy", "off").end == .code(64))
        #expect(try await home.run("policy", "off", "--ttl", "x").errors.contains("invalid --ttl duration: \"x\""))
        #expect(try await home.run("estop", "--reason", "leak").output.hasPrefix("all tools are stopped"))
        let status = try await home.run("status").output
        #expect(status.contains("STOPPED    no tool runs: emergency stop by operator@"))
        let ready = try await ready(server.port)
        #expect(ready["parts"]?["policy"]?["state"] == "off")
        #expect(ready["parts"]?["emergency_stop"]?["reason"] == "leak")
        server.process.send(SIGKILL)
        _ = await server.process.end(within: .seconds(5))
        let left = try await home.run("policy", "show").output
        #expect(left.contains("EMERGENCY STOP"))
        #expect(left.hasPrefix("mode: off (set by "))
        #expect(left.contains("off_until: 20"))
        let stopped = try await home.run("status").output
        #expect(stopped.contains("Policy     off"))
        #expect(stopped.contains("STOPPED    at the next start: all tools are stopped by"))
        #expect(try await home.run("policy", "explain", "exec").output.contains("(mode off)"))
        let second = try await home.startServer()
        let again = try await self.ready(second.port)
        #expect(again["parts"]?["policy"]?["state"] == "off")
        #expect(again["parts"]?["emergency_stop"]?["state"] == "on")
        #expect(try await home.run("estop", "off").output.hasPrefix("tools may run again"))
        #expect(try await home.run("estop", "off").end == .code(77))
        #expect(try await home.run("policy", "strict", "--keep").output.contains("written to the configuration"))
        #expect(home.text(of: "home/.golem/config.json").contains("strict"))
    }

    @Test func `The audit can be read, checked and exported, and a changed line is named`() async throws {
        let home = try GolemHome()
        let server = try await home.startServer()
        _ = try await home.run("policy", "relaxed")
        _ = try await home.run("config", "set", "gateway.port", "18999")
        server.process.send(SIGTERM)
        _ = await server.process.end(within: .seconds(20))
        _ = try await home.run("config", "unset", "gateway.port")
        let tail = try await home.run("audit", "tail")
        #expect(tail.output.contains("policy_startup  mode=strict off_ttl=none"))
        #expect(tail.output.contains("policy_cli_switch  mode=relaxed"))
        #expect(tail.output.contains("config_changed  set gateway.port"))
        #expect(tail.output.contains("config_changed  unset gateway.port"))
        let verify = try await home.run("audit", "verify")
        #expect(verify.end == .code(0), "\(verify.errors)")
        #expect(verify.output.contains(" lines are in order. Last hash: "))
        let csv = try await home.run("audit", "export", "--format", "csv", "--since", "1h")
        #expect(csv.output.hasPrefix("seq,time,type,request_id,tool,result,"))
        #expect(csv.output.split(separator: "\n").count > 4)
        #expect(try await home.run("audit", "export", "--until", "2001-01-01").output.isEmpty)
        let text = home.text(of: "w/state/audit.jsonl")
        _ = try home.write(text.replacing("mode=relaxed", with: "mode=strict!"), to: "w/state/audit.jsonl")
        let broken = try await home.run("audit", "verify")
        #expect(broken.end == .code(65))
        #expect(broken.errors.contains("audit.jsonl line "))
        #expect(broken.errors.contains("it was changed"))
    }

    @Test func `A decision is explained by the server or from the configuration, and says which`() async throws {
        let home = try GolemHome()
        let rules = #"[{"tool":"exec","args":{"command":"git *"},"action":"allow","reason":"reading"}]"#
        #expect(try await home.run("config", "set", "policy.rules", rules).end == .code(0))
        let wrong = try await home.run("config", "set", "policy.rules", #"[{"action":"maybe"}]"#)
        #expect(wrong.end == .code(78))
        #expect(wrong.errors.contains("policy.rules[0].action"))
        let words = ["policy", "explain", "exec", "--args", #"{"command":"git log"}"#]
        let offline = try await home.run(words[0], words[1], words[2], words[3], words[4])
        #expect(
            offline.output
                == "allow: rule 0 (exec allow): reading (mode strict)\n(configuration and stored state; no engine answers)\n"
        )
        let server = try await home.startServer()
        let live = try await home.run(words[0], words[1], words[2], words[3], words[4])
        #expect(live.output == "allow: rule 0 (exec allow): reading (mode strict)\n(the running engine)\n")
        let whatIf = try await home.run("policy", "what-if", #"[{"tool":"*","action":"ask"}]"#)
        #expect(whatIf.end == .code(0), "\(whatIf.errors)")
        #expect(whatIf.output.hasPrefix("Calls of the last 24 hours: 0\n"))
        #expect(server.process.end == nil)
    }

    @Test func `Output that cannot be written is no success, and a reader that goes away is no error`() async throws {
        let home = try GolemHome()
        let server = try await home.startServer()
        _ = try await home.run("policy", "relaxed")
        func shell(_ line: String, _ errors: String) async throws -> (code: String, errors: String) {
            var launch = ChildProcess.Launch("bash", "-c", "\(line); echo ${PIPESTATUS[0]} >&3", "bash")
            launch.words[2] = "exec 3>'\(home.path)/code'; " + launch.words[2]
            launch.environment = home.environment
            launch.files.errors = "\(home.path)/\(errors)"
            #expect(try await home.start(launch).end(within: .seconds(20)) != nil)
            return (home.text(of: "code"), home.text(of: errors))
        }
        for words in ["audit export", "status", "policy show", "help", "approval list"] {
            let result = try await shell("'\(home.binary)' \(words) > /dev/full", "errors \(words)")
            #expect(result.code == "74\n", "\(words)")
            #expect(result.errors.contains("standard output cannot be written: No space left on device"), "\(words)")
        }
        let gone = try await shell("'\(home.binary)' audit export | true", "errors")
        #expect(["141\n", "0\n"].contains(gone.code))
        #expect(gone.errors.isEmpty)
        #expect(server.process.end == nil)
    }

    @Test func `What-if takes the policy of a configuration, names what it does not know, and needs a store`()
        async throws
    {
        let home = try GolemHome()
        let none = try await home.run("policy", "what-if", "[]")
        #expect(none.end != .code(0))
        #expect(none.errors.contains("no engine has run on this workspace yet"))
        let offline = try await home.run("policy", "explain", "exce")
        #expect(offline.output.hasPrefix("no such tool is known: exce; "))
        _ = try await home.startServer()
        #expect(try await home.run("policy", "what-if", #"{"policy":{"rules":[]}}"#).end == .code(0))
        let wrong = try await home.run("policy", "what-if", #"{"ruls":[]}"#)
        #expect(wrong.end == .code(78))
        #expect(wrong.errors.contains("ruls is no part of a policy; did you mean rules?"))
        let unknown = try await home.run("policy", "explain", "exce")
        #expect(unknown.end == .code(0))
        #expect(unknown.output.hasPrefix("no such tool is known: exce; "))
    }

    @Test func `F49 a command of the model cannot approve, stop the policy or change the audit`() async throws {
        let home = try GolemHome()
        let server = try await home.startServer()
        let options = BuiltInTools.Options(workspace: home.workspace, home: home.path + "/home/.golem")
        let tools = try BuiltInTools(options, client: HTTPClient(), time: SystemTime())
        let exec = try #require(tools.registry.tool(named: "exec"))
        let golem = "GOLEM_WORKSPACE='\(home.workspace)' '\(home.binary)'"
        #expect(try await home.run("estop", "on").end == .code(0))
        func attack(_ command: String) async -> JSONValue? {
            let result = await exec.call(
                ["command": .string(command)],
                context: ToolContext(requestID: "r", session: "s:1", channel: "s", chatID: "1", sender: "u"))
            return try? JSONValue(parsing: result.content)
        }
        let approve = await attack("\(golem) approval approve 1")
        #expect(approve?["exit_code"]?.integerValue ?? 1 != 0)
        #expect(approve?["stderr"]?.stringValue?.contains("no approval") != true, "the socket was visible")
        for command in [
            "\(golem) policy off --ttl 30m", "\(golem) policy off --ttl 30m --keep", "\(golem) estop off",
            "echo forged >> '\(home.workspace)/state/audit.jsonl'", "rm -r '\(home.workspace)/state'/*",
        ] { _ = await attack(command) }
        let shown = try await home.run("policy", "show").output
        #expect(shown.hasPrefix("mode: strict\n"))
        #expect(shown.contains("EMERGENCY STOP"))
        #expect(!home.text(of: "home/.golem/config.json").contains("off"))
        #expect(!home.text(of: "w/state/audit.jsonl").contains("forged"))
        #expect(try await home.run("audit", "verify").end == .code(0))
        #expect(server.process.end == nil)
    }

    private func ready(_ port: Int) async throws -> JSONValue {
        let response = try await HTTPClient().send(HTTPClientRequest(url: "http://127.0.0.1:\(port)/ready"))
        return try JSONValue(parsing: String(decoding: try await response.collect(limit: 1 << 20).bytes, as: UTF8.self))
    }
}
