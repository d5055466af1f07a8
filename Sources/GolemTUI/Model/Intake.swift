// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// The one door through which text from outside enters the console.
///
/// Every string of a message, names and ids included, is cleaned of control and bidi characters here, so that no view,
/// copy, file or plain line has to think of it.
package enum Intake {
    /// A message with all its text made safe.
    package static func clean(_ update: LinkUpdate) -> LinkUpdate {
        switch update {
        case .snapshot(let snapshot): .snapshot(clean(snapshot))
        case .events(let events): .events(events.map(clean))
        case .lost(let reason): .lost(reason: line(reason))
        case .closed(let reason): .closed(reason: line(reason))
        case .connecting, .missed, .pulse: update
        }
    }

    /// A reply with all its text made safe; the payload is data and cleaned as it is read.
    package static func clean(_ reply: CommandReply) -> CommandReply {
        var copy = reply
        copy.commandID = line(reply.commandID)
        copy.code = line(reply.code)
        copy.message = line(reply.message)
        copy.commandLine = reply.commandLine.map(line)
        return copy
    }

    /// An event with all its text made safe.
    package static func clean(_ event: Event) -> Event {
        Event(
            seq: event.seq, time: event.time, requestID: event.requestID.map(line), session: event.session.map(line),
            kind: clean(event.kind))
    }

    /// One line: nothing that could move a cursor, no line feed.
    package static func line(_ text: String) -> String {
        isPlain(text) ? text : Sanitizer.clean(text, keepNewlines: false)
    }

    /// Running text: line feeds stay.
    package static func body(_ text: String) -> String {
        isPlain(text) ? text : Sanitizer.clean(text, keepNewlines: true)
    }

    private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }

    private static func clean(_ kind: EventKind) -> EventKind {
        switch kind {
        case .engineStarted(var event):
            event.clean()
            return .engineStarted(event)
        case .engineStopping(let event): return .engineStopping(EngineStopping(reason: line(event.reason)))
        case .serviceHealth(let event):
            return .serviceHealth(ServiceHealthChanged(service: line(event.service), health: clean(event.health)))
        case .policyWarning(let event):
            return .policyWarning(
                PolicyWarning(code: line(event.code), message: line(event.message), isActive: event.isActive))
        case .policyModeChanged(var event):
            event.clean()
            return .policyModeChanged(event)
        case .emergencyStopChanged(var event):
            clean(&event.by, &event.reason)
            return .emergencyStopChanged(event)
        case .toolSandbox(var event):
            clean(&event.tool, &event.summary)
            event.problem = event.problem.map(line)
            return .toolSandbox(event)
        case .approvalGrantChanged(var event):
            clean(&event.session, &event.tool, &event.by)
            return .approvalGrantChanged(event)
        case .configReloaded(let event): return .configReloaded(clean(event))
        case .configRejected(let event): return .configRejected(clean(event))
        case .log(let event):
            let fields = event.fields.map { LogField(line($0.key), line($0.value)) }
            return .log(LogRecorded(level: event.level, message: line(event.message), fields: fields))
        case .problemMuted(var event):
            clean(&event.subject, &event.reason, &event.by)
            return .problemMuted(event)
        case .memoryRecalled: return kind
        case .unknown(let name): return .unknown(name: line(name))
        case .chatReceived, .chatRejected, .turnStarted, .turnDelta, .turnFinished, .turnFailed:
            return cleanChat(kind)
        case .providerStarted, .providerCalled, .providerFailedOver, .providerCooldown: return cleanProvider(kind)
        case .questionAsked, .questionAnswered, .questionExpired: return cleanQuestion(kind)
        case .toolStarted, .toolProgressed, .toolFinished, .approvalRequested, .approvalDecided, .approvalExpired:
            return cleanTool(kind)
        case .mcpState, .mcpToolsChanged, .mcpStderr: return cleanServer(kind)
        case .outboundQueued, .outboundAttemptFailed, .outboundSent, .outboundDead, .outboundDropped:
            return cleanOutbound(kind)
        }
    }

    private static func clean(_ change: ConfigChange) -> ConfigChange {
        ConfigChange(path: line(change.path), details: change.details.map(line))
    }

    static func clean(_ health: ServiceHealth) -> ServiceHealth {
        switch health {
        case .starting, .healthy: health
        case .degraded(let reason): .degraded(reason: line(reason))
        case .down(let reason, let retryAt): .down(reason: line(reason), retryAt: retryAt)
        case .disabled(let by, let until): .disabled(by: line(by), until: until)
        }
    }

    private static func cleanChat(_ kind: EventKind) -> EventKind {
        switch kind {
        case .chatReceived(var event):
            clean(&event.channel, &event.chatID, &event.sender)
            event.text = body(event.text)
            return .chatReceived(event)
        case .chatRejected(var event):
            clean(&event.channel, &event.chatID, &event.sender)
            clean(&event.code, &event.reason)
            return .chatRejected(event)
        case .turnStarted(var event):
            clean(&event.channel, &event.chatID, &event.sender)
            return .turnStarted(event)
        case .turnDelta(var event):
            event.text = body(event.text)
            return .turnDelta(event)
        case .turnFinished(var event):
            event.text = body(event.text)
            event.stopReason = line(event.stopReason)
            return .turnFinished(event)
        case .turnFailed(var event):
            event.code = line(event.code)
            event.message = body(event.message)
            return .turnFailed(event)
        default: return kind
        }
    }

    private static func cleanProvider(_ kind: EventKind) -> EventKind {
        switch kind {
        case .providerStarted(var event):
            clean(&event.provider, &event.model)
            return .providerStarted(event)
        case .providerCalled(var event):
            clean(&event.provider, &event.model, &event.stopReason)
            event.error = event.error.map(line)
            return .providerCalled(event)
        case .providerFailedOver(var event):
            clean(&event.from, &event.to, &event.reason)
            return .providerFailedOver(event)
        case .providerCooldown(var event):
            clean(&event.model, &event.reason)
            return .providerCooldown(event)
        default: return kind
        }
    }

    private static func cleanTool(_ kind: EventKind) -> EventKind {
        switch kind {
        case .toolStarted(var event):
            clean(&event.callID, &event.tool)
            event.arguments = body(event.arguments)
            return .toolStarted(event)
        case .toolProgressed(var event):
            clean(&event.callID, &event.tool)
            event.progress.message = line(event.progress.message)
            return .toolProgressed(event)
        case .toolFinished(var event):
            clean(&event.callID, &event.tool)
            event.result = body(event.result)
            return .toolFinished(event)
        case .approvalRequested(var event):
            event.clean()
            return .approvalRequested(event)
        case .approvalDecided(var event):
            event.clean()
            return .approvalDecided(event)
        case .approvalExpired(var event):
            event.clean()
            return .approvalExpired(event)
        default: return kind
        }
    }

    private static func cleanOutbound(_ kind: EventKind) -> EventKind {
        switch kind {
        case .outboundQueued(var event):
            clean(&event.channel, &event.chatID)
            return .outboundQueued(event)
        case .outboundAttemptFailed(var event):
            clean(&event.channel, &event.chatID, &event.error)
            return .outboundAttemptFailed(event)
        case .outboundSent(var event):
            clean(&event.channel, &event.chatID, &event.platformID)
            return .outboundSent(event)
        case .outboundDead(var event):
            clean(&event.channel, &event.chatID, &event.error)
            return .outboundDead(event)
        case .outboundDropped(var event):
            clean(&event.channel, &event.chatID, &event.by)
            return .outboundDropped(event)
        default: return kind
        }
    }

    static func clean(_ first: inout String, _ second: inout String) {
        first = line(first)
        second = line(second)
    }

    static func clean(_ first: inout String, _ second: inout String, _ third: inout String) {
        clean(&first, &second)
        third = line(third)
    }
}

extension EngineStarted {
    mutating func clean() {
        Intake.clean(&version, &host, &model)
        Intake.clean(&workspace, &policyMode)
        gateway = gateway.map(Intake.line)
    }
}

extension PolicyModeChanged {
    mutating func clean() {
        Intake.clean(&mode, &previous)
        Intake.clean(&by, &via)
        requireApproval = requireApproval.map(Intake.line)
    }
}

extension ApprovalRequested {
    mutating func clean() {
        notified = notified?.map(Intake.line)
        Intake.clean(&callID, &tool)
        arguments = Intake.body(arguments)
        reason = Intake.line(reason)
    }
}

extension ApprovalDecided {
    mutating func clean() {
        Intake.clean(&tool, &decision, &by)
        note = Intake.line(note)
    }
}
