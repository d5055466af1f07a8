// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// `policy.mode_changed`: which policy is in force; published at start too, when `previous` is the same mode.
public struct PolicyModeChanged: EventPayload {
    /// The mode in force: `strict`, `relaxed` or `off`.
    public var mode: String
    /// The mode before.
    public var previous: String
    /// When the mode `off` ends by itself; nil when it does not, and in other modes.
    public var offUntil: Timestamp?
    /// The tools that need an approval in strict mode, as patterns.
    public var requireApproval: [String]
    /// How many rules there are.
    public var ruleCount: Int
    /// Who set the mode: `user@host`, `configuration`, or `system` for the end of a ttl.
    public var by: String
    /// By which way: `console`, `cli`, `http`, `config` or `ttl`.
    public var via: String
    /// When it was set.
    public var at: Timestamp
    /// Whether the configuration was changed too.
    public var isKept: Bool

    /// Makes the payload.
    public init(
        mode: String, previous: String, offUntil: Timestamp? = nil, requireApproval: [String] = [],
        ruleCount: Int = 0, by: String, via: String, at: Timestamp, isKept: Bool = false
    ) {
        self.mode = mode
        self.previous = previous
        self.offUntil = offUntil
        self.requireApproval = requireApproval
        self.ruleCount = ruleCount
        self.by = by
        self.via = via
        self.at = at
        self.isKept = isKept
    }
}

/// `policy.estop_changed`: all tools were stopped, or may run again.
public struct EmergencyStopChanged: EventPayload {
    /// Whether tools are stopped.
    public var isOn: Bool
    /// Who did it.
    public var by: String
    /// Why.
    public var reason: String
    /// Since when.
    public var at: Timestamp
    /// How many running calls were cancelled.
    public var cancelledCalls: Int

    /// Makes the payload.
    public init(isOn: Bool, by: String, reason: String, at: Timestamp, cancelledCalls: Int = 0) {
        self.isOn = isOn
        self.by = by
        self.reason = reason
        self.at = at
        self.cancelledCalls = cancelledCalls
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { reason = transform(reason) }
}

/// `approval.grant_changed`: a standing grant began or ended.
public struct ApprovalGrantChanged: EventPayload {
    /// Its number, which is the number of the approval that it came from.
    public var id: Int64
    /// The session whose calls it covers.
    public var session: String
    /// The tool.
    public var tool: String
    /// When it ends; nil when it holds until restart.
    public var until: Timestamp?
    /// Who granted or revoked it.
    public var by: String
    /// Whether it holds.
    public var isActive: Bool

    /// Makes the payload.
    public init(id: Int64, session: String, tool: String, until: Timestamp?, by: String, isActive: Bool) {
        self.id = id
        self.session = session
        self.tool = tool
        self.until = until
        self.by = by
        self.isActive = isActive
    }
}
