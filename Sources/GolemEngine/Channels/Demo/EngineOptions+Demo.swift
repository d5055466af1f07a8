// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEvents

extension EngineOptions {
    /// Turns these options into the demo: made-up people, a scripted model, a slow tool, one that fails, and one that
    /// needs an approval.
    ///
    /// Everything else is the real engine.
    package mutating func makeDemo() throws(EngineError) {
        let time = self.time
        do {
            let scenario = try Scenario(json: Data(DemoScript.scenario.utf8))
            models = SingleModelService(
                provider: ScriptedProvider(scenario: scenario, time: time), model: "demo-model", time: time)
        } catch {
            throw EngineError(code: "internal_error", message: "the demo's scenario does not parse: \(error)")
        }
        channels = [DemoChannel(chats: DemoScript.chats, time: time)]
        let demoTools = [
            DemoTool(
                "lookup_weather", "Looks up the weather.", milliseconds: 80...300, answer: "23 degrees, cloudy",
                time: time),
            DemoTool(
                "build_report", "Builds the weekly report; slow.", milliseconds: 4_000...9_000,
                answer: "214 parcels, 3 revisions", time: time),
            DemoTool(
                "search_index", "Searches the parcel index; often unavailable.", milliseconds: 200...1_200,
                failures: 55,
                answer: "parcel 17: 3 revisions", time: time),
            DemoTool(
                "remove_scratch", "Removes scratch files; needs an approval.", milliseconds: 200...400,
                answer: "12 files removed", time: time),
        ]
        for tool in demoTools { _ = tools.register(tool) }
        policy = PolicyRules(requireApproval: ["exec", "remove_scratch"])
        isDemo = true
    }
}
