// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// `engine.started`: the engine is up and its parts are being started.
public struct EngineStarted: EventPayload {
    /// The version, for example `0.1.0`.
    public var version: String
    /// The process id.
    public var pid: Int32
    /// The host's name.
    public var host: String
    /// The configured model, for example `anthropic/claude-sonnet-4-5`.
    public var model: String
    /// The workspace path.
    public var workspace: String
    /// Where the gateway listens, for example `127.0.0.1:18790`; nil when there is none.
    public var gateway: String?
    /// The policy mode: `strict`, `relaxed` or `off`.
    public var policyMode: String
    /// Whether this is the demo.
    public var isDemo: Bool
    /// When the process started.
    public var startedAt: Timestamp

    /// Makes the payload.
    public init(
        version: String, pid: Int32, host: String, model: String, workspace: String, gateway: String?,
        policyMode: String, isDemo: Bool, startedAt: Timestamp
    ) {
        self.version = version
        self.pid = pid
        self.host = host
        self.model = model
        self.workspace = workspace
        self.gateway = gateway
        self.policyMode = policyMode
        self.isDemo = isDemo
        self.startedAt = startedAt
    }
}

/// `engine.stopping`: the engine accepts nothing new and ends what runs.
public struct EngineStopping: EventPayload {
    /// Why, for example `SIGTERM` or `asked by ops1`.
    public var reason: String

    /// Makes the payload.
    public init(reason: String) { self.reason = reason }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { reason = transform(reason) }
}

/// The condition of a supervised service.
public enum ServiceHealth: Sendable, Equatable, Codable {
    /// It is being started.
    case starting
    /// It works: its last exchange was proven.
    case healthy
    /// It works in part.
    case degraded(reason: String)
    /// It does not work; it is tried again at `retryAt` when set.
    case down(reason: String, retryAt: Timestamp?)
    /// An operator switched it off.
    case disabled(by: String, until: Timestamp?)

    /// The word that stands for it on a screen: `starting`, `healthy`, `DEGRADED`, `DOWN`, `DISABLED`.
    public var word: String {
        switch self {
        case .starting: "starting"
        case .healthy: "healthy"
        case .degraded: "DEGRADED"
        case .down: "DOWN"
        case .disabled: "DISABLED"
        }
    }

    /// Why it is not healthy; nil when it is.
    public var reason: String? {
        switch self {
        case .starting, .healthy: nil
        case .degraded(let reason), .down(let reason, _): reason
        case .disabled(let by, _): "by \(by)"
        }
    }
}

/// `service.health`: the health of a supervised service changed.
public struct ServiceHealthChanged: EventPayload {
    /// The service: `gateway`, `store`, `attach`, `provider:<name>`, `channel:<name>`.
    public var service: String
    /// Its health now.
    public var health: ServiceHealth

    /// Makes the payload.
    public init(service: String, health: ServiceHealth) {
        self.service = service
        self.health = health
    }

    /// Removes secrets from the reason.
    public mutating func mapText(_ transform: (String) -> String) {
        switch health {
        case .degraded(let reason): health = .degraded(reason: transform(reason))
        case .down(let reason, let retryAt): health = .down(reason: transform(reason), retryAt: retryAt)
        case .starting, .healthy, .disabled: break
        }
    }
}

/// How serious a log line is.
public enum LogLevel: String, Sendable, Equatable, Codable, Comparable, CaseIterable {
    /// For developers.
    case debug
    /// Normal work.
    case info
    /// Something an operator should know.
    case warn
    /// Something failed.
    case error

    /// Whether `lhs` is less serious.
    public static func < (lhs: LogLevel, rhs: LogLevel) -> Bool { lhs.rank < rhs.rank }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warn: 2
        case .error: 3
        }
    }
}

/// `log`: a line that has no event of its own.
public struct LogRecorded: EventPayload {
    /// Its seriousness.
    public var level: LogLevel
    /// The event text, constant per place in the code, for example `gateway listening`.
    public var message: String
    /// Structured fields, in the order in which they are printed.
    public var fields: [LogField]

    /// Makes the payload.
    public init(level: LogLevel, message: String, fields: [LogField] = []) {
        self.level = level
        self.message = message
        self.fields = fields
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) {
        message = transform(message)
        for index in fields.indices { fields[index].value = transform(fields[index].value) }
    }
}

/// One structured field of a log line.
public struct LogField: Sendable, Equatable, Codable {
    /// Its name, for example `duration_ms`.
    public var key: String
    /// Its value as text.
    public var value: String

    /// Makes a field.
    public init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}

/// `policy.warning`: a standing risk in the configuration or the mode.
public struct PolicyWarning: EventPayload {
    /// A stable code, for example `persistent_off`.
    public var code: String
    /// A sentence for humans, with the way out.
    public var message: String
    /// Whether the warning still holds; false clears it.
    public var isActive: Bool

    /// Makes the payload.
    public init(code: String, message: String, isActive: Bool = true) {
        self.code = code
        self.message = message
        self.isActive = isActive
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { message = transform(message) }
}

/// `config.reloaded` and `config.rejected`.
public struct ConfigChange: EventPayload {
    /// The file.
    public var path: String
    /// What changed, or why the new file was refused; one entry a key.
    public var details: [String]

    /// Makes the payload.
    public init(path: String, details: [String]) {
        self.path = path
        self.details = details
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { details = details.map(transform) }
}

/// `memory.recalled`: how many memories of each source were added to a turn's context.
public struct MemoryRecalled: EventPayload {
    /// Excerpts of the long-term memory.
    public var longTerm: Int
    /// Recent diary days.
    public var diaryRecent: Int
    /// Older diary days that match the question.
    public var diaryKeyword: Int

    /// Makes the payload.
    public init(longTerm: Int, diaryRecent: Int, diaryKeyword: Int) {
        self.longTerm = longTerm
        self.diaryRecent = diaryRecent
        self.diaryKeyword = diaryKeyword
    }
}
