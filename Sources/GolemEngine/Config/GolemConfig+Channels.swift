// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension GolemConfig {
    /// `channels`.
    package struct Channels: Sendable, Equatable {
        /// `channels.telegram`.
        package var telegram = Telegram()
        /// `channels.whatsapp`.
        package var whatsapp = WhatsApp()
        /// `channels.feishu`.
        package var feishu = Feishu()
        /// `channels.discord`.
        package var discord = Discord()
        /// `channels.slack`.
        package var slack = Slack()
        /// `channels.qq`.
        package var qq = QQ()
        /// `channels.dingtalk`.
        package var dingtalk = DingTalk()
        /// `channels.maixcam`.
        package var maixcam = MaixCam()
        /// `channels.outbound`.
        package var outbound = Outbound()
    }

    /// What all channels have: whether they run, and who may write to them.
    package struct Admission: Sendable, Equatable {
        /// Whether the channel runs.
        package var isEnabled = false
        /// Who is admitted; nobody when empty, everybody with `*`.
        package var allowFrom: [String] = []

        /// Whether everybody is admitted.
        package var admitsEverybody: Bool { allowFrom.contains("*") }
    }

    /// `channels.telegram`.
    package struct Telegram: Sendable, Equatable {
        /// `enabled` and `allow_from`.
        package var admission = Admission()
        /// The bot's token.
        package var token = ""
    }

    /// `channels.whatsapp`.
    package struct WhatsApp: Sendable, Equatable {
        /// `enabled` and `allow_from`.
        package var admission = Admission()
        /// The address of the bridge.
        package var bridgeURL = ""
    }

    /// `channels.feishu`.
    package struct Feishu: Sendable, Equatable {
        /// `enabled` and `allow_from`.
        package var admission = Admission()
        /// The application.
        package var appID = ""
        /// Its secret.
        package var appSecret = ""
        /// The key of encrypted events.
        package var encryptKey = ""
        /// The token that proves an event's origin.
        package var verificationToken = ""
    }

    /// `channels.discord`.
    package struct Discord: Sendable, Equatable {
        /// `enabled` and `allow_from`.
        package var admission = Admission()
        /// The bot's token.
        package var token = ""
    }

    /// `channels.slack`.
    package struct Slack: Sendable, Equatable {
        /// `enabled` and `allow_from`.
        package var admission = Admission()
        /// The bot's token, `xoxb-…`.
        package var botToken = ""
        /// The application's token, `xapp-…`.
        package var appToken = ""
    }

    /// `channels.qq`.
    package struct QQ: Sendable, Equatable {
        /// `enabled` and `allow_from`.
        package var admission = Admission()
        /// The application.
        package var appID = ""
        /// Its secret.
        package var appSecret = ""
    }

    /// `channels.dingtalk`.
    package struct DingTalk: Sendable, Equatable {
        /// `enabled` and `allow_from`.
        package var admission = Admission()
        /// The client.
        package var clientID = ""
        /// Its secret.
        package var clientSecret = ""
    }

    /// `channels.maixcam`.
    package struct MaixCam: Sendable, Equatable {
        /// `enabled` and `allow_from`.
        package var admission = Admission()
        /// The address to listen on.
        package var host = "0.0.0.0"
        /// The port to listen on.
        package var port = 9_000
    }

    /// `channels.outbound`: how messages leave.
    package struct Outbound: Sendable, Equatable {
        /// Sends at the same time.
        package var maxConcurrentSends = 16
        /// Attempts before a message is given up.
        package var retryMaxAttempts = 3
        /// Milliseconds before the second attempt.
        package var retryBaseBackoffMS = 200
        /// The most milliseconds between attempts.
        package var retryMaxBackoffMS = 2_000
        /// Messages a second to one platform.
        package var rateLimitPerSecond = 20
        /// Seconds in which the same message is sent once only.
        package var dedupWindowSeconds = 30
    }

    /// The channels' names with their admission, in the order of the file.
    package var channelAdmissions: [(name: String, admission: Admission)] {
        [
            ("telegram", channels.telegram.admission), ("whatsapp", channels.whatsapp.admission),
            ("feishu", channels.feishu.admission), ("discord", channels.discord.admission),
            ("slack", channels.slack.admission), ("qq", channels.qq.admission),
            ("dingtalk", channels.dingtalk.admission), ("maixcam", channels.maixcam.admission),
        ]
    }
}
