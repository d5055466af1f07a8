// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// An event as a log line: constant text, structured fields, the names of the original's log events where it had one.
struct LogLine: Sendable, Equatable {
    var time: Timestamp
    var level: LogLevel
    var message: String
    var fields: [LogField]

    init(time: Timestamp, level: LogLevel, message: String, fields: [LogField]) {
        self.time = time
        self.level = level
        self.message = message
        self.fields = fields
    }

    /// The line for an event; nil for events that are too many to log (text deltas).
    init?(_ event: Event) {
        guard let (message, own) = Self.content(event) else { return nil }
        time = event.time
        level = event.level
        self.message = message
        var fields: [LogField] = []
        if let requestID = event.requestID { fields.append(LogField("request_id", requestID)) }
        if let session = event.session {
            let parts = session.split(separator: ":", maxSplits: 1).map(String.init)
            fields.append(LogField("channel", parts.first ?? ""))
            fields.append(LogField("chat_id", parts.count > 1 ? parts[1] : ""))
        }
        // A field of the event's own replaces the common one of the same name.
        self.fields = fields.filter { common in !own.contains { $0.key == common.key } } + own
    }

    /// The line as the original's text handler wrote it: `time=… level=… msg="…" key=value`.
    var text: String {
        var line = "time=\(time.rfc3339) level=\(levelWord) msg=\(Self.quoted(message))"
        for field in fields { line += " \(field.key)=\(Self.quoted(field.value))" }
        return line
    }

    /// The line as one JSON object, members in the same order; amounts are numbers.
    var json: String {
        var members = [
            ("time", JSONValue.string(time.rfc3339)), ("level", .string(levelWord)), ("msg", .string(message)),
        ]
        members += fields.map { ($0.key, Self.value($0)) }
        return "{" + members.map { JSONValue.string($0.0).text + ":" + $0.1.text }.joined(separator: ",") + "}"
    }

    /// The original's lines for a connected and a degraded server, and one for what else becomes of it.
    private static func content(_ change: MCPStateChanged) -> (String, [LogField])? {
        guard !change.isRoutine else { return nil }
        var fields = [LogField("server", change.server), LogField("transport", change.transport)]
        let message: String
        switch change.health {
        case .healthy:
            message = "mcp server connected"
            fields += [LogField("revision", change.revision), LogField("restarts", String(change.restarts))]
        case .degraded(let reason), .down(let reason, _):
            message = "mcp server degraded"
            fields += [LogField("state", change.health.word.lowercased()), LogField("error", reason)]
        case .starting, .disabled:
            message = "mcp server \(change.health.word.lowercased())"
            if let reason = change.health.reason { fields.append(LogField("reason", reason)) }
        }
        return (message, fields)
    }

    /// Fields whose values are amounts, besides those that end with `_ms` or `_ratio`.
    ///
    /// By name and not by their look: an id that happens to consist of digits stays a text.
    private static let amounts: Set = [
        "attempt", "attempts", "abandoned", "bytes", "channel_send_attempts", "count", "max_attempts", "missed",
        "queue_depth", "repairs", "steps", "tokens_in", "tokens_out", "tool_total",
    ]

    private static func value(_ field: LogField) -> JSONValue {
        if field.key == "success" { return .bool(field.value == "true") }
        guard amounts.contains(field.key) || field.key.hasSuffix("_ms") || field.key.hasSuffix("_ratio") else {
            return .string(field.value)
        }
        return Int64(field.value).map { .integer($0) } ?? Double(field.value).map { .number($0) }
            ?? .string(field.value)
    }

    private var levelWord: String { level == .warn ? "WARN" : level.rawValue.uppercased() }

    /// A value in quotes where it is empty or holds something that would break the line.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                scalar != "\"" && scalar != "=" && scalar != "\\" && scalar != " "
                    && scalar.properties.generalCategory.isGraphic
            }
        return isPlain ? text : JSONValue.string(text).text
    }

    private static func content(_ event: Event) -> (String, [LogField])? {
        switch event.kind {
        case .turnDelta, .toolProgressed: return nil
        case .mcpState(let change): return content(change)
        case .log(let record): return (record.message, record.fields)
        case .chatReceived(let chat):
            return (
                "processing message",
                [
                    LogField("sender", chat.sender), LogField("session_key", event.session ?? ""),
                    LogField("queue_depth", String(chat.queueDepth)),
                ]
            )
        case .turnFailed(let failed):
            return (
                "process message failed",
                [
                    LogField("session_key", event.session ?? ""), LogField("code", failed.code),
                    LogField("error", failed.message), milliseconds(failed.durationMicroseconds),
                ]
            )
        case .turnFinished(let finished):
            return (
                "message processed",
                [
                    LogField("stop_reason", finished.stopReason), LogField("steps", String(finished.steps)),
                    LogField("tokens_in", String(finished.tokensIn)),
                    LogField("tokens_out", String(finished.tokensOut)), milliseconds(finished.durationMicroseconds),
                ]
            )
        case .toolStarted(let started): return ("executing tool", [LogField("name", started.tool)])
        case .toolFinished(let finished):
            var fields = [
                LogField("tool", finished.tool),
                LogField("tool_duration", durationText(finished.durationMicroseconds)),
                milliseconds(finished.durationMicroseconds),
                LogField("success", String(finished.outcome == .ok)),
                LogField("outcome", finished.outcome.rawValue),
            ]
            if finished.outcome != .ok { fields.append(LogField("error", String(finished.result.prefix(300)))) }
            return ("tool execution finished", fields)
        case .outboundAttemptFailed(let failed):
            let limit = failed.maxAttempts.map { [LogField("max_attempts", String($0))] } ?? []
            return (
                "send outbound attempt failed",
                [LogField("attempt", String(failed.attempt))] + limit
                    + [LogField("error", failed.error), LogField("retry_at", failed.retryAt.rfc3339)]
            )
        case .outboundDead(let dead):
            return (
                "send finally failed", [LogField("attempts", String(dead.attempts)), LogField("error", dead.error)]
            )
        case .outboundDropped(let dropped):
            return (
                "outbound message dropped", [LogField("id", String(dropped.messageID)), LogField("by", dropped.by)]
            )
        case .problemMuted(let change):
            return (
                change.until == nil ? "problem shown again" : "problem muted",
                [LogField("problem", change.subject), LogField("by", change.by), LogField("reason", change.reason)]
                    + (change.until.map { [LogField("until", $0.rfc3339)] } ?? [])
            )
        case .serviceHealth(let change):
            guard change.service == "model", case .down(let reason, _) = change.health else {
                return (event.kind.name, [LogField("what", event.summary)])
            }
            return ("no model configured", [LogField("error", reason)])
        case .engineStopping(let stopping): return ("shutting down", [LogField("reason", stopping.reason)])
        case .policyWarning(let warning):
            guard warning.isActive else { return ("policy warning cleared", [LogField("code", warning.code)]) }
            return ("policy warning", [LogField("code", warning.code), LogField("warning", warning.message)])
        default: return (event.kind.name, [LogField("what", event.summary)])
        }
    }

    private static func milliseconds(_ microseconds: Int64) -> LogField {
        LogField("duration_ms", String(microseconds / 1_000))
    }
}

extension Unicode.GeneralCategory {
    /// Whether a character of this category may stand in a log line as it is.
    fileprivate var isGraphic: Bool {
        switch self {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: true
        }
    }
}
