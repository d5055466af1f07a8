// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

extension EngineOptions {
    /// Makes options from a configuration: limits, policy, delivery, gateway, secrets and warnings.
    ///
    /// Models, tools and channels are the caller's to add. Throws `public_bind_without_token` for a gateway that
    /// anybody could use.
    package init(_ loaded: LoadedConfig, startedAt: Timestamp, time: any TimeSource) throws(EngineError) {
        let config = loaded.config
        if let reason = ConfigRules.publicBind(config.gateway) {
            throw EngineError(code: "public_bind_without_token", message: reason)
        }
        self.init(workspace: loaded.workspace, startedAt: startedAt, time: time)
        limits = TurnLimits(config.agents.defaults)
        concurrentTurns = config.agents.defaults.maxConcurrentTurns
        messageCapacity = config.agents.defaults.maxQueuedMessages
        policy = PolicyRules(config.policy, startedAt: startedAt)
        delivery = DeliveryLimits(config.channels.outbound)
        gateway = GatewayOptions(config.gateway, answerTimeout: limits.wallTime)
        secrets = config.secretValues
        warnings = loaded.warnings.map { ($0.code, $0.description) }
    }
}

extension TurnLimits {
    /// The limits of `agents.defaults`.
    init(_ defaults: GolemConfig.AgentDefaults) {
        self.init()
        iterations = defaults.maxToolIterations
        wallTime = .seconds(defaults.maxTurnSeconds)
        tokens = defaults.maxTurnTokens
        consecutiveErrors = defaults.maxConsecutiveErrors
        repeatedCalls = defaults.maxRepeatedCalls
        parallelTools = defaults.maxParallelTools
        historyTokens = defaults.contextTokens
        outputTokens = defaults.maxTokens
        temperature = defaults.temperature
        deadlines = ModelDeadlines(
            connect: .seconds(defaults.timeouts.connectSeconds),
            firstToken: .seconds(defaults.timeouts.firstTokenSeconds),
            idle: .seconds(defaults.timeouts.idleSeconds), total: .seconds(defaults.timeouts.totalSeconds))
    }
}

extension PolicyRules {
    /// The rules of `policy`; `off_ttl` begins at the start.
    init(_ policy: GolemConfig.Policy, startedAt: Timestamp) {
        self.init(
            mode: policy.mode,
            offUntil: GoDuration.parse(policy.offTTL).flatMap {
                $0 > .zero ? startedAt.adding(microseconds: $0.microseconds) : nil
            }, requireApproval: policy.requireApproval)
    }
}

extension DeliveryLimits {
    /// The limits of `channels.outbound`.
    init(_ outbound: GolemConfig.Outbound) {
        self.init()
        concurrentSends = outbound.maxConcurrentSends
        attempts = outbound.retryMaxAttempts
        baseBackoff = .milliseconds(outbound.retryBaseBackoffMS)
        maximumBackoff = .milliseconds(outbound.retryMaxBackoffMS)
    }
}

extension GatewayOptions {
    /// The settings of `gateway`.
    init(_ gateway: GolemConfig.Gateway, answerTimeout: Duration) {
        self.init()
        host = gateway.host.trimmed
        port = gateway.port
        token = gateway.token.trimmed
        self.answerTimeout = answerTimeout
    }
}
