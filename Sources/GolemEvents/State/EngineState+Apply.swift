// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension EngineState {
    /// Folds the next event into the state.
    ///
    /// The caller applies events in order and without gaps; an event at or before `seq` is ignored, so that a
    /// snapshot and an overlapping batch can be combined.
    public mutating func apply(_ event: Event) {
        guard event.seq > seq else { return }
        seq = event.seq
        time = event.time
        applyKind(event)
        if event.kind.isRoutine { return }
        recent.append(event)
    }

    private mutating func applyKind(_ event: Event) {
        switch event.kind {
        case .engineStarted(let started):
            engine = started
            stopping = nil
        case .engineStopping(let reason): stopping = reason.reason
        case .serviceHealth(let change):
            if services[change.service]?.health != change.health {
                services[change.service] = ServiceState(health: change.health, since: event.time)
                services.limit(to: Self.serviceLimit) { ($0.value.since, $0.key) < ($1.value.since, $1.key) }
            }
        case .policyWarning(let warning):
            policyWarnings[warning.code] = warning.isActive ? warning.message : nil
            policyWarnings.limit(to: Self.warningLimit) { $0.key < $1.key }
        case .chatReceived, .chatRejected, .turnStarted, .turnDelta, .turnFinished, .turnFailed:
            applyChat(event)
        case .providerStarted, .providerCalled, .providerFailedOver, .providerCooldown:
            applyProvider(event)
        case .toolStarted, .toolFinished, .approvalRequested, .approvalDecided, .approvalExpired:
            applyTool(event)
            applyPolicy(event)
        case .toolProgressed(let progressed): apply(progressed, event)
        case .questionAsked, .questionAnswered, .questionExpired: applyQuestion(event)
        case .toolSandbox(let report): sandbox = report
        case .policyModeChanged, .emergencyStopChanged, .approvalGrantChanged: applyPolicy(event)
        case .mcpState, .mcpToolsChanged, .mcpStderr: applyMCP(event)
        case .outboundQueued, .outboundAttemptFailed, .outboundSent, .outboundDead, .outboundDropped:
            applyOutbound(event)
        case .problemMuted(let change): apply(change, event)
        case .configReloaded, .configRejected, .memoryRecalled, .log, .unknown: break
        }
    }

    private mutating func apply(_ change: ProblemMuted, _ event: Event) {
        mutes = mutes.filter { $0.value.until > event.time }
        mutes[change.subject] = change.until.map { until in
            Mute(
                until: until, reason: bounded(change.reason, 300), by: change.by,
                severity: Problem.Severity(rawValue: change.severity) ?? .critical)
        }
        mutes.limit(to: Self.muteLimit) { ($0.value.until, $0.key) < ($1.value.until, $1.key) }
    }

    /// Changes the chat of `session`, if it is known.
    mutating func withChat(_ session: String?, at time: Timestamp, _ change: (inout ChatState) -> Void) {
        guard let session, chats[session] != nil else { return }
        chats[session]?.lastActivity = time
        change(&chats[session, default: ChatState(channel: "", chatID: "", sender: "", at: time)])
    }

    /// Changes the trace of the event's request, which begins when it is new.
    mutating func withTrace(_ event: Event, _ change: (inout TraceState) -> Void) {
        guard let id = event.requestID else { return }
        if traces[id] == nil {
            traces[id] = TraceState(requestID: id, session: event.session, started: event.time)
            traceOrder.append(id)
            if traceOrder.count > Self.traceLimit { traces[traceOrder.removeFirst()] = nil }
        }
        change(&traces[id, default: TraceState(requestID: id, session: event.session, started: event.time)])
    }

    /// Forgets the chats that were quiet longest, when there are too many; never `session`, which was just added.
    ///
    /// Some at a time, so that many new chats do not each cost a look at all others.
    mutating func evictChats(except session: String) {
        guard chats.count > Self.chatLimit + Self.chatSlack else { return }
        let ages = chats.compactMap { key, chat in
            key == session ? nil : (isBusy: chat.queueDepth > 0, time: chat.lastActivity, key: key)
        }
        let order = ages.sorted {
            $0.isBusy == $1.isBusy ? ($0.time, $0.key) < ($1.time, $1.key) : $1.isBusy
        }
        for chat in order.prefix(chats.count - Self.chatLimit) { chats[chat.key] = nil }
    }
}
