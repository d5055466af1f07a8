// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import Testing

@Suite struct ProviderSelectionTests {
    private func select(_ model: String, _ settings: ProviderSettings...) throws(ProviderError) -> SelectedModel {
        try ProviderSelection.select(model: model, settings: settings)
    }

    private let openrouter = ProviderSettings(name: "openrouter", apiKey: "k-or")
    private let claude = ProviderSettings(name: "claude", apiKey: "k-cl")
    private let openai = ProviderSettings(name: "openai", apiKey: "k-oa")
    private let deepseek = ProviderSettings(name: "deepseek", apiKey: "k-ds")
    private let ollama = ProviderSettings(name: "ollama", baseURL: "http://127.0.0.1:11434")

    @Test(arguments: [
        ("openai/gpt-4o-mini", "openai", "gpt-4o-mini"), ("OpenAI/gpt-4o", "openai", "gpt-4o"),
        ("anthropic/claude-sonnet-4-5", "claude", "claude-sonnet-4-5"),
        ("claude/claude-haiku-4-5", "claude", "claude-haiku-4-5"),
        ("openrouter/anthropic/claude-sonnet-4-5", "openrouter", "anthropic/claude-sonnet-4-5"),
        ("deepseek/deepseek-chat", "deepseek", "deepseek-chat"), ("ollama/qwen3:8b", "ollama", "qwen3:8b"),
        ("ollama/hf.co/bartowski/x", "ollama", "hf.co/bartowski/x"),
        ("google/gemini-2.5-pro", "gemini", "gemini-2.5-pro"), ("qwen/qwen-max", "qwen", "qwen-max"),
    ])
    func `The prefix names the provider and is not part of the model`(
        configured: String, provider: String, model: String
    ) throws {
        let all = ProviderSelection.names.map {
            ProviderSettings(name: $0, apiKey: "k", baseURL: $0 == "ollama" ? "http://x" : nil)
        }
        let selected = try ProviderSelection.select(model: configured, settings: all)
        #expect(selected.provider == provider)
        #expect(selected.model == model)
        #expect(selected.configured == configured)
    }

    @Test func `A model without its provider goes to OpenRouter under its full name`() throws {
        let selected = try select("anthropic/claude-sonnet-4-5", openrouter, deepseek)
        #expect(selected.provider == "openrouter")
        #expect(selected.model == "anthropic/claude-sonnet-4-5")
        #expect(selected.api == .chatCompletions)
    }

    @Test func `A model is never asked of another maker's provider`() {
        for model in ["anthropic/claude-sonnet-4-5", "claude-sonnet-4-5", "gpt-4o", "o3", "gemini-2.5-pro"] {
            let error = #expect(throws: ProviderError.self) { try select(model, deepseek) }
            #expect(error?.code == "no_provider")
            #expect(error?.message.contains("api_key") == true)
            #expect(error?.message.contains(model) == true)
        }
        let error = #expect(throws: ProviderError.self) { try select("ollama/llama3", openrouter) }
        #expect(error?.message.contains("providers.ollama.base_url") == true)
    }

    @Test func `An unknown prefix needs a provider that serves any model`() throws {
        let error = #expect(throws: ProviderError.self) { try select("meta-llama/llama-3.3-70b", openai) }
        #expect(error?.message.contains("unknown prefix \"meta-llama\"") == true)
        #expect(try select("meta-llama/llama-3.3-70b", openai, openrouter).provider == "openrouter")
        let local = ProviderSettings(name: "openai", apiKey: "k", baseURL: "http://127.0.0.1:8000/v1")
        #expect(try select("meta-llama/llama-3.3-70b", local).model == "meta-llama/llama-3.3-70b")
    }

    @Test func `A model without a prefix goes to its maker, or to the first provider in order`() throws {
        #expect(try select("gpt-4o", openrouter, openai).provider == "openai")
        #expect(try select("deepseek-chat", openai, deepseek).provider == "deepseek")
        #expect(try select("deepseek-r1:7b", ollama, openai).provider == "ollama")
        #expect(try select("mystery", deepseek, openai).provider == "openai")
    }

    @Test func `Without a configured provider the sentence says what to set`() {
        let settings = [
            ProviderSettings(name: "openai", apiKey: "  "), ProviderSettings(name: "ollama", apiKey: "k"),
            ProviderSettings(name: "ark", baseURL: "http://x"),
        ]
        let error = #expect(throws: ProviderError.self) {
            try ProviderSelection.select(model: "openai/gpt-4o", settings: settings)
        }
        #expect(error?.code == "no_provider")
        #expect(error?.message == "no provider configured: set api_key/base_url for at least one provider")
    }

    @Test(arguments: ["ark", "qianfan"])
    func `Providers without an address of their own need one`(name: String) throws {
        let error = #expect(throws: ProviderError.self) {
            try select("\(name)/m", ProviderSettings(name: name, apiKey: "k"))
        }
        #expect(error?.message == "\(name) provider requires base_url")
        let selected = try select(
            "\(name)/m", ProviderSettings(name: name, apiKey: "k", baseURL: "https://x.cn/api/v3/"))
        #expect(selected.baseURL == "https://x.cn/api/v3")
    }

    @Test(arguments: [
        "http://127.0.0.1:11434", "http://127.0.0.1:11434/", "http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1/",
        " http://127.0.0.1:11434/v1/chat/completions ",
    ])
    func `The address of Ollama is understood in every form`(address: String) throws {
        let selected = try select("ollama/m", ProviderSettings(name: "ollama", baseURL: address))
        #expect(selected.baseURL == "http://127.0.0.1:11434/v1")
        #expect(selected.apiKey == nil)
    }

    @Test(arguments: ProviderSelection.names)
    func `An address of one's own is honoured for every provider`(name: String) throws {
        let selected = try select(
            "\(name)/m", ProviderSettings(name: name, apiKey: "k", baseURL: "http://127.0.0.1:9/v1"))
        #expect(selected.provider == name)
        #expect(selected.baseURL == "http://127.0.0.1:9/v1")
        #expect(selected.api == (name == "claude" ? .messages : .chatCompletions))
    }

    @Test func `Own addresses are those of the providers`() throws {
        #expect(try select("openai/gpt-4o", openai).baseURL == "https://api.openai.com/v1")
        #expect(try select("claude/c", claude).baseURL == "https://api.anthropic.com/v1")
        #expect(try select("openrouter/a/b", openrouter).baseURL == "https://openrouter.ai/api/v1")
        let bare = ProviderSettings(name: "claude", apiKey: "k", baseURL: "http://127.0.0.1:9")
        #expect(try select("claude/c", bare).baseURL == "http://127.0.0.1:9/v1")
    }

    @Test(arguments: ["openai/", "", "ollama/"])
    func `A model without a name is refused`(model: String) {
        #expect(throws: ProviderError.self) { try select(model, openai, ollama) }
    }
}
