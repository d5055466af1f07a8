// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEvents

/// What of the policy outlives a restart: the mode as it was set last, its deadline, and the emergency stop.
///
/// Kept in `state/policy.json` (0600), replaced as a whole.
struct PolicyStateFile: Sendable, Equatable, Codable {
    /// The emergency stop.
    struct Stop: Sendable, Equatable, Codable {
        var by: String
        var reason: String
        var at: Timestamp
    }

    var version = 1
    /// The mode and the ttl of the configuration under which `mode` was set; when the configuration says something
    /// else, it counts and `mode` does not.
    var configured: String
    var mode: String
    var offUntil: Timestamp?
    var by: String
    var via: String
    var at: Timestamp
    var emergencyStop: Stop?

    /// Reads the file; nil when there is none, an error when it cannot be understood.
    static func read(_ path: String) throws(AuditError) -> PolicyStateFile? {
        guard access(path, F_OK) == 0 else { return nil }
        guard let data = FileManager.default.contents(atPath: path),
            let state = try? JSONDecoder().decode(PolicyStateFile.self, from: data), state.version == 1
        else { throw AuditError("\(path) cannot be understood") }
        return state
    }

    /// Replaces the file; blocks on the disk.
    func write(_ path: String) throws(SystemError) {
        try AtomicFile.write(Array((jsonText(self) + "\n").utf8), to: path, mode: 0o600)
    }
}
