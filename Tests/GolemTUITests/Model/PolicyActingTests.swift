// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

/// Changing the policy and stopping all tools from the console.
@Suite struct PolicyActingTests {
    private func console(_ line: String) -> Operator {
        var console = Operator(Self.sample())
        console.type(":\(line)")
        console.press(.enter)
        console.arm()
        return console
    }

    @Test func `Under the mode relaxed the view does not say that anything needs an approval`() {
        var sample = SampleEvents.busyHour()
        sample.add(
            .policyModeChanged(
                PolicyModeChanged(
                    mode: "relaxed", previous: "strict", requireApproval: ["exec"], by: "ops1@gw-7", via: "cli",
                    at: SampleEvents.now)), secondsAgo: 0)
        var console = Operator(sample)
        console.type("7")
        let screen = (0..<24).map { console.row($0) }.joined(separator: "\n")
        #expect(screen.contains("nobody is asked"))
        #expect(!screen.contains("needs approval"))
    }

    /// An hour of work under a policy that is off for a while, with a grant and a stop.
    static func sample(isStopped: Bool = false) -> SampleEvents {
        var sample = SampleEvents.busyHour()
        sample.add(
            .policyModeChanged(
                PolicyModeChanged(
                    mode: "off", previous: "strict", offUntil: SampleEvents.now.adding(seconds: 700),
                    requireApproval: ["exec", "mcp.gis.*"], ruleCount: 2, by: "ops1@gw-7", via: "console",
                    at: SampleEvents.now.adding(seconds: -200))), secondsAgo: 0)
        sample.add(
            .policyWarning(PolicyWarning(code: "policy_off", message: "off until 21:12:09Z, set by ops1@gw-7")),
            secondsAgo: 0)
        sample.add(
            .approvalGrantChanged(
                ApprovalGrantChanged(
                    id: 211, session: "telegram:88123", tool: "exec", until: SampleEvents.now.adding(seconds: 1_200),
                    by: "ops1@gw-7", isActive: true)), secondsAgo: 0)
        if isStopped {
            sample.add(
                .emergencyStopChanged(
                    EmergencyStopChanged(
                        isOn: true, by: "ops2@gw-7", reason: "data leak", at: SampleEvents.now.adding(seconds: -30),
                        cancelledCalls: 2)), secondsAgo: 0)
        }
        return sample
    }

    @Test func `Off is set only after the mode was typed out`() {
        var console = console("policy off 15m")
        #expect(console.text.contains("type off to go on"))
        console.press(.enter)
        #expect(console.commands.isEmpty)
        console = self.console("policy off 15m")
        console.type("off")
        console.press(.enter)
        if console.commands.isEmpty { console.type("y") }
        #expect(console.commands.map(\.action) == [.setPolicyMode(mode: "off", ttlSeconds: 900, isKept: false)])
    }

    @Test(arguments: [
        ("policy strict", "y", Command.Action.setPolicyMode(mode: "strict", ttlSeconds: nil, isKept: false)),
        ("policy relaxed", "p", .setPolicyMode(mode: "relaxed", ttlSeconds: nil, isKept: true)),
        ("policy strict --keep", "y", .setPolicyMode(mode: "strict", ttlSeconds: nil, isKept: true)),
        ("estop on data leak", "y", .emergencyStop(isOn: true, reason: "data leak")),
        ("estop off", "y", .emergencyStop(isOn: false, reason: "")),
        ("approval revoke 211", "y", .revokeGrant(id: 211)),
    ])
    func `A typed command is asked back and sent`(line: String, key: String, action: Command.Action) {
        var console = console(line)
        console.type(key)
        #expect(console.commands.map(\.action) == [action])
    }

    @Test(arguments: ["policy off", "policy off 0m", "policy off x", "policy odd", "estop", "approval revoke 4711"])
    func `What cannot be meant is refused with a sentence`(line: String) {
        let console = console(line)
        #expect(console.commands.isEmpty)
        if case .confirm = console.state.overlay { Issue.record("a box was opened for \(line)") }
    }

    @Test func `All tools are stopped with two keys from Overview and Policy, and released by the same`() {
        for view in ["1", "7"] {
            var console = Operator()
            console.type(view + "D")
            console.arm()
            console.type("y")
            #expect(console.commands.map(\.action) == [.emergencyStop(isOn: true, reason: "")])
        }
        var console = Operator(Self.sample(isStopped: true))
        #expect(console.row(1).contains("TOOLS STOPPED"))
        #expect(console.text.contains("EMERGENCY STOP by ops2@gw-7"))
        console.type("D")
        console.arm()
        console.type("y")
        #expect(console.commands.map(\.action) == [.emergencyStop(isOn: false, reason: "")])
    }

    @Test func `Policy off, a grant and the last change`() {
        var console = Operator(Self.sample())
        console.type("7")
        GoldenScreen.check("policy-off", console.state)
    }

    @Test func `All tools stopped`() {
        var console = Operator(Self.sample(isStopped: true))
        console.type("7")
        GoldenScreen.check("policy-stopped", console.state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test func `The box before the mode off`() {
        GoldenScreen.check("box-policy-off", console("policy off 15m").state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test(arguments: [("15m", 900), ("1h30m", 5_400), ("90s", 90), ("168h", 604_800)])
    func `Times are read as the command line reads them`(text: String, seconds: Int) {
        #expect(PolicyWords.seconds(text) == seconds)
        #expect(PolicyWords.seconds(PolicyWords.text(seconds)) == seconds)
    }

    @Test(arguments: ["", "0s", "169h", "5", "m", "1d", "99999999m"])
    func `Other times are none`(text: String) { #expect(PolicyWords.seconds(text) == nil) }
}
