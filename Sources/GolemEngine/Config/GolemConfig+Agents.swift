// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension GolemConfig {
    /// `agents`.
    package struct Agents: Sendable, Equatable {
        /// What holds for every turn.
        package var defaults = AgentDefaults()
        /// `agents.subagent`.
        package var subagent = Subagent()
    }

    /// `agents.defaults`.
    package struct AgentDefaults: Sendable, Equatable {
        /// Where the workspace is: `default`, `cwd` or `path`.
        package var workspaceMode = "default"
        /// The workspace of the mode `path`, as written.
        package var workspace = ""
        /// The model with its provider as prefix.
        package var model = "anthropic/claude-sonnet-4-5"
        /// Models to use when the first fails, in order.
        package var fallbackModels: [String] = []
        /// Tokens that one answer may have.
        package var maxTokens = 8_192
        /// 0…2.
        package var temperature = 0.7
        /// Model calls of one turn.
        package var maxToolIterations = 20
        /// Tokens of history in one model call, estimated.
        package var contextTokens = 24_000
        /// Seconds that one turn may take.
        package var maxTurnSeconds = 900
        /// Tokens that one turn may use.
        package var maxTurnTokens = 400_000
        /// Failed tool calls in a row that end a turn.
        package var maxConsecutiveErrors = 6
        /// Identical tool calls that end a turn.
        package var maxRepeatedCalls = 3
        /// Tool calls of one answer at the same time.
        package var maxParallelTools = 8
        /// Turns at the same time.
        package var maxConcurrentTurns = 256
        /// Messages that wait or run before further ones are refused.
        package var maxQueuedMessages = 10_000
        /// Deadlines of model calls.
        package var timeouts = ModelTimeouts()
    }

    /// `agents.defaults.timeouts`, in seconds.
    package struct ModelTimeouts: Sendable, Equatable {
        /// To connect.
        package var connectSeconds = 10
        /// Until the first token.
        package var firstTokenSeconds = 120
        /// Between two tokens.
        package var idleSeconds = 60
        /// For the whole call.
        package var totalSeconds = 600
    }

    /// `agents.subagent`.
    package struct Subagent: Sendable, Equatable {
        /// Seconds that a subagent may take.
        package var timeoutSeconds = 300
        /// Further attempts after a failure.
        package var retry = 1
        /// Subagents at the same time.
        package var maxConcurrency = 3
    }

    /// One entry of `providers`.
    package struct Provider: Sendable, Equatable {
        /// The key of the API.
        package var apiKey = ""
        /// A second key, which some APIs have.
        package var secretKey = ""
        /// Another address than the provider's own.
        package var baseURL = ""
    }
}
