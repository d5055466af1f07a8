// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite struct PolicyRulesTests {
    private let now = Timestamp(seconds: 1_000)

    private func rules(_ text: String, mode: String = "strict", approvals: [String] = ["exec"]) throws -> PolicyRules {
        let (rules, problems) = PolicyRule.parse(try JSONValue(parsing: text), at: "policy.rules")
        #expect(problems.isEmpty)
        return PolicyRules(mode: mode, requireApproval: approvals, rules: rules)
    }

    private func word(_ rules: PolicyRules, _ call: PolicyCall) -> String {
        switch rules.decide(call, at: now) {
        case .allow: "allow"
        case .ask: "ask"
        case .deny: "deny"
        }
    }

    private func exec(_ command: String, channel: String = "slack", sender: String = "U1") -> PolicyCall {
        PolicyCall(tool: "exec", arguments: ["command": .string(command)], channel: channel, sender: sender)
    }

    @Test func `Names may be patterns, and the tools of a server are found by both of their spellings`() {
        let rules = PolicyRules(requireApproval: ["EXEC", "mcp.gis.*", "web_?etch"])
        #expect(word(rules, PolicyCall(tool: "exec")) == "ask")
        #expect(word(rules, PolicyCall(tool: "Exec")) == "ask")
        #expect(word(rules, PolicyCall(tool: "web_fetch")) == "ask")
        #expect(word(rules, PolicyCall(tool: "web_search")) == "allow")
        #expect(word(rules, PolicyCall(tool: "mcp_gis_clip")) == "ask")
        #expect(word(rules, PolicyCall(tool: "mcp_gis_clip", aliases: ["mcp.gis.clip"])) == "ask")
        // With its parts known, another server whose name begins alike is not meant.
        #expect(word(rules, PolicyCall(tool: "mcp_gis_2_clip", aliases: ["mcp.gis_2.clip"])) == "allow")
        #expect(word(PolicyRules(requireApproval: ["*"]), PolicyCall(tool: "read_file")) == "ask")
        #expect(word(PolicyRules(requireApproval: []), PolicyCall(tool: "exec")) == "allow")
    }

    @Test func `A rule that allows takes no name in doubt`() throws {
        let rules = try rules(#"[{"tool":"mcp.gis.*","action":"allow"}]"#, approvals: ["*"])
        #expect(word(rules, PolicyCall(tool: "mcp_gis_remote_x")) == "ask")
        #expect(word(rules, PolicyCall(tool: "mcp_gis_clip", aliases: ["mcp.gis.clip"])) == "allow")
    }

    @Test func `The first rule that fits decides; arguments, channel and sender count`() throws {
        let rules = try rules(
            #"""
            [{"tool":"exec","args":{"command":"~rm\\s+-rf"},"action":"deny","reason":"no"},
             {"tool":"exec","args":{"command":"git status"},"channel":"slack","action":"allow"},
             {"tool":"exec","args":{"command":"git *"},"sender":"U1","action":"allow"},
             {"tool":"web_*","args":"*internal*","action":"ask"}]
            """#)
        #expect(word(rules, exec("rm  -rf /")) == "deny")
        #expect(word(rules, exec("git status; rm -rf x")) == "deny")
        #expect(word(rules, exec("git status", sender: "U2")) == "allow")
        #expect(word(rules, exec("git status", channel: "discord", sender: "U2")) == "ask")
        #expect(word(rules, exec("git log", channel: "discord")) == "allow")
        #expect(word(rules, exec("ls")) == "ask")
        #expect(word(rules, PolicyCall(tool: "web_fetch", arguments: ["url": "http://internal/"])) == "ask")
        #expect(word(rules, PolicyCall(tool: "web_fetch", arguments: ["url": "http://example/"])) == "allow")
    }

    @Test func `What is too long to be judged fits what asks or denies, and nothing that allows`() throws {
        let long = exec("git " + String(repeating: "x", count: 20_000))
        #expect(word(try rules(#"[{"args":{"command":"~^git"},"action":"allow"}]"#), long) == "ask")
        #expect(word(try rules(#"[{"args":{"command":"~^nothing"},"action":"deny"}]"#), long) == "deny")
    }

    @Test func `The order of keys in the arguments does not matter`() throws {
        let rules = try rules(#"[{"args":"{\"a\":1,\"b\":2}","action":"deny"}]"#)
        let call = PolicyCall(tool: "t", arguments: try JSONValue(parsing: #"{ "b":2, "a":1 }"#))
        #expect(word(rules, call) == "deny")
    }

    @Test func `Relaxed asks nobody and still denies; off runs everything`() throws {
        let text = #"[{"tool":"exec","args":{"command":"rm*"},"action":"deny"},{"tool":"t","action":"ask"}]"#
        let relaxed = try rules(text, mode: "relaxed")
        #expect(word(relaxed, exec("rm x")) == "deny")
        #expect(word(relaxed, exec("ls")) == "allow")
        #expect(word(relaxed, PolicyCall(tool: "t")) == "allow")
        #expect(word(try rules(text, mode: "off"), exec("rm x")) == "allow")
        #expect(word(PolicyRules(mode: "odd"), exec("ls")) == "deny")
    }

    @Test func `What is wrong with rules is named with its path`() throws {
        let value = try JSONValue(
            parsing: #"""
                [{"action":"allow"},{"tool":"","action":"maybe"},{"action":"deny","args":{"command":"~(","n":3},"chanel":"x"},7]
                """#)
        let (rules, problems) = PolicyRule.parse(value, at: "policy.rules")
        #expect(rules.count == 1)
        #expect(
            problems.map(\.path) == [
                "policy.rules[1].action", "policy.rules[1].tool", "policy.rules[2].chanel",
                "policy.rules[2].args.command", "policy.rules[2].args.n", "policy.rules[3]",
            ])
        #expect(problems[0].message == #"policy.rules[1].action is "maybe"; allowed: allow, ask or deny"#)
        #expect(problems[2].message.contains("did you mean channel?"))
    }

    @Test func `A configuration with wrong rules or approvers is refused, and a right one is used`() throws {
        let fixture = try ConfigFixture()
        #expect {
            try fixture.load(#"{"policy":{"rules":[{"action":"no"}],"approvers":["telegram"]}}"#)
        } throws: { error in
            let messages = (error as? ConfigError)?.errors.map(\.message) ?? []
            return messages.contains { $0.hasPrefix("policy.rules[0].action is ") }
                && messages.contains { $0.hasPrefix(#"policy.approvers[0] is "telegram""#) }
        }
        let loaded = try fixture.load(
            #"{"policy":{"rules":[{"tool":"exec","action":"deny"}],"approvers":["telegram:7","slack:*"]}}"#)
        let options = try EngineOptions(loaded, startedAt: now, time: ManualTime())
        #expect(word(options.policy, exec("ls")) == "deny")
        #expect(options.approvers == ["telegram:7", "slack:*"])
        let approvers = ApproverList(options.approvers)
        #expect(approvers.allows(channel: "telegram", sender: "7"))
        #expect(!approvers.allows(channel: "telegram", sender: "8"))
        #expect(approvers.allows(channel: "slack", sender: "8"))
        #expect(!approvers.allows(channel: "discord", sender: "7"))
    }

    @Test func `An explanation names the rule, and a replay counts what would be different`() throws {
        let rules = try rules(
            #"[{"tool":"exec","args":{"command":"git *"},"action":"allow","reason":"reading"}]"#)
        let explained = try PolicyExplainer.explain(
            "exec", arguments: #"{"command":"git log"}"#, channel: "", sender: "", rules: rules,
            names: PolicyNames(servers: []), now: now)
        #expect(explained["sentence"] == "allow: rule 0 (exec allow): reading (mode strict)")
        #expect(rules.explain(exec("ls"), at: now).because == "no rule fits, and policy.require_approval has exec")
        func past(_ call: PolicyCall, asked: Bool, isWhole: Bool = true) -> PastCall {
            PastCall(
                time: now, requestID: "r", tool: call.tool, arguments: isWhole ? call.arguments : nil,
                channel: call.channel, sender: call.sender, wasAsked: asked, wasDenied: false)
        }
        let replay = PolicyReplay(
            [
                past(exec("git log"), asked: true), past(exec("ls"), asked: true), past(exec("ls"), asked: false),
                past(PolicyCall(tool: "read_file"), asked: false), past(exec("ls"), asked: false, isWhole: false),
            ], rules: rules, names: PolicyNames(servers: []))
        #expect(replay.calls == 4)
        #expect(replay.allowed == 2)
        #expect(replay.asked == 2)
        #expect(replay.noLongerAsked == 1)
        #expect(replay.newlyAsked == 1)
        #expect(replay.unjudged == 1)
        #expect(replay.examples.map(\.decision) == ["allow", "ask"])
    }

    @Test(arguments: [
        ("*", "", true), ("a*c", "abc", true), ("a*c", "ac", true), ("a*c", "ab", false), ("a?c", "abc", true),
        ("a?c", "ac", false), ("*a*b*", "xxaxxbxx", true), ("", "", true), ("", "x", false), ("a**", "a", true),
    ])
    func `Globs fit the whole text`(pattern: String, text: String, fits: Bool) throws {
        #expect(try TextPattern(pattern).matches(text) == fits)
    }

    @Test func `An anchored rule that allows does not let a combined character carry a command in`() throws {
        let rules = try rules(
            #"""
            [{"tool":"exec","args":{"command":"~[;\\n]"},"action":"deny"},
             {"tool":"exec","args":{"command":"~^git (status|log)( [\\w./-]+)*$"},"action":"allow"}]
            """#)
        #expect(word(rules, exec("git log src/x.swift")) == "allow")
        #expect(word(rules, exec("git log \u{D4E};touch x")) == "deny")
        #expect(word(rules, exec("git log ;\u{301}touch x")) == "deny")
        #expect(word(rules, exec("git log\r\ntouch x")) == "deny")
        let only = try self.rules(
            #"[{"tool":"exec","args":{"command":"~^git (status|log)( [\\w./-]+)*$"},"action":"allow"}]"#)
        #expect(word(only, exec("git log \u{D4E};touch x")) == "ask")
    }

    @Test func `Rules that ask or deny find an argument in whatever case its name is written`() throws {
        let deny = try rules(#"[{"tool":"exec","args":{"command":"~rm"},"action":"deny"}]"#)
        #expect(word(deny, PolicyCall(tool: "exec", arguments: ["Command": "rm x"])) == "deny")
        #expect(word(deny, PolicyCall(tool: "exec", arguments: ["command": "ls", "COMMAND": "rm x"])) == "deny")
        let allow = try rules(#"[{"tool":"exec","args":{"command":"ls"},"action":"allow"}]"#)
        #expect(word(allow, PolicyCall(tool: "exec", arguments: ["Command": "ls"])) == "ask")
        #expect(word(allow, PolicyCall(tool: "exec", arguments: ["command": "ls"])) == "allow")
    }

    @Test func `A wildcard that allows stays within one server`() throws {
        let call = PolicyCall(tool: "mcp_git_hub_push", aliases: ["mcp.git_hub.push"], server: "git_hub")
        let own = PolicyCall(tool: "mcp_git_push", aliases: ["mcp.git.push"], server: "git")
        func allowed(_ pattern: String, _ call: PolicyCall) throws -> Bool {
            word(try rules(#"[{"tool":"\#(pattern)","action":"allow"}]"#, approvals: ["*"]), call) == "allow"
        }
        #expect(try !allowed("mcp_git_*", call))
        #expect(try !allowed("mcp.git*", call))
        #expect(try !allowed("mcp.git.*", call))
        #expect(try allowed("mcp.git_hub.*", call))
        #expect(try allowed("mcp.git*.push", call))
        #expect(try allowed("mcp_git_hub_push", call))
        #expect(try allowed("*", call))
        #expect(try allowed("mcp.*", call))
        #expect(try allowed("mcp.git.*", own))
        let dotted = PolicyCall(tool: "mcp_a_b_c", aliases: ["mcp.a.b.c"], server: "a.b")
        #expect(try !allowed("mcp.a.*", dotted))
        #expect(try allowed("mcp.a.b.*", dotted))
        // What denies takes every spelling.
        #expect(word(try rules(#"[{"tool":"mcp_git_*","action":"deny"}]"#), call) == "deny")
    }

    @Test func `A name that was cut for the model is found by its whole length`() throws {
        let tool = String(repeating: "x", count: 70) + "_delete"
        let name = MCPToolName.forModel(server: "s", tool: tool)
        let call = PolicyCall(
            tool: name,
            aliases: [MCPToolName.dotted(server: "s", tool: tool), MCPToolName.whole(server: "s", tool: tool)],
            server: "s")
        #expect(!name.hasSuffix("_delete"))
        #expect(word(try rules(#"[{"tool":"mcp_*_delete","action":"deny"}]"#), call) == "deny")
    }
}
