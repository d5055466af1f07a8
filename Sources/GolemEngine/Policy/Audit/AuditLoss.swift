// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The lines that could not be written: how many, from when to when, and of which types.
struct AuditLoss: Sendable, Equatable {
    private(set) var count = 0
    private var from: Timestamp?
    private var to: Timestamp?
    private var types: [String: Int] = [:]

    /// How many types are told apart.
    private static let typeLimit = 30

    /// Counts a line.
    mutating func add(_ entry: AuditEntry) {
        count += 1
        from = min(from ?? entry.time, entry.time)
        to = max(to ?? entry.time, entry.time)
        let type = types[entry.type] != nil || types.count < Self.typeLimit ? entry.type : "other"
        types[type, default: 0] += 1
    }

    /// Takes out what was told; what came meanwhile stays, with its own times where they can be told apart.
    mutating func subtract(_ told: AuditLoss) {
        guard told.count > 0 else { return }
        guard count > told.count else {
            self = AuditLoss()
            return
        }
        count -= told.count
        from = told.to
        for (type, number) in told.types {
            types[type] = (types[type] ?? 0) > number ? (types[type] ?? 0) - number : nil
        }
    }

    /// The line that tells of it; nil when nothing was lost.
    func entry(at time: Timestamp) -> AuditEntry? {
        guard count > 0, let from, let to else { return nil }
        let list = types.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        var entry = AuditEntry(
            "audit_lost", at: time, result: "\(count) lines could not be written", actor: "system")
        entry.outcome = "from \(from.rfc3339) to \(to.rfc3339): \(list)"
        return entry
    }
}

extension AuditEntry {
    /// Whether it says what an operator did: kept while no line can be written.
    var isKept: Bool {
        type.hasPrefix("estop_") || type.hasPrefix("policy_cli") || type.hasPrefix("policy_mode")
            || type.hasPrefix("policy_off") || type.hasPrefix("grant_") || type.hasPrefix("approval_")
            || type == "config_changed" || type == "operator_command"
    }
}
