// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials

extension EngineOptions {
    /// Lets the scripted provider answer as the scenario file says; for tests and benchmarks of the whole program.
    package mutating func useScenario(path: String) throws(EngineError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw EngineError(code: "scenario_unreadable", message: "the scenario \(path) cannot be read")
        }
        do {
            models = SingleModelService(
                provider: ScriptedProvider(scenario: try Scenario(json: data), time: time), model: "scenario",
                time: time)
            modelHealth = nil
        } catch {
            throw EngineError(code: "scenario_invalid", message: "the scenario \(path) does not parse: \(error)")
        }
    }
}
