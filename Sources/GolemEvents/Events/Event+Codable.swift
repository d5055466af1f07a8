// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension Event: Codable {
    enum CodingKeys: String, CodingKey {
        case seq
        case time
        case requestID = "request_id"
        case session
        case kind
        case data
    }

    /// Decodes an event; a kind that this build does not know becomes `.unknown`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        seq = try container.decode(UInt64.self, forKey: .seq)
        time = try container.decode(Timestamp.self, forKey: .time)
        requestID = try container.decodeIfPresent(String.self, forKey: .requestID)
        session = try container.decodeIfPresent(String.self, forKey: .session)
        let name = try container.decode(String.self, forKey: .kind)
        func data<Payload: EventPayload>(_ type: Payload.Type) throws -> Payload {
            try container.decode(Payload.self, forKey: .data)
        }
        switch name {
        case "engine.started": kind = .engineStarted(try data(EngineStarted.self))
        case "engine.stopping": kind = .engineStopping(try data(EngineStopping.self))
        case "service.health": kind = .serviceHealth(try data(ServiceHealthChanged.self))
        case "chat.received": kind = .chatReceived(try data(ChatReceived.self))
        case "chat.rejected": kind = .chatRejected(try data(ChatRejected.self))
        case "turn.started": kind = .turnStarted(try data(TurnStarted.self))
        case "turn.delta": kind = .turnDelta(try data(TurnDelta.self))
        case "turn.finished": kind = .turnFinished(try data(TurnFinished.self))
        case "turn.failed": kind = .turnFailed(try data(TurnFailed.self))
        case "provider.started": kind = .providerStarted(try data(ProviderStarted.self))
        case "provider.called": kind = .providerCalled(try data(ProviderCalled.self))
        case "provider.failed_over": kind = .providerFailedOver(try data(ProviderFailedOver.self))
        case "provider.cooldown": kind = .providerCooldown(try data(ProviderCooldown.self))
        case "tool.started": kind = .toolStarted(try data(ToolStarted.self))
        case "tool.progress": kind = .toolProgressed(try data(ToolProgressed.self))
        case "tool.finished": kind = .toolFinished(try data(ToolFinished.self))
        case "tool.sandbox": kind = .toolSandbox(try data(ToolSandboxReported.self))
        case "outbound.queued": kind = .outboundQueued(try data(OutboundQueued.self))
        case "outbound.attempt_failed": kind = .outboundAttemptFailed(try data(OutboundAttemptFailed.self))
        case "outbound.sent": kind = .outboundSent(try data(OutboundSent.self))
        case "outbound.dead": kind = .outboundDead(try data(OutboundDead.self))
        case "outbound.dropped": kind = .outboundDropped(try data(OutboundDropped.self))
        case "problem.muted": kind = .problemMuted(try data(ProblemMuted.self))
        case "approval.requested": kind = .approvalRequested(try data(ApprovalRequested.self))
        case "approval.decided": kind = .approvalDecided(try data(ApprovalDecided.self))
        case "approval.expired": kind = .approvalExpired(try data(ApprovalDecided.self))
        case "question.asked": kind = .questionAsked(try data(QuestionAsked.self))
        case "question.answered": kind = .questionAnswered(try data(QuestionClosed.self))
        case "question.expired": kind = .questionExpired(try data(QuestionClosed.self))
        case "policy.warning": kind = .policyWarning(try data(PolicyWarning.self))
        case "policy.mode_changed": kind = .policyModeChanged(try data(PolicyModeChanged.self))
        case "policy.estop_changed": kind = .emergencyStopChanged(try data(EmergencyStopChanged.self))
        case "approval.grant_changed": kind = .approvalGrantChanged(try data(ApprovalGrantChanged.self))
        case "config.reloaded": kind = .configReloaded(try data(ConfigChange.self))
        case "config.rejected": kind = .configRejected(try data(ConfigChange.self))
        case "mcp.state": kind = .mcpState(try data(MCPStateChanged.self))
        case "mcp.tools_changed": kind = .mcpToolsChanged(try data(MCPToolsChanged.self))
        case "mcp.stderr": kind = .mcpStderr(try data(MCPStderr.self))
        case "memory.recalled": kind = .memoryRecalled(try data(MemoryRecalled.self))
        case "log": kind = .log(try data(LogRecorded.self))
        default: kind = .unknown(name: name)
        }
    }

    /// Encodes the event as one flat object with the payload under `data`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(seq, forKey: .seq)
        try container.encode(time, forKey: .time)
        try container.encodeIfPresent(requestID, forKey: .requestID)
        try container.encodeIfPresent(session, forKey: .session)
        try container.encode(kind.name, forKey: .kind)
        if let payload = kind.payload { try container.encode(payload, forKey: .data) }
    }
}
