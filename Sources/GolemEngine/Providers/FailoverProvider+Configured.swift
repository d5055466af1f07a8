// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension FailoverProvider {
    /// Makes the service for the models of a configuration.
    ///
    /// Throws `no_provider` for the first model that no configured provider can serve; the message says what to set.
    ///
    /// - Parameters:
    ///   - models: the configured model and its fall-back models, in order; repeated ones count once.
    ///   - settings: the providers of the configuration.
    ///   - http: the client for all of them.
    package convenience init(
        models: [String], settings: [ProviderSettings], http: HTTPClient, policy: RetryPolicy = RetryPolicy(),
        time: any TimeSource = SystemTime(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) throws(ProviderError) {
        var candidates: [Candidate] = []
        for name in models where !candidates.contains(where: { $0.configured == name }) {
            let selected = try ProviderSelection.select(model: name, settings: settings)
            candidates.append(Self.candidate(for: selected, http: http, time: time))
        }
        self.init(candidates: candidates, policy: policy, time: time, random: random)
    }

    /// The candidate that asks a selected model.
    package static func candidate(for selected: SelectedModel, http: HTTPClient, time: any TimeSource) -> Candidate {
        let provider: any Provider =
            switch selected.api {
            case .chatCompletions:
                OpenAIProvider(
                    name: selected.provider, baseURL: selected.baseURL, apiKey: selected.apiKey, http: http, time: time)
            case .messages:
                AnthropicProvider(
                    name: selected.provider, baseURL: selected.baseURL, apiKey: selected.apiKey, http: http, time: time)
            }
        return Candidate(configured: selected.configured, model: selected.model, provider: provider)
    }
}
