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
        policy = PolicyRules(config.policy)
        policyOffTTL = GoDuration.parse(config.policy.offTTL).flatMap { $0 > .zero ? $0 : nil }
        allowsPersistentOff = config.policy.allowPersistentOff
        approvers = config.policy.approvers
        audit.sizeLimit = config.audit.maxSizeMB << 20
        audit.fileLimit = config.audit.maxFiles
        configLocations = loaded.locations
        delivery = DeliveryLimits(config.channels.outbound)
        gateway = GatewayOptions(config.gateway, answerTimeout: limits.wallTime)
        // A longer output must not be cut again on its way to the model.
        limits.toolResultCharacters = max(limits.toolResultCharacters, config.tools.exec.outputLimit + 10_000)
        eventDays = config.store.eventDays
        secrets = config.secretValues
        warnings = Self.warnings(loaded.warnings)
    }

    /// The warnings with a code of its own each: a standing warning is known by its code.
    private static func warnings(_ problems: [ConfigProblem]) -> [(code: String, message: String)] {
        var seen: Set<String> = []
        return problems.map { problem in
            let isFirst = seen.insert(problem.code).inserted
            let code = isFirst ? problem.code : "\(problem.code):\(problem.key ?? String(seen.count))"
            return (code, problem.description)
        }
    }
}

extension LogOptions {
    /// The settings of `log`.
    package init(_ loaded: LoadedConfig) {
        self.init()
        let log = loaded.config.log
        level = LogLevel(rawValue: log.level) ?? .info
        file = loaded.logFile
        isJSON = log.format == "auto" ? nil : log.format == "json"
        sizeLimit = log.maxSizeMB * 1_048_576
        fileLimit = log.maxFiles
    }
}

extension BuiltInTools.Options {
    /// The settings of `tools`.
    package init(_ loaded: LoadedConfig) {
        self.init(workspace: loaded.workspace, home: loaded.locations.golemHome)
        let tools = loaded.config.tools
        execTimeout = .seconds(tools.exec.timeout)
        restrictsExecToWorkspace = tools.exec.restrictToWorkspace
        execOutputLimit = tools.exec.outputLimit
        execSandbox = SandboxRequest(tools.exec.sandbox)
        let isConfined = [.landlock, .bubblewrap, .auto].contains(execSandbox.profile)
        if isConfined, execSandbox.limits.memoryMB == nil { execSandbox.limits.memoryMB = 4_096 }
        if isConfined, execSandbox.limits.processes == nil {
            execSandbox.limits.processes = SandboxLimits.Bound(512, isRequired: false)
        }
        searchKey = tools.web.searchAPIKey
        searchResults = tools.web.searchMaxResults
        allowedAddresses = tools.web.fetchAllowPrivate
    }
}

extension SandboxRequest {
    /// The sandbox of a configuration, without the workspace and the hidden places.
    ///
    /// An empty profile is `hide` where the machine can.
    init(_ config: GolemConfig.Sandbox) {
        self.init(Profile(rawValue: config.profile) ?? .hide)
        isOptional = config.profile.isEmpty
        readable = config.readable
        writable = config.writable
        allowsNetwork = config.allowsNetwork
        limits.memoryMB = config.memoryMB > 0 ? config.memoryMB : nil
        limits.processes = config.processes > 0 ? SandboxLimits.Bound(config.processes) : nil
        limits.cpuSeconds = config.cpuSeconds > 0 ? config.cpuSeconds : nil
    }
}

extension LoadedConfig {
    /// The models in the order in which they are asked, each once.
    package var models: [String] {
        let defaults = config.agents.defaults
        var models: [String] = []
        for model in [defaults.model] + defaults.fallbackModels where !models.contains(model) { models.append(model) }
        return models
    }

    /// The settings of `providers`; a key that is missing is taken from the stored ones.
    package func providerSettings(stored: [String: String]) -> [ProviderSettings] {
        GolemConfig.providerNames.map { name in
            let provider = config[provider: name]
            return ProviderSettings(
                name: name, apiKey: provider.apiKey.isEmpty ? stored[name] : provider.apiKey,
                baseURL: provider.baseURL.isEmpty ? nil : provider.baseURL)
        }
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
    /// The rules of `policy`; the deadline of the mode off is the engine's to set and to remember.
    package init(_ policy: GolemConfig.Policy) {
        self.init(
            mode: policy.mode, requireApproval: policy.requireApproval,
            rules: PolicyRule.parse(policy.rules, at: "policy.rules").rules)
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
        ratePerSecond = outbound.rateLimitPerSecond
        dedupWindow = .seconds(outbound.dedupWindowSeconds)
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
