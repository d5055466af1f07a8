// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension ConfigTable {
    /// Keys and sections that are read and checked, and that change nothing in this version: files of the original
    /// have them, and later versions use them.
    ///
    /// Whoever asks for something here gets a warning. A test sees to it that every other key does something.
    static let withoutEffect: [String] =
        [
            "agents.subagent", "channels.dingtalk", "channels.discord", "channels.feishu", "channels.maixcam",
            "channels.qq", "channels.slack", "channels.telegram", "channels.whatsapp", "heartbeat", "tools.voice",
        ] + GolemConfig.providerNames.map { "providers.\($0).secret_key" }

    /// Whether a key with a fixed path changes something.
    static func hasEffect(_ path: String) -> Bool {
        !withoutEffect.contains { path == $0 || path.hasPrefix($0 + ".") }
    }

    /// The entries of `withoutEffect` from which a configuration expects something, with the key that says so.
    ///
    /// A section that can be switched on counts when it is on, any other one when a value differs from its default.
    static func expectedWithoutEffect(_ config: GolemConfig, standard: GolemConfig) -> [(entry: String, key: String)] {
        withoutEffect.compactMap { entry in
            let keys = keys.filter { $0.path == entry || $0.path.hasPrefix(entry + ".") }
            if let flag = keys.first(where: { $0.path == entry + ".enabled" }), flag.read(standard) == .bool(false) {
                return flag.read(config) == .bool(true) ? (entry, flag.path) : nil
            }
            return keys.first { $0.read(config) != $0.read(standard) }.map { (entry, $0.path) }
        }
    }
}
