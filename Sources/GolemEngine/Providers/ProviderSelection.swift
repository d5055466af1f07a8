// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What the configuration says about one provider.
package struct ProviderSettings: Sendable, Equatable {
    /// The provider's name in the configuration, for example `openrouter`.
    package var name: String
    /// The key; blank counts as none.
    package var apiKey: String?
    /// Another address than the provider's own; blank counts as none.
    package var baseURL: String?

    /// Makes settings.
    package init(name: String, apiKey: String? = nil, baseURL: String? = nil) {
        self.name = name
        self.apiKey = apiKey
        self.baseURL = baseURL
    }

    var key: String? { ProviderSettings.meaningful(apiKey) }
    var address: String? { ProviderSettings.meaningful(baseURL) }

    /// Ollama needs an address and no key, all others a key.
    var isConfigured: Bool { name == "ollama" ? address != nil : key != nil }

    private static func meaningful(_ text: String?) -> String? {
        guard let text else { return nil }
        let trimmed = String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        return trimmed.isEmpty ? nil : trimmed
    }
}

/// A model, and where it is asked.
package struct SelectedModel: Sendable, Equatable {
    /// How a provider is spoken to.
    package enum API: String, Sendable, Equatable {
        /// `POST /chat/completions`.
        case chatCompletions = "chat_completions"
        /// `POST /messages` of Anthropic.
        case messages
    }

    /// The model as configured, with its prefix.
    package var configured: String
    /// The provider's name in the configuration.
    package var provider: String
    /// The model as the provider knows it.
    package var model: String
    /// How it is spoken to.
    package var api: API
    /// The address before `/chat/completions` or `/messages`.
    package var baseURL: String
    /// The key, if there is one.
    package var apiKey: String?
}

/// Finds the provider for a configured model.
///
/// The prefix before the first `/` names the provider. Without its provider a model goes to OpenRouter, which serves
/// everybody's models under that name, and nowhere else: one provider's model is never asked of another.
package enum ProviderSelection {
    /// The provider names of the configuration, in the order in which they are tried for a model without a prefix.
    package static let names = [
        "openrouter", "claude", "openai", "deepseek", "gemini", "ark", "qianfan", "qwen", "ollama",
    ]

    private static let aliases = ["anthropic": "claude", "google": "gemini"]

    private static let addresses = [
        "openrouter": "https://openrouter.ai/api/v1", "claude": "https://api.anthropic.com/v1",
        "openai": "https://api.openai.com/v1", "deepseek": "https://api.deepseek.com/v1",
        "gemini": "https://generativelanguage.googleapis.com/v1beta/openai",
        "qwen": "https://dashscope.aliyuncs.com/compatible-mode/v1",
    ]

    /// Model names whose maker is beyond doubt.
    private static let families = [
        ("gpt-", "openai"), ("chatgpt-", "openai"), ("o1", "openai"), ("o3", "openai"), ("o4-", "openai"),
        ("claude-", "claude"), ("gemini-", "gemini"), ("deepseek-", "deepseek"), ("qwen-", "qwen"),
    ]

    /// Selects provider, address and model id.
    ///
    /// Throws `no_provider` with a sentence that says what to set.
    package static func select(
        model configured: String, settings: [ProviderSettings]
    ) throws(ProviderError) -> SelectedModel {
        let ready = names.compactMap { name in settings.first { $0.name == name && $0.isConfigured } }
        guard !ready.isEmpty else {
            throw none("no provider configured: set api_key/base_url for at least one provider")
        }
        let parts = configured.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return try selectBare(configured, ready) }
        let prefix = parts[0].lowercased()
        let name = aliases[prefix] ?? prefix
        if names.contains(name) {
            guard !parts[1].isEmpty else { throw none("the model \"\(configured)\" has no name after its prefix") }
            if let provider = ready.first(where: { $0.name == name }) {
                return try selected(configured, String(parts[1]), provider)
            }
            if name != "ollama", let router = ready.first(where: { $0.name == "openrouter" }) {
                return try selected(configured, configured, router)
            }
            let missing = name == "ollama" ? "base_url" : "api_key"
            throw none(
                "the model \"\(configured)\" needs providers.\(name).\(missing); configured: \(list(ready))")
        }
        // A vendor that is not a provider, such as meta-llama: part of the id where any model may be served.
        guard let host = ready.first(where: hostsAnything) else {
            throw none(
                "the model \"\(configured)\" has the unknown prefix \"\(parts[0])\"; known: "
                    + names.joined(separator: ", "))
        }
        return try selected(configured, configured, host)
    }

    /// The provider that a model's prefix or family names; nil when neither names one.
    package static func provider(named model: String) -> String? {
        let name = model.lowercased()
        guard let slash = name.firstIndex(of: "/") else { return families.first { name.hasPrefix($0.0) }?.1 }
        let prefix = String(name[..<slash])
        let provider = aliases[prefix] ?? prefix
        return names.contains(provider) ? provider : nil
    }

    private static func selectBare(
        _ configured: String, _ ready: [ProviderSettings]
    ) throws(ProviderError) -> SelectedModel {
        let name = configured.lowercased()
        guard !name.isEmpty else { throw none("no model is set: set agents.defaults.model") }
        if let maker = families.first(where: { name.hasPrefix($0.0) })?.1 {
            if let provider = ready.first(where: { $0.name == maker }) ?? ready.first(where: hostsAnything) {
                return try selected(configured, configured, provider)
            }
            throw none("the model \"\(configured)\" needs providers.\(maker).api_key; configured: \(list(ready))")
        }
        return try selected(configured, configured, ready[0])
    }

    /// Whether the provider serves models of many makers: by its nature, or because it stands at another address.
    private static func hostsAnything(_ provider: ProviderSettings) -> Bool {
        ["openrouter", "ark", "qianfan", "ollama"].contains(provider.name) || provider.address != nil
    }

    private static func selected(
        _ configured: String, _ model: String, _ provider: ProviderSettings
    ) throws(ProviderError) -> SelectedModel {
        guard let address = provider.address ?? addresses[provider.name] else {
            throw none("\(provider.name) provider requires base_url")
        }
        let api: SelectedModel.API = provider.name == "claude" ? .messages : .chatCompletions
        return SelectedModel(
            configured: configured, provider: provider.name, model: model, api: api,
            baseURL: baseURL(address, provider: provider.name), apiKey: provider.key)
    }

    /// The address as people write it, with or without `/`, `/v1` or the whole path, made uniform.
    static func baseURL(_ address: String, provider: String) -> String {
        var base = address
        func strip(_ suffix: String) { if base.hasSuffix(suffix) { base.removeLast(suffix.count) } }
        while base.hasSuffix("/") { base.removeLast() }
        strip("/chat/completions")
        strip("/messages")
        while base.hasSuffix("/") { base.removeLast() }
        let needsVersion = provider == "ollama" || provider == "claude"
        return needsVersion && !base.hasSuffix("/v1") ? base + "/v1" : base
    }

    private static func list(_ providers: [ProviderSettings]) -> String {
        providers.map(\.name).joined(separator: ", ")
    }

    private static func none(_ message: String) -> ProviderError {
        ProviderError(code: "no_provider", message: message, isRetryable: false)
    }
}
