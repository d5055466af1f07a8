// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// Events of all kinds in a random, often impossible order: what a state must survive.
package struct RandomEvents: Sendable {
    /// How many different sessions, tools and so on there are.
    package var variety: Int
    private var random: SeededGenerator
    private var seq: UInt64 = 0
    private var time = Timestamp(seconds: 1_771_125_129)

    /// Makes a source; the same seed gives the same events.
    package init(seed: UInt64, variety: Int = 6) {
        random = SeededGenerator(seed: seed)
        self.variety = variety
    }

    /// The next `count` events.
    package mutating func next(_ count: Int) -> [Event] {
        var events: [Event] = []
        for _ in 0..<count { events.append(next()) }
        return events
    }

    /// The next event; its time sometimes goes backwards.
    package mutating func next() -> Event {
        seq += 1
        time = time.adding(microseconds: Int64.random(in: -2_000_000...20_000_000, using: &random))
        let kind = chance(60) ? chatKind() : chance(70) ? workKind() : otherKind()
        return Event(
            seq: seq, time: time, requestID: chance(90) ? "r\(number(variety * 20))" : nil,
            session: chance(90) ? session() : nil, kind: kind)
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func number(_ limit: Int) -> Int { Int.random(in: 0..<max(1, limit), using: &random) }

    private mutating func session() -> String { "ch\(number(3)):\(number(variety * 4))" }

    private mutating func text() -> String {
        let pieces = ["", "hello", "测绘", "\"quoted\\\n", "🗺️", String(repeating: "long ", count: 450), "e\u{301}"]
        return pieces[number(pieces.count)]
    }

    private mutating func duration() -> Int64 { Int64.random(in: -5...600_000_000, using: &random) }

    private mutating func chatKind() -> EventKind {
        let channel = "ch\(number(3))"
        let chat = "\(number(variety * 4))"
        switch number(6) {
        case 0:
            return .chatReceived(
                ChatReceived(
                    channel: channel, chatID: chat, sender: text(), text: text(), length: number(9),
                    queueDepth: number(4)))
        case 1:
            return .chatRejected(
                ChatRejected(
                    channel: channel, chatID: chat, sender: text(), code: chance(70) ? "not_allowed" : "duplicate",
                    reason: text()))
        case 2:
            return .turnStarted(
                TurnStarted(
                    channel: channel, chatID: chat, sender: text(), stepLimit: 20, queuedMicroseconds: duration(),
                    isResumed: chance(10)))
        case 3: return .turnDelta(TurnDelta(text: text(), isThinking: chance(30)))
        case 4:
            return .turnFinished(
                TurnFinished(
                    text: text(), stopReason: chance(80) ? "answered" : "max_tokens", steps: number(20),
                    tokensIn: number(9_000), tokensOut: number(900), durationMicroseconds: duration()))
        default:
            return .turnFailed(
                TurnFailed(
                    code: chance(30) ? "cancelled" : "provider_error", message: text(),
                    durationMicroseconds: duration()))
        }
    }

    private mutating func workKind() -> EventKind {
        let model = "m\(number(variety * 2))"
        let tool = "t\(number(variety * 8))"
        let call = "c\(number(variety * 9))"
        let channel = "ch\(number(variety * 2))"
        let id = Int64(number(variety * 50))
        switch number(17) {
        case 12:
            return .toolProgressed(
                ToolProgressed(
                    callID: call, tool: tool,
                    progress: ToolProgress(done: Double(number(9)), total: chance(50) ? 9 : nil, message: text())))
        case 13, 14:
            return .questionAsked(
                QuestionAsked(
                    id: id, server: "s\(number(variety * 20))", message: text(),
                    fields: chance(70)
                        ? [QuestionField(name: "a", about: text(), kind: .text(format: nil, minimum: 1, maximum: nil))]
                        : [], url: chance(30) ? "https://h.example/\(number(9))" : nil, tool: chance(50) ? tool : nil,
                    callID: call, askedAt: time, expiresAt: time.adding(seconds: 600)))
        case 15:
            let closing = QuestionClosed(
                id: id, server: "s1", outcome: chance(50) ? "accepted" : "withdrawn", by: "ops1", note: text())
            return chance(70) ? .questionAnswered(closing) : .questionExpired(closing)
        case 0: return .providerStarted(ProviderStarted(provider: "p", model: model, step: number(5), attempt: 1))
        case 1:
            return .providerCalled(
                ProviderCalled(
                    provider: "p", model: model, step: number(5), attempt: 1, tokensIn: number(999),
                    tokensOut: number(99), firstTokenMicroseconds: chance(50) ? duration() : nil,
                    durationMicroseconds: duration(), stopReason: "stop", error: chance(20) ? text() : nil))
        case 2: return .providerFailedOver(ProviderFailedOver(from: model, to: "m0", reason: text()))
        case 3:
            return .providerCooldown(
                ProviderCooldown(model: model, until: chance(50) ? time.adding(seconds: 60) : nil, reason: text()))
        case 4: return .toolStarted(ToolStarted(callID: call, tool: tool, arguments: text()))
        case 5:
            let outcomes: [ToolOutcome] = [.ok, .error, .timeout, .denied, .cancelled]
            return .toolFinished(
                ToolFinished(
                    callID: call, tool: tool, outcome: outcomes[number(5)], durationMicroseconds: duration(),
                    result: text()))
        case 6:
            return .outboundQueued(
                OutboundQueued(
                    messageID: id, channel: channel, chatID: "1", bytes: number(99), isRetry: chance(20) ? true : nil))
        case 7:
            return .outboundAttemptFailed(
                OutboundAttemptFailed(
                    messageID: id, channel: channel, chatID: "1", attempt: number(4), maxAttempts: 3, error: text(),
                    retryAt: time))
        case 8:
            return .outboundSent(
                OutboundSent(
                    messageID: id, channel: channel, chatID: "1", platformID: "x", attempt: 1,
                    durationMicroseconds: duration()))
        case 9:
            return .outboundDead(
                OutboundDead(
                    messageID: id, channel: channel, chatID: "1", attempts: 3, error: text(),
                    since: chance(20) ? time : nil))
        case 10:
            return .outboundDropped(OutboundDropped(messageID: id, channel: channel, chatID: "1", by: "ops1"))
        case 11:
            return .approvalRequested(
                ApprovalRequested(
                    id: id, callID: call, tool: tool, arguments: text(), reason: text(),
                    expiresAt: time.adding(seconds: 900)))
        default:
            let decided = ApprovalDecided(id: id, tool: tool, decision: "approved", by: "ops1", note: text())
            return chance(70) ? .approvalDecided(decided) : .approvalExpired(decided)
        }
    }

    private mutating func otherKind() -> EventKind {
        switch number(20) {
        case 13...15: return mcpState()
        case 16, 17: return mcpTools()
        case 18:
            return .mcpStderr(
                MCPStderr(
                    server: "s\(number(variety * 20))", lines: (0..<number(30)).map { _ in text() }, dropped: number(3))
            )
        case 0:
            return .engineStarted(
                EngineStarted(
                    version: "0.1.0", pid: 7, host: "h", model: "m", workspace: "/w", gateway: nil,
                    policyMode: "strict", isDemo: false, startedAt: time))
        case 1: return .engineStopping(EngineStopping(reason: text()))
        case 2:
            let healths: [ServiceHealth] = [
                .starting, .healthy, .degraded(reason: text()), .down(reason: text(), retryAt: chance(50) ? time : nil),
                .disabled(by: "ops1", until: nil),
            ]
            return .serviceHealth(
                ServiceHealthChanged(service: "s\(number(variety * 8))", health: healths[number(healths.count)]))
        case 3:
            return .policyWarning(
                PolicyWarning(code: "w\(number(variety * 8))", message: text(), isActive: chance(80)))
        case 4: return .configReloaded(ConfigChange(path: "/c", details: [text(), text()]))
        case 5: return .configRejected(ConfigChange(path: "/c", details: [text()]))
        case 6: return .memoryRecalled(MemoryRecalled(longTerm: 1, diaryRecent: 2, diaryKeyword: number(4)))
        case 7: return .log(LogRecorded(level: .warn, message: text(), fields: [LogField("k", text())]))
        case 8:
            return .policyModeChanged(
                PolicyModeChanged(
                    mode: chance(50) ? "off" : "strict", previous: "strict", offUntil: chance(50) ? time : nil,
                    requireApproval: ["exec"], by: "ops1", via: "cli", at: time))
        case 9:
            return .emergencyStopChanged(
                EmergencyStopChanged(isOn: chance(50), by: "ops1", reason: text(), at: time))
        case 19:
            return .toolSandbox(
                ToolSandboxReported(tool: "exec", summary: text(), problem: chance(50) ? text() : nil))
        case 10:
            return .approvalGrantChanged(
                ApprovalGrantChanged(
                    id: Int64(number(variety * 8)), session: "web:1", tool: "exec", until: chance(50) ? time : nil,
                    by: "ops1", isActive: chance(70)))
        case 11:
            return .problemMuted(
                ProblemMuted(
                    subject: "service s\(number(variety * 8))", until: chance(80) ? time.adding(seconds: 600) : nil,
                    severity: number(3), reason: text(), by: "ops1"))
        default: return .unknown(name: "later.kind\(number(4))")
        }
    }

    private mutating func mcpState() -> EventKind {
        let healths: [ServiceHealth] = [
            .starting, .healthy, .degraded(reason: text()), .down(reason: text(), retryAt: chance(50) ? time : nil),
            .disabled(by: "ops1", until: chance(20) ? time : nil),
        ]
        var change = MCPStateChanged(
            server: "s\(number(variety * 20))", transport: "stdio", health: healths[number(healths.count)],
            isRoutine: chance(50))
        change.version = text()
        change.pid = chance(50) ? Int32(number(9_999)) : nil
        change.memoryBytes = chance(50) ? Int64(number(1 << 30)) : nil
        change.provenAt = chance(70) ? time : nil
        change.restarts = number(9)
        return .mcpState(change)
    }

    private mutating func mcpTools() -> EventKind {
        var tools: [MCPToolsChanged.Tool] = []
        for _ in 0..<number(chance(5) ? 400 : 6) {
            tools.append(
                MCPToolsChanged.Tool(
                    name: text(), modelName: "t\(number(variety * 8))", summary: text(), isReadOnly: chance(50),
                    isHidden: chance(20), refusal: chance(20) ? text() : nil))
        }
        return .mcpToolsChanged(
            MCPToolsChanged(server: "s\(number(variety * 20))", tools: tools, reason: text()))
    }
}
