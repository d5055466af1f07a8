// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension ConfigTable {
    static let gatewayKeys: [ConfigKey<GolemConfig>] = [
        .text(
            "gateway.host", \.gateway.host, needsText: true,
            "The address that the gateway listens on; one that other machines reach needs a token."),
        .integer("gateway.port", \.gateway.port, 1...65_535, "The port that the gateway listens on."),
        .secret("gateway.token", \.gateway.token, "The bearer token of the gateway's clients; empty for none."),
    ]

    static let policyKeys: [ConfigKey<GolemConfig>] = [
        .choice(
            "policy.mode", \.policy.mode, ["strict", "relaxed", "off"],
            "Whether listed tools need an approval (strict) or none does."),
        .duration("policy.off_ttl", \.policy.offTTL, "How long the mode off holds after it was set."),
        .flag(
            "policy.allow_persistent_off", \.policy.allowPersistentOff, "Whether the mode off may hold for ever."),
        .list(
            "policy.require_approval", \.policy.requireApproval,
            "Tools that a person has to approve in strict mode; with * and ?, as in mcp.gis.*."),
        .objects(
            "policy.rules", \.policy.rules,
            "Rules in their order, the first that fits decides: tool, args, channel, sender, action (allow, ask or "
                + "deny), reason."),
        .list(
            "policy.approvers", \.policy.approvers,
            "Who may decide approvals in a chat: channel:sender, or channel:* for everybody there."),
        .integer(
            "audit.max_size_mb", \.audit.maxSizeMB, 1...10_240,
            "Megabytes after which the audit log begins a new file."),
        .integer("audit.max_files", \.audit.maxFiles, 1...1_000, "Older files of the audit log that are kept."),
    ]

    static let toolKeys: [ConfigKey<GolemConfig>] = [
        .integer(
            "tools.exec.timeout", \.tools.exec.timeout, 0...86_400, zeroIsDefault: true,
            "Seconds that a command may take."),
        .flag(
            "tools.exec.restrict_to_workspace", \.tools.exec.restrictToWorkspace,
            "Whether commands must work in the workspace."),
        .integer(
            "tools.exec.output_limit", \.tools.exec.outputLimit, 1_024...16_777_216,
            "Bytes of each output stream of a command that are kept, half of its beginning and half of its end."),
        .choice(
            "tools.exec.sandbox", \.tools.exec.sandbox.profile, sandboxProfiles,
            "What commands are kept from: hide (Golem's own files), landlock or bubblewrap (all but the system, read-only, "
                + "and the workspace), auto (the stronger of these two that works), none."),
        .flag(
            "tools.exec.sandbox_network", \.tools.exec.sandbox.allowsNetwork,
            "Whether commands in landlock or bubblewrap reach the network."),
        .list(
            "tools.exec.sandbox_readable", \.tools.exec.sandbox.readable,
            "Folders that commands in landlock or bubblewrap may read, beside those of the system."),
        .list(
            "tools.exec.sandbox_writable", \.tools.exec.sandbox.writable,
            "Folders that commands in landlock or bubblewrap may write, beside the workspace."),
        .integer(
            "tools.exec.memory_mb", \.tools.exec.sandbox.memoryMB, 0...16_777_216,
            "Megabytes of memory of a command; 0 means 4096 in landlock and bubblewrap, no bound otherwise."),
        .integer(
            "tools.exec.processes", \.tools.exec.sandbox.processes, 0...1_000_000,
            "Processes of a command at the same time; 0 means 512 in landlock and bubblewrap where the machine can "
                + "hold it, no bound otherwise."),
        .integer(
            "tools.exec.cpu_seconds", \.tools.exec.sandbox.cpuSeconds, 0...86_400,
            "Seconds of processor time of each process of a command; 0 for no bound."),
        .secret(
            "tools.web.search.api_key", \.tools.web.searchAPIKey,
            "The key of Brave's search; without one DuckDuckGo is asked."),
        .integer(
            "tools.web.search.max_results", \.tools.web.searchMaxResults, 0...1_000, zeroIsDefault: true,
            "Results of a search; the tool gives at most 20."),
        .list(
            "tools.web.fetch.allow_private", \.tools.web.fetchAllowPrivate,
            "Private addresses or ranges such as 10.1.0.0/16 that the web tools may reach."),
        .flag("tools.voice.enabled", \.tools.voice.isEnabled, "Whether voice messages are transcribed."),
        .text("tools.voice.provider", \.tools.voice.provider, needsText: true, "Who transcribes: openai."),
        .text("tools.voice.model", \.tools.voice.model, needsText: true, "The model that transcribes."),
        .integer(
            "tools.voice.timeout_seconds", \.tools.voice.timeoutSeconds, 0...3_600, zeroIsDefault: true,
            "How long a transcription may take."),
    ]

    static let sandboxProfiles = SandboxRequest.Profile.allCases.map(\.rawValue)

    static let serviceKeys: [ConfigKey<GolemConfig>] = [
        .flag("heartbeat.enabled", \.heartbeat.isEnabled, "Whether the heartbeat runs."),
        .integer(
            "heartbeat.interval", \.heartbeat.intervalMinutes, 0...525_600, zeroIsDefault: true,
            "Minutes between two heartbeats, at least 5."),
        .integer(
            "heartbeat.max_idle_minutes", \.heartbeat.maxIdleMinutes, 0...5_256_000, zeroIsDefault: true,
            "Minutes without a message after which a chat gets no heartbeat."),
        .choice(
            "log.level", \.log.level, ["debug", "info", "warn", "error"], aliases: ["warning": "warn"],
            "The least serious lines that are logged."),
        .text(
            "log.file", \.log.file,
            "The log's file, relative to Golem's folder; empty for standard error."),
        .choice(
            "log.format", \.log.format, ["auto", "text", "json"],
            "The form of log lines; auto is text on a terminal and JSON otherwise."),
        .integer(
            "log.max_size_mb", \.log.maxSizeMB, 1...102_400, "Megabytes after which the log begins a new file."),
        .integer("log.max_files", \.log.maxFiles, 1...1_000, "Log files that are kept."),
        .flag("console.read_only", \.console.isReadOnly, "Whether consoles may only watch."),
        .choice("console.color", \.console.color, ["auto", "never"], "Whether the console uses colours."),
        .integer("store.event_days", \.store.eventDays, 1...3_650, "Days that events are kept."),
    ]
}
