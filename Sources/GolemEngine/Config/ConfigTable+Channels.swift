// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension ConfigTable {
    static let channelKeys: [ConfigKey<GolemConfig>] =
        chatKeys + workChatKeys + deviceKeys + outboundKeys

    private static func admission(
        _ name: String, _ place: ConfigKey<GolemConfig>.Place<GolemConfig.Admission>
    ) -> [ConfigKey<GolemConfig>] {
        [
            ConfigKey(
                path: "channels.\(name).enabled", kind: .flag, isSecret: false,
                summary: "Whether \(name) runs.", read: { .bool($0[keyPath: place].isEnabled) },
                write: { $1[keyPath: place].isEnabled = $0.boolValue ?? false }),
            ConfigKey(
                path: "channels.\(name).allow_from", kind: .list, isSecret: false,
                summary: "Who may write over \(name): nobody when empty, everybody with *.",
                read: { .array($0[keyPath: place].allowFrom.map { .string($0) }) },
                write: { $1[keyPath: place].allowFrom = $0.arrayValue?.compactMap(\.stringValue) ?? [] }),
        ]
    }

    private static let chatKeys: [ConfigKey<GolemConfig>] =
        admission("telegram", \.channels.telegram.admission)
        + [.secret("channels.telegram.token", \.channels.telegram.token, "The token of the Telegram bot.")]
        + admission("discord", \.channels.discord.admission)
        + [.secret("channels.discord.token", \.channels.discord.token, "The token of the Discord bot.")]
        + admission("slack", \.channels.slack.admission)
        + [
            .secret("channels.slack.bot_token", \.channels.slack.botToken, "The token of the Slack bot, xoxb-…"),
            .secret("channels.slack.app_token", \.channels.slack.appToken, "The token of the Slack app, xapp-…"),
        ]
        + admission("whatsapp", \.channels.whatsapp.admission)
        + [.text("channels.whatsapp.bridge_url", \.channels.whatsapp.bridgeURL, "The address of the WhatsApp bridge.")]

    private static let workChatKeys: [ConfigKey<GolemConfig>] =
        admission("feishu", \.channels.feishu.admission)
        + [
            .text("channels.feishu.app_id", \.channels.feishu.appID, "The Feishu app."),
            .secret("channels.feishu.app_secret", \.channels.feishu.appSecret, "The secret of the Feishu app."),
            .secret("channels.feishu.encrypt_key", \.channels.feishu.encryptKey, "The key of Feishu's events."),
            .secret(
                "channels.feishu.verification_token", \.channels.feishu.verificationToken,
                "The token in Feishu's events."),
        ]
        + admission("qq", \.channels.qq.admission)
        + [
            .text("channels.qq.app_id", \.channels.qq.appID, "The QQ app."),
            .secret("channels.qq.app_secret", \.channels.qq.appSecret, "The secret of the QQ app."),
        ]
        + admission("dingtalk", \.channels.dingtalk.admission)
        + [
            .text("channels.dingtalk.client_id", \.channels.dingtalk.clientID, "The DingTalk client."),
            .secret(
                "channels.dingtalk.client_secret", \.channels.dingtalk.clientSecret,
                "The secret of the DingTalk client."),
        ]

    private static let deviceKeys: [ConfigKey<GolemConfig>] =
        admission("maixcam", \.channels.maixcam.admission)
        + [
            .text("channels.maixcam.host", \.channels.maixcam.host, "The address to wait for cameras on."),
            .integer("channels.maixcam.port", \.channels.maixcam.port, 0...65_535, "The port to wait for cameras on."),
        ]

    private static let outboundKeys: [ConfigKey<GolemConfig>] = [
        .integer(
            "channels.outbound.max_concurrent_sends", \.channels.outbound.maxConcurrentSends, 0...10_000,
            zeroIsDefault: true, "Messages that are sent at the same time, over all channels."),
        .integer(
            "channels.outbound.retry_max_attempts", \.channels.outbound.retryMaxAttempts, 0...1_000,
            zeroIsDefault: true, "Attempts before a message is given up."),
        .integer(
            "channels.outbound.retry_base_backoff_ms", \.channels.outbound.retryBaseBackoffMS, 0...3_600_000,
            zeroIsDefault: true, "Milliseconds before the second attempt; doubled with each further one."),
        .integer(
            "channels.outbound.retry_max_backoff_ms", \.channels.outbound.retryMaxBackoffMS, 0...3_600_000,
            zeroIsDefault: true, "The most milliseconds between two attempts."),
        .integer(
            "channels.outbound.rate_limit_per_second", \.channels.outbound.rateLimitPerSecond, 0...100_000,
            zeroIsDefault: true, "Messages a second to one platform."),
        .integer(
            "channels.outbound.dedup_window_seconds", \.channels.outbound.dedupWindowSeconds, 0...86_400,
            zeroIsDefault: true, "Seconds in which the same message is sent once only."),
    ]
}
