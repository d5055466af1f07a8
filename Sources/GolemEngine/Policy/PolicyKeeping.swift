// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Writes a policy mode into the configuration's file.
package enum PolicyKeeping {
    /// Sets mode and ttl, so that the file is right after every single step; blocks on the disk.
    package static func keep(_ mode: String, ttl: Duration?, at locations: ConfigLocations) throws(ConfigError) {
        let editor = ConfigEditor(locations)
        if mode == "off" {
            // The ttl first: off without one is refused.
            if let ttl { _ = try editor.set("policy.off_ttl", to: GoDuration.text(ttl)) }
            _ = try editor.set("policy.mode", to: mode)
            if ttl != nil { _ = try editor.set("policy.allow_persistent_off", to: "false") }
            if ttl == nil { _ = try editor.unset("policy.off_ttl") }
        } else {
            _ = try editor.set("policy.mode", to: mode)
            _ = try editor.unset("policy.off_ttl")
        }
    }
}
