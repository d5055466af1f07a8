// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEngine
import GolemEvents

/// Puts in what a configured server works with: models and tools.
enum EngineParts {
    /// Adds the parts that `loaded` asks for.
    static func add(to options: inout EngineOptions, from loaded: LoadedConfig) throws(EngineError) {
        let client = HTTPClient()
        options.log = log(loaded)
        try addModels(to: &options, from: loaded, client)
        try addTools(to: &options, from: loaded, client)
    }

    private static func log(_ loaded: LoadedConfig) -> LogOptions {
        var log = LogOptions()
        log.level = LogLevel(rawValue: loaded.config.log.level) ?? .info
        log.file = loaded.logFile
        log.isJSON = loaded.config.log.format == "auto" ? nil : loaded.config.log.format == "json"
        log.sizeLimit = loaded.config.log.maxSizeMB * 1_048_576
        log.fileLimit = loaded.config.log.maxFiles
        return log
    }

    /// The configured model and its fall-backs; without a usable provider the engine runs and says what to set.
    private static func addModels(
        to options: inout EngineOptions, from loaded: LoadedConfig, _ client: HTTPClient
    ) throws(EngineError) {
        let stored: [String: Credential]
        do {
            stored = try CredentialStore(path: loaded.locations.credentialsFile).load()
        } catch {
            throw EngineError(code: "credentials_damaged", message: error.message)
        }
        options.secrets += stored.values.map(\.accessToken)
        let settings = GolemConfig.providerNames.map { name in
            let provider = loaded.config[provider: name]
            let key = provider.apiKey.isEmpty ? stored[name]?.accessToken : provider.apiKey
            return ProviderSettings(
                name: name, apiKey: key, baseURL: provider.baseURL.isEmpty ? nil : provider.baseURL)
        }
        let defaults = loaded.config.agents.defaults
        var candidates: [FailoverProvider.Candidate] = []
        for (index, model) in ([defaults.model] + defaults.fallbackModels).enumerated() {
            do throws(ProviderError) {
                let selected = try ProviderSelection.select(model: model, settings: settings)
                candidates.append(candidate(selected, client, options.time))
            } catch {
                options.warnings.append(
                    (code: "model_\(index)", message: "model \(model) cannot be used: \(error.message)"))
            }
        }
        guard !candidates.isEmpty else { return }
        options.models = FailoverProvider(candidates: candidates, time: options.time)
    }

    private static func candidate(
        _ selected: SelectedModel, _ client: HTTPClient, _ time: any TimeSource
    ) -> FailoverProvider.Candidate {
        let provider: any Provider =
            switch selected.api {
            case .messages:
                AnthropicProvider(
                    name: selected.provider, baseURL: selected.baseURL, apiKey: selected.apiKey, http: client,
                    time: time)
            case .chatCompletions:
                OpenAIProvider(
                    name: selected.provider, baseURL: selected.baseURL, apiKey: selected.apiKey, http: client,
                    time: time)
            }
        return FailoverProvider.Candidate(
            configured: selected.configured, model: selected.model, provider: provider)
    }

    private static func addTools(
        to options: inout EngineOptions, from loaded: LoadedConfig, _ client: HTTPClient
    ) throws(EngineError) {
        var tools = BuiltInTools.Options(workspace: loaded.workspace, home: loaded.locations.golemHome)
        tools.execTimeout = .seconds(loaded.config.tools.exec.timeout)
        tools.restrictsExecToWorkspace = loaded.config.tools.exec.restrictToWorkspace
        tools.searchKey = loaded.config.tools.web.searchAPIKey
        tools.searchResults = loaded.config.tools.web.searchMaxResults
        tools.allowedAddresses = loaded.config.tools.web.fetchAllowPrivate
        try Engine.prepareWorkspace(loaded.workspace)
        do {
            options.tools = try BuiltInTools(tools, client: client, time: options.time).registry
        } catch {
            throw EngineError(code: "tools_failed", message: "the tools cannot be set up: \(error)")
        }
    }
}
