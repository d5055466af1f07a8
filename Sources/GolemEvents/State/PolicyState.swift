// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The policy in force, the grants that stand, and what was decided lately.
public struct PolicyState: Sendable, Equatable, Codable {
    /// What the last `policy.mode_changed` said; nil before the first.
    public var current: PolicyModeChanged?
    /// The emergency stop; nil while tools may run.
    public var emergencyStop: EmergencyStopChanged?
    /// Standing grants by number; those with an end may have reached it.
    public var grants: [Int64: ApprovalGrantChanged] = [:]
    /// Decisions of the last hour.
    public var counts = PolicyCounts()
    /// How many grants are remembered.
    public static let grantLimit = 256

    /// Makes the state before the first event.
    public init() {}

    /// The grants that hold at `now`, by number.
    public func activeGrants(at now: Timestamp) -> [ApprovalGrantChanged] {
        grants.values.filter { $0.until.map { $0 > now } ?? true }.sorted { $0.id < $1.id }
    }
}

/// How often policy decided what within the last hour, in slots of five minutes.
public struct PolicyCounts: Sendable, Equatable, Codable {
    /// Something that is counted.
    public enum Kind: String, Sendable, Equatable, Codable, CaseIterable {
        /// Calls that ran.
        case allow
        /// Calls for which a person was asked.
        case ask
        /// Approvals.
        case approved
        /// Rejections.
        case rejected
        /// Requests that nobody decided.
        case expired
        /// Calls that were refused without asking.
        case deny
    }

    private struct Slot: Sendable, Equatable, Codable {
        var start: Int64
        var counts: [Int64]
    }

    private static let slotMicroseconds: Int64 = 300_000_000
    private var slots: [Slot] = []

    /// Makes the counts before the first.
    public init() {}

    mutating func count(_ kind: Kind, at time: Timestamp) {
        let start = time.microseconds / Self.slotMicroseconds * Self.slotMicroseconds
        if slots.last.map({ $0.start < start }) ?? true {
            slots.append(Slot(start: start, counts: Kind.allCases.map { _ in 0 }))
            if slots.count > 13 { slots.removeFirst() }
        }
        guard let index = Kind.allCases.firstIndex(of: kind) else { return }
        slots[slots.count - 1].counts[index] += 1
    }

    /// How often within the hour before `now`.
    public func lastHour(_ kind: Kind, now: Timestamp) -> Int64 {
        guard let index = Kind.allCases.firstIndex(of: kind) else { return 0 }
        let begin = now.microseconds - 3_600_000_000
        return slots.reduce(0) { $1.start + Self.slotMicroseconds > begin ? $0 + $1.counts[index] : $0 }
    }
}
