// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEngine
import GolemEvents

/// Puts in what a configured server works with: models and tools.
enum EngineParts {
    /// Adds the parts that `loaded` asks for.
    static func add(to options: inout EngineOptions, from loaded: LoadedConfig) throws(EngineError) {
        let client = HTTPClient(loop: options.loop)
        options.log = LogOptions(loaded)
        try addModels(to: &options, from: loaded, client)
        let machine = SandboxMachine()
        try addTools(to: &options, from: loaded, client, machine)
        options.mcp = MCPOptions(loaded)
        options.mcp.connector = MCPClient(
            version: GolemVersion.current, http: client, time: options.time, machine: machine)
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
        let setup = loaded.modelSetup(stored: stored.mapValues(\.accessToken))
        options.modelHealth = setup.health
        guard !setup.usable.isEmpty else { return }
        let candidates = setup.usable.map { FailoverProvider.candidate(for: $0, http: client, time: options.time) }
        options.models = FailoverProvider(candidates: candidates, time: options.time)
    }

    private static func addTools(
        to options: inout EngineOptions, from loaded: LoadedConfig, _ client: HTTPClient, _ machine: SandboxMachine
    ) throws(EngineError) {
        try Engine.prepareWorkspace(loaded.workspace)
        do {
            let tools = try BuiltInTools(
                BuiltInTools.Options(loaded), client: client, time: options.time, machine: machine)
            options.tools = tools.registry
            options.sandboxReport = { await tools.exec.sandboxReport() }
        } catch {
            throw EngineError(code: "tools_failed", message: "the tools cannot be set up: \(error)")
        }
    }
}
