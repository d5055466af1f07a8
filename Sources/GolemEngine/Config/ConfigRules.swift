// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What holds between keys: adjusts what has a right value, refuses what contradicts itself, warns of what is unwise.
struct ConfigRules {
    private(set) var problems: [ConfigProblem] = []
    private let origins: [ConfigPath: ConfigOrigin]

    init(origins: [ConfigPath: ConfigOrigin]) { self.origins = origins }

    /// Checks everything.
    mutating func check(_ config: inout GolemConfig, standardWorkspace: String) {
        checkAgents(&config, standardWorkspace)
        checkOutbound(&config)
        checkPolicy(&config)
        checkServers(&config)
        checkTools(&config)
        checkGateway(config)
        checkChannels(config)
        checkEffect(config)
    }

    /// Why a server must not listen as configured; nil when it may.
    static func publicBind(_ gateway: GolemConfig.Gateway) -> String? {
        guard !OriginPolicy.isLoopback(bareHost(gateway.host)), gateway.token.trimmed.isEmpty else { return nil }
        return "gateway.host is \(gateway.host), which other machines can reach, and gateway.token is empty. "
            + "Set gateway.token (or GOLEM_GATEWAY_TOKEN), or set gateway.host to 127.0.0.1."
    }

    private static func bareHost(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    private mutating func add(
        _ severity: ConfigProblem.Severity, _ key: String, _ message: String, code: String = "rule"
    ) {
        add(severity, ConfigPath(key), message, code: code)
    }

    private mutating func add(
        _ severity: ConfigProblem.Severity, _ path: ConfigPath, _ message: String, code: String = "rule",
        at place: ConfigPath? = nil
    ) {
        problems.append(
            ConfigProblem(
                severity, code: code, key: path.description, message: message,
                place: origins[place ?? path]?.description))
    }

    private mutating func checkAgents(_ config: inout GolemConfig, _ standardWorkspace: String) {
        config.agents.defaults.model = config.agents.defaults.model.trimmed
        let defaults = config.agents.defaults
        if defaults.workspaceMode == "path", defaults.workspace.trimmed.isEmpty {
            add(
                .error, "agents.defaults.workspace",
                "agents.defaults.workspace is empty; with agents.defaults.workspace_mode \"path\" it must name a folder"
            )
        }
        if defaults.workspaceMode != "path", origins[ConfigPath("agents.defaults.workspace")] != nil,
            !defaults.workspace.trimmed.isEmpty, defaults.workspace != standardWorkspace,
            defaults.workspace != "~/.golem/workspace"
        {
            add(
                .warning, "agents.defaults.workspace",
                "agents.defaults.workspace has no effect while agents.defaults.workspace_mode is "
                    + "\"\(defaults.workspaceMode)\"; set that to \"path\"")
        }
        if config.heartbeat.intervalMinutes < 5 {
            add(
                .warning, "heartbeat.interval",
                "heartbeat.interval is \(config.heartbeat.intervalMinutes) minutes; 5 are used, the least there is")
            config.heartbeat.intervalMinutes = 5
        }
        for name in GolemConfig.providerNames {
            let address = config[provider: name].baseURL.trimmed
            config[provider: name].baseURL = address
            config[provider: name].apiKey = config[provider: name].apiKey.trimmed
            if !address.isEmpty, !address.hasPrefix("http://"), !address.hasPrefix("https://") {
                add(
                    .warning, "providers.\(name).base_url",
                    "providers.\(name).base_url does not begin with http:// or https:// and cannot be reached")
            }
        }
    }

    private mutating func checkOutbound(_ config: inout GolemConfig) {
        let outbound = config.channels.outbound
        config.channels.outbound.retryMaxBackoffMS = max(outbound.retryMaxBackoffMS, outbound.retryBaseBackoffMS)
    }

    private mutating func checkPolicy(_ config: inout GolemConfig) {
        config.policy.requireApproval = config.policy.requireApproval.map { $0.lowercased() }
        let policy = config.policy
        for problem in PolicyRule.parse(policy.rules, at: "policy.rules").problems {
            add(.error, ConfigPath("policy.rules"), problem.message, at: ConfigPath("policy.rules"))
        }
        for (index, entry) in policy.approvers.enumerated() where !Self.namesSender(entry) {
            add(
                .error, "policy.approvers",
                "policy.approvers[\(index)] is \(JSONValue.string(String(entry.prefix(80))).text); allowed: channel:sender "
                    + "or channel:*")
        }
        if policy.mode == "off", policy.offTTL.isEmpty {
            if policy.allowPersistentOff {
                add(
                    .warning, "policy.mode",
                    "policy.mode is off without an end: every tool runs without being asked; set policy.off_ttl",
                    code: "policy_persistent_off")
            } else {
                add(
                    .error, "policy.mode",
                    "policy.mode is \"off\" without policy.off_ttl; allowed: with policy.off_ttl such as \"30m\", or with "
                        + "policy.allow_persistent_off true")
            }
        }
        if policy.mode == "strict", policy.requireApproval.isEmpty, policy.rules == .array([]) {
            add(
                .warning, "policy.require_approval",
                "policy.require_approval is empty: every tool runs without being asked, although policy.mode is strict",
                code: "policy_no_approvals")
        }
        checkToolNames(policy)
    }

    /// A name that no tool has protects nothing, or lets nothing run.
    private mutating func checkToolNames(_ policy: GolemConfig.Policy) {
        func note(_ name: ToolPattern, _ key: String) {
            let text = name.description
            guard !text.contains("*"), !text.contains("?"), !text.hasPrefix("mcp."), !text.hasPrefix("mcp_"),
                !PolicyNames.builtIn.contains(text)
            else { return }
            let hint =
                SpellingSuggestion.nearest(to: text, in: PolicyNames.builtIn).map { "; did you mean \($0)?" } ?? ""
            add(.warning, key, "\(key) names \(text), and there is no such tool\(hint)", code: "policy_unknown_tool")
        }
        for (index, name) in policy.requireApproval.enumerated() where !name.trimmed.isEmpty {
            note(ToolPattern(name), "policy.require_approval[\(index)]")
        }
        for (index, rule) in PolicyRule.parse(policy.rules, at: "policy.rules").rules.enumerated() {
            note(rule.tool, "policy.rules[\(index)].tool")
            let text = rule.tool.description
            guard rule.action == .allow, text.hasPrefix("mcp_"), text.contains("*") || text.contains("?") else {
                continue
            }
            add(
                .warning, "policy.rules[\(index)].tool",
                "policy.rules[\(index)].tool allows \(text), which fits no tool: a wildcard that allows needs the server's "
                    + "name between dots, such as mcp.git.*", code: "policy_loose_allow")
        }
    }

    private static func namesSender(_ entry: String) -> Bool {
        let parts = entry.split(separator: ":", maxSplits: 1)
        return parts.count == 2 && !parts[0].contains("*")
    }

    private mutating func checkServers(_ config: inout GolemConfig) {
        for (name, written) in config.mcpServers.sorted(by: { $0.key < $1.key }) {
            var server = written
            server.transport = server.transport.trimmed.lowercased()
            if server.transport == "streamable_http" { server.transport = "http" }
            config.mcpServers[name] = server
            guard server.isEnabled else { continue }
            checkSandbox(server.sandbox) { ConfigPath.server(name, $0) }
            if server.transport != "stdio", !server.sandbox.profile.isEmpty {
                let path = ConfigPath.server(name, "sandbox")
                add(.warning, path, "\(path) has no effect: only servers that Golem starts (stdio) have a sandbox")
            }
            switch server.transport {
            case "stdio" where server.command.trimmed.isEmpty:
                let path = ConfigPath.server(name, "command")
                add(.error, path, "\(path) is empty; a stdio server needs the program to start")
            case "http", "http_sse":
                let path = ConfigPath.server(name, "url")
                let url = server.url.trimmed.lowercased()
                if url.isEmpty {
                    add(.error, path, "\(path) is empty; an \(server.transport) server needs its address")
                } else if !url.hasPrefix("http://"), !url.hasPrefix("https://") {
                    add(.error, path, "\(path) does not begin with http:// or https://")
                }
            case "stdio": break
            default:
                let path = ConfigPath.server(name, "transport")
                let text = JSONValue.string(String(server.transport.prefix(80))).text
                add(.error, path, "\(path) is \(text); allowed: stdio, http or http_sse")
            }
        }
    }

    /// The folders of a sandbox must be whole paths: what they are relative to would be anybody's guess.
    private mutating func checkSandbox(_ sandbox: GolemConfig.Sandbox, _ path: (String) -> ConfigPath) {
        for (key, folders) in [("sandbox_readable", sandbox.readable), ("sandbox_writable", sandbox.writable)] {
            for folder in folders where !folder.hasPrefix("/") {
                add(
                    .error, path(key),
                    "\(path(key)) holds \(JSONValue.string(String(folder.prefix(80))).text), which is no whole path; "
                        + "write it from / on")
            }
        }
    }

    private mutating func checkTools(_ config: inout GolemConfig) {
        checkSandbox(config.tools.exec.sandbox) { ConfigPath("tools.exec.\($0)") }
        config.tools.voice.provider = config.tools.voice.provider.trimmed.lowercased()
        if config.tools.voice.isEnabled, config.tools.voice.provider != "openai" {
            add(
                .error, "tools.voice.provider",
                "tools.voice.provider is \(JSONValue.string(config.tools.voice.provider).text); allowed: openai")
        }
    }

    private mutating func checkGateway(_ config: GolemConfig) {
        let token = config.gateway.token.trimmed
        guard !OriginPolicy.isLoopback(Self.bareHost(config.gateway.host)), !token.isEmpty, token.utf8.count < 16 else {
            return
        }
        add(
            .warning, "gateway.token",
            "gateway.token has fewer than 16 characters and can be guessed; make one with: openssl rand -hex 24")
    }

    private mutating func checkEffect(_ config: GolemConfig) {
        for (entry, key) in ConfigTable.expectedWithoutEffect(config, standard: GolemConfig()) {
            add(
                .warning, ConfigPath(entry), "\(entry) is not in this version: what it says has no effect",
                code: "no_effect", at: ConfigPath(key))
        }
        // The original's heartbeat runs unless it is switched off: whoever changes its times expects one.
        let heartbeat = config.heartbeat
        if !heartbeat.isEnabled, heartbeat != GolemConfig().heartbeat, origins[ConfigPath("heartbeat.enabled")] == nil {
            let key = ["heartbeat.interval", "heartbeat.max_idle_minutes"].map { ConfigPath($0) }
                .first { origins[$0] != nil }
            add(
                .warning, ConfigPath("heartbeat"), "heartbeat is not in this version: what it says has no effect",
                code: "no_effect", at: key ?? ConfigPath("heartbeat.interval"))
        }
    }

    private mutating func checkChannels(_ config: GolemConfig) {
        for (name, admission) in config.channelAdmissions where admission.isEnabled {
            let key = "channels.\(name).allow_from"
            if admission.allowFrom.isEmpty {
                add(
                    .warning, key, "\(key) is empty: nobody is admitted; list senders, or \"*\" for everybody",
                    code: "channel_admits_nobody")
            } else if admission.admitsEverybody {
                add(
                    .warning, key, "\(key) has \"*\": everybody who finds this bot can use it",
                    code: "channel_admits_everybody")
            }
        }
    }
}
