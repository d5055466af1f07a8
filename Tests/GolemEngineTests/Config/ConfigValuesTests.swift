// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Testing

@testable import GolemEngine

@Suite struct ConfigValuesTests {
    private let fixture: ConfigFixture

    init() throws { fixture = try ConfigFixture() }

    @Test(arguments: [
        ("300ms", 300_000), ("1.5h", 5_400_000_000), ("2h45m", 9_900_000_000), ("-1.5h", -5_400_000_000), ("0", 0),
        ("30m0s", 1_800_000_000), ("1us", 1), ("1µs", 1), (".5s", 500_000), ("1.s", 1_000_000), ("+2s", 2_000_000),
    ])
    func `Durations are read as Go reads them`(text: String, microseconds: Int64) {
        #expect(GoDuration.parse(text)?.microseconds == microseconds)
    }

    @Test(arguments: ["", "3", "h", "1x", "1.2.3s", "-", ".s", "1 h", "9999999h", "١s", "1h-2m"])
    func `What is no duration in Go is none here`(text: String) {
        #expect(GoDuration.parse(text) == nil)
    }

    @Test(arguments: ["30m0s", "1h0m0s", "2h45m0.5s", "1.5s", "300ms", "1.5µs", "7ns", "0s", "-1h30m0s"])
    func `Durations are written as Go writes them`(text: String) {
        #expect(GoDuration.parse(text).map(GoDuration.text) == text)
    }

    @Test func `The nearest name is found for a slip of the finger, and none for another word`() {
        let names = ["check", "show", "set", "path"]
        #expect(SpellingSuggestion.nearest(to: "chekc", in: names) == "check")
        #expect(SpellingSuggestion.nearest(to: "sohw", in: names) == "show")
        #expect(SpellingSuggestion.nearest(to: "banana", in: names) == nil)
        #expect(SpellingSuggestion.nearest(to: "", in: names) == nil)
    }

    @Test func `The defaults of the configuration are the defaults of the engine`() throws {
        let now = Timestamp(seconds: 1_000)
        let options = try EngineOptions(try fixture.load(), startedAt: now, time: SystemTime())
        #expect(options.limits == TurnLimits())
        #expect(options.delivery == DeliveryLimits())
        #expect(options.policy == PolicyRules())
        #expect(options.gateway == GatewayOptions())
        #expect(
            options.concurrentTurns == EngineOptions(workspace: "/", startedAt: now, time: SystemTime()).concurrentTurns
        )
        #expect(
            options.messageCapacity == EngineOptions(workspace: "/", startedAt: now, time: SystemTime()).messageCapacity
        )
        #expect(options.workspace == fixture.folder + "/workspace")
    }

    @Test func `Limits, policy and delivery of the engine come from the configuration`() throws {
        let now = Timestamp(seconds: 1_000)
        let loaded = try fixture.load(
            """
            {"agents": {"defaults": {"max_tool_iterations": 3, "max_turn_seconds": 5, "context_tokens": 1000,
               "temperature": 0, "timeouts": {"idle_seconds": 7}}},
             "policy": {"mode": "off", "off_ttl": "10m", "require_approval": ["Exec", "mcp.fs.Write"]},
             "channels": {"outbound": {"max_concurrent_sends": 2, "retry_base_backoff_ms": 50}},
             "gateway": {"token": " spaced "}}
            """)
        let options = try EngineOptions(loaded, startedAt: now, time: SystemTime())
        #expect(options.limits.iterations == 3)
        #expect(options.limits.wallTime == .seconds(5))
        #expect(options.limits.historyTokens == 1_000)
        #expect(options.limits.temperature == 0)
        #expect(options.limits.deadlines.idle == .seconds(7))
        #expect(options.policy.mode == "off")
        #expect(options.policyOffTTL == .seconds(600))
        #expect(options.policy.requireApproval.map(\.description) == ["exec", "mcp.fs.write"])
        #expect(options.delivery.concurrentSends == 2)
        #expect(options.delivery.baseBackoff == .milliseconds(50))
        #expect(options.gateway?.token == "spaced")
        #expect(options.secrets == ["spaced"])
    }

    @Test func `The workspace is absolute in every mode`() throws {
        func workspace(_ json: String, _ variables: [String: String] = [:], flag: String? = nil) throws -> String {
            try fixture.write("{\"agents\": {\"defaults\": \(json)}}")
            return try ConfigLoader.load(try fixture.locations(variables, workspaceFlag: flag)).workspace
        }
        #expect(try workspace("{}") == fixture.folder + "/workspace")
        #expect(try workspace("{\"workspace_mode\": \"cwd\"}") == "/srv/place")
        #expect(try workspace("{\"workspace_mode\": \"path\", \"workspace\": \"~/a\"}") == "/home/somebody/a")
        #expect(try workspace("{\"workspace_mode\": \"path\", \"workspace\": \"./a//b/\"}") == fixture.folder + "/a/b")
        #expect(try workspace("{\"workspace_mode\": \"PATH\", \"workspace\": \"/x\"}") == "/x")
        #expect(try workspace("{\"workspace_mode\": \"path\"}") == fixture.folder + "/workspace")
        #expect(try workspace("{}", [:], flag: "rel") == "/srv/place/rel")
        #expect(try workspace("{}", ["GOLEM_WORKSPACE": "~/w"]) == "/home/somebody/w")
        #expect(try workspace("{}", ["GOLEM_WORKSPACE": "~/w"], flag: "/v") == "/v")
    }

    @Test func `Another user's home is refused clearly`() throws {
        let error = try fixture.failure(
            "{\"agents\": {\"defaults\": {\"workspace_mode\": \"path\", \"workspace\": \"~ann/w\"}}}")
        #expect(error.errors.map(\.key) == ["agents.defaults.workspace"])
        #expect(error.description.contains("~ann/w names another user's home"))
    }

    @Test func `A workspace that has no effect is a warning`() throws {
        let loaded = try fixture.load("{\"agents\": {\"defaults\": {\"workspace\": \"/elsewhere\"}}}")
        #expect(loaded.warnings.map(\.key) == ["agents.defaults.workspace"])
    }

    @Test func `GOLEM_HOME, GOLEM_CONFIG and the flag say where the file is`() throws {
        #expect(try fixture.locations(["GOLEM_HOME": "rel"]).file == "/srv/place/rel/config.json")
        #expect(try ConfigLocations(environment: ["HOME": "/home/x"]).file == "/home/x/.golem/config.json")
        #expect(try fixture.locations(["GOLEM_CONFIG": "~/c.json"]).file == "/home/somebody/c.json")
        #expect(try fixture.locations(["GOLEM_CONFIG": "/c"], configFlag: "d.json").file == "/srv/place/d.json")
    }
}
