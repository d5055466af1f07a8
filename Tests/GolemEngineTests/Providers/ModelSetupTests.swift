// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

/// What is said about models that cannot be asked.
@Suite(.timeLimit(.minutes(1))) struct ModelSetupTests {
    private let openAI = [ProviderSettings(name: "openai", apiKey: "k")]

    @Test func `Models that can all be asked need no word`() {
        let setup = ModelSetup(models: ["openai/a", "openai/b"], settings: openAI)
        #expect(setup.usable.map(\.model) == ["a", "b"])
        #expect(setup.problem == nil)
        #expect(setup.health == nil)
        #expect(setup.warning == nil)
    }

    @Test func `Without any model the service is down, and the reason ends with the next step`() {
        let setup = ModelSetup(models: ["anthropic/claude-sonnet-4-5"], settings: [])
        guard case .down(let reason, nil)? = setup.health else {
            Issue.record("\(String(describing: setup.health))")
            return
        }
        #expect(reason.contains("no model can be asked"))
        #expect(reason.contains("anthropic/claude-sonnet-4-5: no provider configured"))
        #expect(
            reason.contains("golem config set providers.claude.api_key -, or golem auth login -p claude; then start"))
        #expect(setup.warning?.code == "model")
        #expect(setup.warning?.severity == .warning)
        let local = ModelSetup(models: ["ollama/llama3"], settings: openAI)
        #expect(local.problem?.contains("golem config set providers.ollama.base_url http://127.0.0.1:11434") == true)
        let family = ModelSetup(models: ["gpt-4o"], settings: [])
        #expect(family.problem?.contains("providers.openai.api_key") == true)
        let unknown = ModelSetup(models: ["nonsense/model"], settings: [])
        #expect(unknown.problem?.contains("providers.<name>.api_key") == true)
    }

    @Test func `With a fall-back that can be asked the service is degraded and names who answers`() {
        let setup = ModelSetup(models: ["anthropic/c", "openai/b"], settings: openAI)
        guard case .degraded(let reason)? = setup.health else {
            Issue.record("\(String(describing: setup.health))")
            return
        }
        #expect(reason.contains("anthropic/c cannot be asked: "))
        #expect(reason.contains("providers.claude.api_key"))
        #expect(reason.hasSuffix(". openai/b answers"))
    }

    @Test func `An engine without a model is not ready, and that is no warning of the policy`() async throws {
        try await EngineHarness.run { harness in
            let ready = try await request(harness.port, "GET", "/ready")
            #expect(ready.status == 503)
            #expect(ready.body.hasPrefix(#"{"status":"not_ready","parts":{"#))
            #expect(ready.body.contains(#""model":{"#))
            #expect(ready.body.contains("No model is configured"))
            #expect(try await request(harness.port, "GET", "/health").status == 200)
            let state = await harness.state()
            let problem = state.problems(now: state.time).first { $0.subject == .service("model") }
            #expect(problem?.severity == .critical)
            #expect(problem?.text.hasPrefix("model: down, ") == true)
            #expect(state.policyWarnings.isEmpty)
            // Chats still get one plain sentence.
            let answer = try await harness.chat("hello")
            #expect(answer?.errorCode == nil)
            #expect(answer?.text.contains("providers.<name>.api_key") == true)
        }
    }

    @Test func `An engine whose first model has no key answers with the next one and says so`() async throws {
        let provider = StubProvider { _, _ throws(ProviderError) in ModelResponse(text: "x") }
        let health = ModelSetup(models: ["anthropic/c", "openai/b"], settings: openAI).health
        try await EngineHarness.run(provider: provider, configure: { $0.modelHealth = health }) { harness in
            let ready = try await request(harness.port, "GET", "/ready")
            #expect(ready.status == 200)
            #expect(ready.body.contains(#""reason":"anthropic/c cannot be asked"#), "\(ready.body)")
            #expect(ready.body.contains(#""state":"degraded""#))
        }
    }

    @Test func `The log line has the name that the original gave it`() throws {
        let event = Event(
            seq: 1, time: Timestamp(seconds: 0), requestID: nil, session: nil,
            kind: .serviceHealth(ServiceHealthChanged(service: "model", health: .down(reason: "why", retryAt: nil))))
        let line = try #require(LogLine(event))
        #expect(line.text.hasSuffix(#"level=ERROR msg="no model configured" error=why"#))
    }
}
