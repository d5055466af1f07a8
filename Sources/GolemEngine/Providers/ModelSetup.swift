// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// Which of the configured models can be asked, and why the others cannot.
package struct ModelSetup: Sendable, Equatable {
    /// A model that no configured provider can serve.
    package struct Unusable: Sendable, Equatable {
        /// The model as configured.
        package let model: String
        /// Why, with what to set.
        package let reason: String
    }

    /// The models that can be asked, in order.
    package let usable: [SelectedModel]
    /// The other ones, in order.
    package let unusable: [Unusable]

    /// Looks for a provider for each of `models`, the configured one first and then its fall-backs.
    package init(models: [String], settings: [ProviderSettings]) {
        var usable: [SelectedModel] = []
        var unusable: [Unusable] = []
        for model in models {
            do throws(ProviderError) {
                usable.append(try ProviderSelection.select(model: model, settings: settings))
            } catch {
                unusable.append(Unusable(model: model, reason: error.message))
            }
        }
        self.usable = usable
        self.unusable = unusable
    }

    /// What is wrong, with the next step; nil when every model can be asked.
    package var problem: String? {
        guard let first = unusable.first else { return nil }
        guard !usable.isEmpty else {
            return "no model can be asked, so chats get a hint instead of an answer: \(first.model): \(first.reason). "
                + "Next: \(Self.nextStep(for: first.model)); then start the engine again"
        }
        let all = unusable.map { "\($0.model) cannot be asked: \($0.reason)" }
        return all.joined(separator: "; ") + ". \(usable[0].configured) answers"
    }

    /// The condition of the service `model`; nil when every model can be asked.
    package var health: ServiceHealth? {
        problem.map { usable.isEmpty ? .down(reason: $0, retryAt: nil) : .degraded(reason: $0) }
    }

    /// What the owner of the configuration should know.
    package var warning: ConfigProblem? {
        problem.map { ConfigProblem(.warning, code: "model", key: "agents.defaults.model", message: $0) }
    }

    private static func nextStep(for model: String) -> String {
        switch ProviderSelection.provider(named: model) {
        case nil: "golem config set providers.<name>.api_key -"
        case "ollama"?: "golem config set providers.ollama.base_url http://127.0.0.1:11434"
        case let name?: "golem config set providers.\(name).api_key -, or golem auth login -p \(name)"
        }
    }
}

extension LoadedConfig {
    /// What becomes of the configured models with these stored tokens, by provider.
    package func modelSetup(stored: [String: String]) -> ModelSetup {
        ModelSetup(models: models, settings: providerSettings(stored: stored))
    }
}
