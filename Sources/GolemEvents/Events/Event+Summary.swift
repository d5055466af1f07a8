// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension Event {
    /// How serious the event is as a log line.
    public var level: LogLevel {
        switch kind {
        case .log(let record): record.level
        case .turnFailed, .outboundDead, .outboundAttemptFailed: .error
        case .policyModeChanged(let change):
            change.mode == "off" && change.previous != "off" ? .warn : .info
        case .emergencyStopChanged(let change): change.isOn ? .error : .warn
        case .policyWarning(let warning): warning.isActive ? .warn : .info
        case .chatRejected, .configRejected, .providerFailedOver, .approvalExpired, .questionExpired: .warn
        case .toolSandbox(let report): report.problem == nil ? .info : .warn
        case .providerCalled(let called): called.error == nil ? .info : .warn
        case .providerCooldown(let change): change.until == nil ? .info : .warn
        case .toolFinished(let finished): finished.outcome == .ok ? .info : .warn
        case .turnFinished(let finished):
            finished.stopReason == "answered" || finished.stopReason == "command" ? .info : .warn
        case .serviceHealth(let change):
            switch change.health {
            case .down: .error
            case .degraded: .warn
            case .starting, .healthy, .disabled: .info
            }
        case .mcpState(let change):
            switch change.health {
            case _ where change.isRoutine: .debug
            case .down: .error
            case .degraded: .warn
            case .starting, .healthy, .disabled: .info
            }
        case .mcpToolsChanged(let change): change.tools.contains { $0.refusal != nil } ? .warn : .info
        case .turnDelta, .providerStarted, .memoryRecalled, .mcpStderr, .toolProgressed: .debug
        default: .info
        }
    }

    /// One line that says what happened, without time, level and request id.
    public var summary: String {
        switch kind {
        case .engineStarted(let event): "golem \(event.version) pid \(event.pid) model \(event.model)"
        case .engineStopping(let event): event.reason
        case .serviceHealth(let event):
            "\(event.service) \(event.health.word)" + (event.health.reason.map { ": \($0)" } ?? "")
        case .chatReceived(let event): "\(event.channel):\(event.chatID) \(event.length) chars from \(event.sender)"
        case .chatRejected(let event): "\(event.channel):\(event.chatID) \(event.sender): \(event.reason)"
        case .turnStarted(let event):
            "\(event.channel):\(event.chatID) after \(durationText(event.queuedMicroseconds))"
                + (event.isResumed ? ", resumed" : "")
        case .turnDelta(let event): event.text
        case .turnFinished(let event):
            "\(event.stopReason) \(durationText(event.durationMicroseconds)), \(event.steps) steps, "
                + "\(event.tokensIn)>\(event.tokensOut) tokens"
        case .turnFailed(let event): "\(event.code): \(event.message)"
        case .policyWarning(let event): event.isActive ? event.message : "\(event.code) cleared"
        case .configReloaded(let event), .configRejected(let event):
            "\(event.path): \(event.details.joined(separator: "; "))"
        case .log(let event):
            event.message + event.fields.map { " \($0.key)=\($0.value)" }.joined()
        case .unknown(let name): "unknown event \(name)"
        default: workSummary
        }
    }

    private var workSummary: String {
        switch kind {
        case .providerStarted(let event): "\(event.model) step \(event.step) attempt \(event.attempt)"
        case .providerCalled(let event):
            "\(event.model) \(durationText(event.durationMicroseconds)) \(event.tokensIn)>\(event.tokensOut) "
                + (event.error ?? event.stopReason)
        case .providerFailedOver(let event): "\(event.from) -> \(event.to): \(event.reason)"
        case .providerCooldown(let event):
            event.until == nil ? "\(event.model) used again: \(event.reason)" : "\(event.model): \(event.reason)"
        case .toolStarted(let event): "\(event.tool) \(bounded(event.arguments, 200))"
        case .toolProgressed(let event): "\(event.tool) \(event.progress.text)"
        case .toolFinished(let event):
            "\(event.tool) \(event.outcome.rawValue) \(durationText(event.durationMicroseconds))"
                + (event.outcome == .ok ? "" : " \(bounded(event.result, 200))")
        case .outboundQueued(let event): "\(event.channel):\(event.chatID) #\(event.messageID) \(event.bytes) bytes"
        case .outboundAttemptFailed(let event):
            "\(event.channel):\(event.chatID) #\(event.messageID) attempt \(event.attempt)"
                + (event.maxAttempts.map { " of \($0)" } ?? "") + ": \(event.error)"
        case .outboundSent(let event):
            "\(event.channel):\(event.chatID) #\(event.messageID) accepted as \(event.platformID)"
        case .outboundDead(let event):
            "\(event.channel):\(event.chatID) #\(event.messageID) after \(event.attempts): \(event.error)"
        case .approvalRequested(let event):
            "\(event.id) \(event.tool) \(bounded(event.arguments, 200))"
                + (event.notified == [] ? " (nobody could be asked)" : "")
        case .outboundDropped(let event):
            "\(event.channel):\(event.chatID) #\(event.messageID) by \(event.by)"
        case .problemMuted(let event):
            event.until == nil
                ? "\(event.subject) shown again by \(event.by)"
                : "\(event.subject) until \(event.until?.rfc3339 ?? "") by \(event.by): \(event.reason)"
        case .approvalDecided(let event), .approvalExpired(let event):
            "\(event.id) \(event.tool) \(event.decision) by \(event.by)"
        case .questionAsked(let event):
            "\(event.id) \(event.server) asks: \(bounded(event.message, 200))"
                + (event.host.map { " (open a page of \($0))" } ?? "")
                + (event.notified.isEmpty ? " (nobody could be asked)" : "")
        case .questionAnswered(let event), .questionExpired(let event):
            "\(event.id) of \(event.server) \(event.outcome) by \(event.by)"
                + (event.note.isEmpty ? "" : ": \(event.note)")
        case .policyModeChanged(let event):
            (event.previous == event.mode ? event.mode : "\(event.previous) -> \(event.mode)")
                + (event.offUntil.map { " until \($0.rfc3339)" } ?? "") + " by \(event.by) via \(event.via)"
        case .toolSandbox(let event): "\(event.tool): \(event.problem.map { "refuses to run: \($0)" } ?? event.summary)"
        case .emergencyStopChanged(let event):
            event.isOn
                ? "all tools stopped by \(event.by), \(event.cancelledCalls) calls cancelled: \(event.reason)"
                : "tools may run again, by \(event.by)" + (event.reason.isEmpty ? "" : ": \(event.reason)")
        case .approvalGrantChanged(let event):
            "\(event.id) \(event.tool) in \(event.session) "
                + (event.isActive ? "granted" : "revoked") + (event.until.map { " until \($0.rfc3339)" } ?? "")
                + " by \(event.by)"
        case .mcpState(let event):
            "\(event.server) \(event.health.word)" + (event.health.reason.map { ": \($0)" } ?? "")
        case .mcpToolsChanged(let event):
            "\(event.server) \(event.tools.count(where: \.isOffered)) of \(event.tools.count) tools offered: \(event.reason)"
                + event.tools.compactMap { tool in tool.refusal.map { "; \(tool.name) refused: \($0)" } }.prefix(3)
                .joined()
        case .mcpStderr(let event):
            "\(event.server) " + (event.dropped > 0 ? "(\(event.dropped) lines left out) " : "")
                + bounded(event.lines.joined(separator: " | "), 400)
        case .memoryRecalled(let event): "\(event.longTerm + event.diaryRecent + event.diaryKeyword) items"
        default: ""
        }
    }
}

/// A duration in microseconds as people read it: `850us`, `12ms`, `1.84s`, `3m12s`, `2h05m`.
public func durationText(_ microseconds: Int64) -> String {
    let value = max(0, microseconds)
    if value < 1_000 { return "\(value)us" }
    if value < 995_000 { return "\((value + 500) / 1_000)ms" }
    let hundredths = (value + 5_000) / 10_000
    if hundredths < 1_000 { return "\(hundredths / 100).\(padded(hundredths % 100, 2))s" }
    // Never less than the text of a shorter time: 9.995 s is 10.0s after 9.99s.
    let tenths = max(100, value / 100_000)
    if value < 60_000_000 { return "\(tenths / 10).\(tenths % 10)s" }
    let seconds = value / 1_000_000
    if seconds < 3_600 { return "\(seconds / 60)m\(padded(seconds % 60, 2))s" }
    return "\(seconds / 3_600)h\(padded(seconds / 60 % 60, 2))m"
}
