// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension ConfigTable {
    static let agentKeys: [ConfigKey<GolemConfig>] = defaultsKeys + timeoutKeys + subagentKeys

    private static let defaultsKeys: [ConfigKey<GolemConfig>] = [
        .choice(
            "agents.defaults.workspace_mode", \.agents.defaults.workspaceMode, ["default", "cwd", "path"],
            "Where the workspace is: in Golem's folder, in the working directory, or at agents.defaults.workspace."),
        .text(
            "agents.defaults.workspace", \.agents.defaults.workspace,
            "The workspace of the mode path; a relative one starts at the configuration's folder."),
        .text("agents.defaults.model", \.agents.defaults.model, "The model, with its provider as prefix."),
        .list(
            "agents.defaults.fallback_models", \.agents.defaults.fallbackModels,
            "Models to use when the first one fails, in order."),
        .integer(
            "agents.defaults.max_tokens", \.agents.defaults.maxTokens, 1...10_000_000,
            "The most tokens that one answer may have."),
        .number("agents.defaults.temperature", \.agents.defaults.temperature, 0...2, "How freely the model writes."),
        .integer(
            "agents.defaults.max_tool_iterations", \.agents.defaults.maxToolIterations, 0...10_000,
            zeroIsDefault: true, "The most model calls in one turn."),
        .integer(
            "agents.defaults.context_tokens", \.agents.defaults.contextTokens, 1_000...10_000_000,
            "Tokens of history in one model call, estimated; older whole turns are left out."),
        .integer(
            "agents.defaults.max_turn_seconds", \.agents.defaults.maxTurnSeconds, 1...86_400,
            "The longest that one turn may take."),
        .integer(
            "agents.defaults.max_turn_tokens", \.agents.defaults.maxTurnTokens, 1_000...1_000_000_000,
            "The most tokens that one turn may use, read and written."),
        .integer(
            "agents.defaults.max_consecutive_errors", \.agents.defaults.maxConsecutiveErrors, 1...1_000,
            "Failed tool calls in a row that end a turn."),
        .integer(
            "agents.defaults.max_repeated_calls", \.agents.defaults.maxRepeatedCalls, 1...1_000,
            "Identical tool calls that end a turn."),
        .integer(
            "agents.defaults.max_parallel_tools", \.agents.defaults.maxParallelTools, 1...256,
            "Tool calls of one answer that run at the same time."),
        .integer(
            "agents.defaults.max_concurrent_turns", \.agents.defaults.maxConcurrentTurns, 1...100_000,
            "Turns that run at the same time, over all chats."),
        .integer(
            "agents.defaults.max_queued_messages", \.agents.defaults.maxQueuedMessages, 1...10_000_000,
            "Messages that wait or run before further ones are refused."),
    ]

    private static let timeoutKeys: [ConfigKey<GolemConfig>] = [
        .integer(
            "agents.defaults.timeouts.connect_seconds", \.agents.defaults.timeouts.connectSeconds, 1...3_600,
            "How long a connection to a model API may take."),
        .integer(
            "agents.defaults.timeouts.first_token_seconds", \.agents.defaults.timeouts.firstTokenSeconds, 1...86_400,
            "How long a model may think before its first token."),
        .integer(
            "agents.defaults.timeouts.idle_seconds", \.agents.defaults.timeouts.idleSeconds, 1...86_400,
            "How long a model may pause in the middle of an answer."),
        .integer(
            "agents.defaults.timeouts.total_seconds", \.agents.defaults.timeouts.totalSeconds, 1...86_400,
            "How long one model call may take."),
    ]

    private static let subagentKeys: [ConfigKey<GolemConfig>] = [
        .integer(
            "agents.subagent.timeout_seconds", \.agents.subagent.timeoutSeconds, 0...86_400, zeroIsDefault: true,
            "How long a subagent may take."),
        .integer(
            "agents.subagent.retry", \.agents.subagent.retry, 0...100,
            "Further attempts after a subagent failed; 0 for none."),
        .integer(
            "agents.subagent.max_concurrency", \.agents.subagent.maxConcurrency, 0...1_000, zeroIsDefault: true,
            "Subagents that run at the same time."),
    ]

    static let providerKeys: [ConfigKey<GolemConfig>] = GolemConfig.providerNames.flatMap { name in
        [
            .secret("providers.\(name).api_key", \.[provider: name].apiKey, "The key of \(name)."),
            .secret(
                "providers.\(name).secret_key", \.[provider: name].secretKey,
                "A second key of \(name), where there is one."),
            .text(
                "providers.\(name).base_url", \.[provider: name].baseURL,
                name == "ollama" ? "The address of ollama." : "Another address than \(name)'s own."),
        ] as [ConfigKey<GolemConfig>]
    }
}
