// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What happened, with its data.
///
/// Boxed (`indirect`), so that an event is small enough to be copied into the bus's ring without touching its text.
public indirect enum EventKind: Sendable, Equatable {
    /// `engine.started`: the engine came up.
    case engineStarted(EngineStarted)
    /// `engine.stopping`: the engine goes down.
    case engineStopping(EngineStopping)
    /// `service.health`: a service's health changed.
    case serviceHealth(ServiceHealthChanged)
    /// `chat.received`: a message was accepted; its row is being committed.
    case chatReceived(ChatReceived)
    /// `chat.rejected`: a message was refused.
    case chatRejected(ChatRejected)
    /// `turn.started`: a turn began.
    case turnStarted(TurnStarted)
    /// `turn.delta`: the model wrote text.
    case turnDelta(TurnDelta)
    /// `turn.finished`: a turn ended with an answer.
    case turnFinished(TurnFinished)
    /// `turn.failed`: a turn ended without an answer.
    case turnFailed(TurnFailed)
    /// `provider.started`: a model call began.
    case providerStarted(ProviderStarted)
    /// `provider.called`: a model call ended.
    case providerCalled(ProviderCalled)
    /// `provider.failed_over`: another model is used.
    case providerFailedOver(ProviderFailedOver)
    /// `provider.cooldown`: a model cools down or is used again.
    case providerCooldown(ProviderCooldown)
    /// `tool.started`: a tool call began.
    case toolStarted(ToolStarted)
    /// `tool.progress`: a running tool call says how far it is.
    case toolProgressed(ToolProgressed)
    /// `tool.finished`: a tool call ended.
    case toolFinished(ToolFinished)
    /// `tool.sandbox`: what a tool's commands are kept from.
    case toolSandbox(ToolSandboxReported)
    /// `outbound.queued`: a message waits to be sent.
    case outboundQueued(OutboundQueued)
    /// `outbound.attempt_failed`: a send failed.
    case outboundAttemptFailed(OutboundAttemptFailed)
    /// `outbound.sent`: a message was accepted by the platform.
    case outboundSent(OutboundSent)
    /// `outbound.dead`: a message was given up.
    case outboundDead(OutboundDead)
    /// `outbound.dropped`: an operator dropped a message that was given up.
    case outboundDropped(OutboundDropped)
    /// `approval.requested`: a tool call waits for a person.
    case approvalRequested(ApprovalRequested)
    /// `approval.decided`: a person decided, or the turn was cancelled.
    case approvalDecided(ApprovalDecided)
    /// `approval.expired`: nobody decided in time.
    case approvalExpired(ApprovalDecided)
    /// `question.asked`: an MCP server asks a person something.
    case questionAsked(QuestionAsked)
    /// `question.answered`: a question of an MCP server was answered, or ended otherwise.
    case questionAnswered(QuestionClosed)
    /// `question.expired`: nobody answered in time.
    case questionExpired(QuestionClosed)
    /// `policy.warning`: a standing risk.
    case policyWarning(PolicyWarning)
    /// `policy.mode_changed`: which policy is in force.
    case policyModeChanged(PolicyModeChanged)
    /// `policy.estop_changed`: all tools were stopped, or may run again.
    case emergencyStopChanged(EmergencyStopChanged)
    /// `approval.grant_changed`: a standing grant began or ended.
    case approvalGrantChanged(ApprovalGrantChanged)
    /// `problem.muted`: an operator muted a problem, or shows it again.
    case problemMuted(ProblemMuted)
    /// `config.reloaded`: a new configuration is in force.
    case configReloaded(ConfigChange)
    /// `config.rejected`: a new configuration was refused; the old one stays.
    case configRejected(ConfigChange)
    /// `mcp.state`: an MCP server's condition or figures changed.
    case mcpState(MCPStateChanged)
    /// `mcp.tools_changed`: the tools of an MCP server changed.
    case mcpToolsChanged(MCPToolsChanged)
    /// `mcp.stderr`: lines of an MCP server's standard error.
    case mcpStderr(MCPStderr)
    /// `memory.recalled`: memories were added to a turn's context.
    case memoryRecalled(MemoryRecalled)
    /// `log`: a line without an event of its own.
    case log(LogRecorded)
    /// A kind that this build does not know, from a newer engine; shown by its name.
    case unknown(name: String)
}

extension EventKind {
    /// The name on the wire and in logs, for example `tool.finished`.
    public var name: String {
        switch self {
        case .engineStarted: "engine.started"
        case .engineStopping: "engine.stopping"
        case .serviceHealth: "service.health"
        case .chatReceived: "chat.received"
        case .chatRejected: "chat.rejected"
        case .turnStarted: "turn.started"
        case .turnDelta: "turn.delta"
        case .turnFinished: "turn.finished"
        case .turnFailed: "turn.failed"
        case .providerStarted: "provider.started"
        case .providerCalled: "provider.called"
        case .providerFailedOver: "provider.failed_over"
        case .providerCooldown: "provider.cooldown"
        case .toolStarted: "tool.started"
        case .toolProgressed: "tool.progress"
        case .toolFinished: "tool.finished"
        case .toolSandbox: "tool.sandbox"
        case .outboundQueued: "outbound.queued"
        case .outboundAttemptFailed: "outbound.attempt_failed"
        case .outboundSent: "outbound.sent"
        case .outboundDead: "outbound.dead"
        case .outboundDropped: "outbound.dropped"
        case .approvalRequested: "approval.requested"
        case .approvalDecided: "approval.decided"
        case .approvalExpired: "approval.expired"
        case .questionAsked: "question.asked"
        case .questionAnswered: "question.answered"
        case .questionExpired: "question.expired"
        case .policyWarning: "policy.warning"
        case .policyModeChanged: "policy.mode_changed"
        case .emergencyStopChanged: "policy.estop_changed"
        case .approvalGrantChanged: "approval.grant_changed"
        case .problemMuted: "problem.muted"
        case .configReloaded: "config.reloaded"
        case .configRejected: "config.rejected"
        case .mcpState: "mcp.state"
        case .mcpToolsChanged: "mcp.tools_changed"
        case .mcpStderr: "mcp.stderr"
        case .memoryRecalled: "memory.recalled"
        case .log: "log"
        case .unknown(let name): name
        }
    }

    /// Whether it is one of many of its kind that are no news by themselves: neither listed among the last events nor
    /// kept.
    public var isRoutine: Bool {
        switch self {
        case .turnDelta, .mcpStderr, .toolProgressed: true
        case .mcpState(let change): change.isRoutine
        default: false
        }
    }

    /// The data; nil for an unknown kind.
    public var payload: (any EventPayload)? {
        switch self {
        case .engineStarted(let payload): payload
        case .engineStopping(let payload): payload
        case .serviceHealth(let payload): payload
        case .chatReceived(let payload): payload
        case .chatRejected(let payload): payload
        case .turnStarted(let payload): payload
        case .turnDelta(let payload): payload
        case .turnFinished(let payload): payload
        case .turnFailed(let payload): payload
        case .providerStarted(let payload): payload
        case .providerCalled(let payload): payload
        case .providerFailedOver(let payload): payload
        case .providerCooldown(let payload): payload
        case .toolStarted(let payload): payload
        case .toolProgressed(let payload): payload
        case .toolFinished(let payload): payload
        case .toolSandbox(let payload): payload
        case .outboundQueued(let payload): payload
        case .outboundAttemptFailed(let payload): payload
        case .outboundSent(let payload): payload
        case .outboundDead(let payload): payload
        case .outboundDropped(let payload): payload
        case .approvalRequested(let payload): payload
        case .approvalDecided(let payload): payload
        case .approvalExpired(let payload): payload
        case .questionAsked(let payload): payload
        case .questionAnswered(let payload): payload
        case .questionExpired(let payload): payload
        case .policyWarning(let payload): payload
        case .policyModeChanged(let payload): payload
        case .emergencyStopChanged(let payload): payload
        case .approvalGrantChanged(let payload): payload
        case .problemMuted(let payload): payload
        case .configReloaded(let payload): payload
        case .configRejected(let payload): payload
        case .mcpState(let payload): payload
        case .mcpToolsChanged(let payload): payload
        case .mcpStderr(let payload): payload
        case .memoryRecalled(let payload): payload
        case .log(let payload): payload
        case .unknown: nil
        }
    }

    /// The same kind with `transform` applied to all text from outside.
    public func mappingText(_ transform: (String) -> String) -> EventKind {
        func mapped<Payload: EventPayload>(_ payload: Payload) -> Payload {
            var copy = payload
            copy.mapText(transform)
            return copy
        }
        switch self {
        case .engineStarted(let payload): return .engineStarted(mapped(payload))
        case .engineStopping(let payload): return .engineStopping(mapped(payload))
        case .serviceHealth(let payload): return .serviceHealth(mapped(payload))
        case .chatReceived(let payload): return .chatReceived(mapped(payload))
        case .chatRejected(let payload): return .chatRejected(mapped(payload))
        case .turnStarted(let payload): return .turnStarted(mapped(payload))
        case .turnDelta(let payload): return .turnDelta(mapped(payload))
        case .turnFinished(let payload): return .turnFinished(mapped(payload))
        case .turnFailed(let payload): return .turnFailed(mapped(payload))
        case .providerStarted(let payload): return .providerStarted(mapped(payload))
        case .providerCalled(let payload): return .providerCalled(mapped(payload))
        case .providerFailedOver(let payload): return .providerFailedOver(mapped(payload))
        case .providerCooldown(let payload): return .providerCooldown(mapped(payload))
        case .toolStarted(let payload): return .toolStarted(mapped(payload))
        case .toolProgressed(let payload): return .toolProgressed(mapped(payload))
        case .toolFinished(let payload): return .toolFinished(mapped(payload))
        case .toolSandbox(let payload): return .toolSandbox(mapped(payload))
        case .outboundQueued(let payload): return .outboundQueued(mapped(payload))
        case .outboundAttemptFailed(let payload): return .outboundAttemptFailed(mapped(payload))
        case .outboundSent(let payload): return .outboundSent(mapped(payload))
        case .outboundDead(let payload): return .outboundDead(mapped(payload))
        case .outboundDropped(let payload): return .outboundDropped(mapped(payload))
        case .approvalRequested(let payload): return .approvalRequested(mapped(payload))
        case .approvalDecided(let payload): return .approvalDecided(mapped(payload))
        case .approvalExpired(let payload): return .approvalExpired(mapped(payload))
        case .questionAsked(let payload): return .questionAsked(mapped(payload))
        case .questionAnswered(let payload): return .questionAnswered(mapped(payload))
        case .questionExpired(let payload): return .questionExpired(mapped(payload))
        case .policyWarning(let payload): return .policyWarning(mapped(payload))
        case .policyModeChanged(let payload): return .policyModeChanged(mapped(payload))
        case .emergencyStopChanged(let payload): return .emergencyStopChanged(mapped(payload))
        case .approvalGrantChanged(let payload): return .approvalGrantChanged(mapped(payload))
        case .problemMuted(let payload): return .problemMuted(mapped(payload))
        case .configReloaded(let payload): return .configReloaded(mapped(payload))
        case .configRejected(let payload): return .configRejected(mapped(payload))
        case .mcpState(let payload): return .mcpState(mapped(payload))
        case .mcpToolsChanged(let payload): return .mcpToolsChanged(mapped(payload))
        case .mcpStderr(let payload): return .mcpStderr(mapped(payload))
        case .memoryRecalled(let payload): return .memoryRecalled(mapped(payload))
        case .log(let payload): return .log(mapped(payload))
        case .unknown: return self
        }
    }
}
