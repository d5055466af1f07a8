// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension EngineState {
    mutating func applyProvider(_ event: Event) {
        switch event.kind {
        case .providerStarted(let started):
            withModel("\(started.provider)/\(started.model)") { $0.running += 1 }
            withChat(event.session, at: event.time) { chat in
                chat.phase = .thinking
                chat.since = event.time
                chat.step = started.step
                chat.model = started.model
                chat.liveText = ""
            }
            withTrace(event) { trace in
                trace.append(
                    TraceStep(
                        start: event.time, durationMicroseconds: nil, kind: .model, title: started.model,
                        reference: "\(started.step).\(started.attempt).\(started.model)"))
            }
        case .providerCalled(let called): apply(called, event)
        case .providerFailedOver(let change):
            withTrace(event) { trace in
                trace.append(
                    TraceStep(
                        start: event.time, durationMicroseconds: 0, kind: .note,
                        title: "fail-over to \(change.to)", detail: bounded(change.reason, 300), isError: true))
            }
        case .providerCooldown(let change):
            withModel(change.model) { model in
                model.coolDownUntil = change.until
                model.coolDownReason = bounded(change.reason, 300)
            }
        default: break
        }
    }

    private mutating func apply(_ called: ProviderCalled, _ event: Event) {
        let isError = called.error != nil
        let tokens = called.tokensIn + called.tokensOut
        modelCalls.record(called.durationMicroseconds, at: event.time, isError: isError, amount: tokens)
        withModel("\(called.provider)/\(called.model)") { model in
            model.running = max(0, model.running - 1)
            model.calls += 1
            model.errors += isError ? 1 : 0
            model.tokens += UInt64(max(0, tokens))
            if let first = called.firstTokenMicroseconds { model.firstToken.record(first) }
            if let error = called.error { model.lastError = bounded(error, 300) }
        }
        withTrace(event) { trace in
            trace.modelMicroseconds += called.durationMicroseconds
            trace.tokensIn += called.tokensIn
            trace.tokensOut += called.tokensOut
            let reference = "\(called.step).\(called.attempt).\(called.model)"
            trace.finishStep(.model, reference: reference, durationMicroseconds: called.durationMicroseconds) { step in
                step.title = "\(called.model) \(called.tokensIn)>\(called.tokensOut) \(called.stopReason)"
                step.detail = bounded(called.error ?? "", 300)
                step.isError = isError
            }
        }
        withChat(event.session, at: event.time) { $0.turnTokens += tokens }
    }

    mutating func applyTool(_ event: Event) {
        switch event.kind {
        case .toolStarted(let started): apply(started, event)
        case .toolFinished(let finished): apply(finished, event)
        case .approvalRequested(let request):
            approvals[request.id] = ApprovalState(
                request: request, requestID: event.requestID, session: event.session, since: event.time)
            approvals.limit(to: Self.approvalLimit) { $0.key < $1.key }
            withChat(event.session, at: event.time) { chat in
                chat.phase = .waiting(approval: request.id)
                chat.since = event.time
            }
            withTrace(event) { trace in
                trace.append(
                    TraceStep(
                        start: event.time, durationMicroseconds: nil, kind: .gate,
                        title: "\(request.tool) waits for approval \(request.id)",
                        detail: bounded(request.arguments, 300), reference: "approval \(request.id)"))
            }
        case .approvalDecided(let decision), .approvalExpired(let decision): apply(decision, event)
        default: break
        }
    }

    private mutating func apply(_ decision: ApprovalDecided, _ event: Event) {
        let since = approvals[decision.id]?.since ?? event.time
        approvals[decision.id] = nil
        decidedApprovals.append(DecidedApproval(decision: decision, time: event.time, requestID: event.requestID))
        withChat(event.session, at: event.time) { chat in
            if case .waiting(decision.id) = chat.phase {
                chat.phase = chat.runningTools.isEmpty ? .thinking : .tool
                chat.since = event.time
            }
        }
        withTrace(event) { trace in
            let duration = event.time.since(since)
            trace.finishStep(.gate, reference: "approval \(decision.id)", durationMicroseconds: duration) { step in
                step.title = "\(decision.tool) \(decision.decision) by \(decision.by)"
                step.isError = decision.decision != "approved"
            }
        }
    }

    private mutating func apply(_ started: ToolStarted, _ event: Event) {
        noteMCP(started, event)
        if tools[started.tool] != nil || tools.count < Self.toolLimit {
            tools[started.tool, default: ToolState()].running += 1
        }
        withChat(event.session, at: event.time) { chat in
            chat.phase = .tool
            chat.since = event.time
            chat.runningTools[started.callID] = ChatState.RunningTool(tool: started.tool, since: event.time)
            chat.runningTools.limit(to: Self.runningToolLimit) { ($0.value.since, $0.key) < ($1.value.since, $1.key) }
            chat.transcript.append(
                TranscriptEntry(
                    time: event.time, role: .tool, text: "", name: started.tool,
                    detail: bounded(started.arguments, 500), outcome: "RUN", requestID: event.requestID,
                    reference: started.callID))
        }
        withTrace(event) { trace in
            trace.append(
                TraceStep(
                    start: event.time, durationMicroseconds: nil, kind: .tool, title: "\(started.tool) RUN",
                    detail: bounded(started.arguments, 300), reference: started.callID))
        }
    }

    private mutating func apply(_ finished: ToolFinished, _ event: Event) {
        noteMCP(finished, event)
        // Calls that were refused before they began say nothing about running ones; names that the model made up
        // have no tool.
        let chat = event.session.flatMap { chats[$0] }
        let wasRunning = chat.map { $0.runningTools[finished.callID] != nil } ?? true
        let isRefusal = finished.outcome == .denied && tools.count < Self.toolLimit
        if tools[finished.tool] != nil || isRefusal {
            tools[finished.tool, default: ToolState()].finished(
                finished, wasRunning: wasRunning, at: event.time, requestID: event.requestID)
        }
        let isError = finished.outcome != .ok
        if wasRunning, finished.outcome != .denied, finished.outcome != .cancelled {
            toolCalls.record(
                finished.durationMicroseconds, at: event.time, isError: isError,
                isTimeout: finished.outcome == .timeout)
        }
        withChat(event.session, at: event.time) { chat in
            chat.runningTools[finished.callID] = nil
            chat.transcript.updateLast(where: { $0.reference == finished.callID && $0.role == .tool }) { entry in
                entry.text = bounded(finished.result, 1_000)
                entry.outcome = finished.outcome.rawValue
                entry.durationMicroseconds = finished.durationMicroseconds
            }
            if chat.phase == .tool, chat.runningTools.isEmpty {
                chat.phase = .thinking
                chat.since = event.time
            }
        }
        withTrace(event) { trace in
            trace.toolMicroseconds += finished.durationMicroseconds
            let duration = finished.durationMicroseconds
            trace.finishStep(.tool, reference: finished.callID, durationMicroseconds: duration) { step in
                step.title = "\(finished.tool) \(finished.outcome.rawValue)"
                step.detail = bounded(isError ? finished.result : step.detail, 300)
                step.isError = isError
            }
        }
    }

    mutating func applyOutbound(_ event: Event) {
        switch event.kind {
        case .outboundQueued(let queued):
            withOutbound(queued.channel) { state in
                state.queued += 1
                // Sent again on an operator's wish: it is not given up any more.
                let isKnown = state.givenUp.contains { $0.id == queued.messageID }
                if isKnown || queued.isRetry == true { state.forget(queued.messageID) }
            }
        case .outboundAttemptFailed(let failed):
            withOutbound(failed.channel) { state in
                state.attempts += 1
                state.failures += 1
                state.recent.record(0, at: event.time, isError: true)
                state.lastError = bounded(failed.error, 300)
            }
            deliveries.record(0, at: event.time, isError: true)
            traceSend(
                event, "\(failed.channel) attempt \(failed.attempt) failed", detail: failed.error, duration: 0,
                isError: true)
        case .outboundSent(let sent):
            withOutbound(sent.channel) { state in
                state.queued = max(0, state.queued - 1)
                state.attempts += 1
                state.sent += 1
                state.recent.record(sent.durationMicroseconds, at: event.time)
            }
            deliveries.record(sent.durationMicroseconds, at: event.time)
            traceSend(
                event, "\(sent.channel) accepted", detail: "id \(sent.platformID)",
                duration: sent.durationMicroseconds, isError: false)
        case .outboundDead(let dead):
            withOutbound(dead.channel) { state in
                guard !state.givenUp.contains(where: { $0.id == dead.messageID }) else { return }
                if dead.since == nil {
                    state.queued = max(0, state.queued - 1)
                    state.attempts += 1
                    state.failures += 1
                    state.recent.record(0, at: event.time, isError: true)
                }
                state.dead += 1
                state.givenUp.append(
                    GivenUpMessage(
                        id: dead.messageID, chatID: dead.chatID, attempts: dead.attempts,
                        error: bounded(dead.error, 300), time: dead.since ?? event.time, requestID: event.requestID))
                if state.givenUp.count > OutboundState.givenUpLimit { state.givenUp.removeFirst() }
                state.lastError = bounded(dead.error, 300)
            }
            // What an earlier process gave up is no step of a request that this one knows.
            if dead.since == nil {
                traceSend(event, "\(dead.channel) given up", detail: dead.error, duration: 0, isError: true)
            }
        case .outboundDropped(let dropped):
            withOutbound(dropped.channel) { $0.forget(dropped.messageID) }
            traceSend(event, "\(dropped.channel) dropped by \(dropped.by)", detail: "", duration: 0, isError: true)
        default: break
        }
    }

    private mutating func traceSend(
        _ event: Event, _ title: String, detail: String, duration: Int64, isError: Bool
    ) {
        withTrace(event) { trace in
            trace.sendMicroseconds += duration
            trace.append(
                TraceStep(
                    start: event.time.adding(microseconds: -duration), durationMicroseconds: duration, kind: .send,
                    title: title, detail: bounded(detail, 300), isError: isError))
        }
    }

    private mutating func withModel(_ name: String, _ change: (inout ModelState) -> Void) {
        change(&models[name, default: ModelState()])
        models.limit(to: Self.modelLimit) {
            ($0.value.running, $0.value.calls, $0.key) < ($1.value.running, $1.value.calls, $1.key)
        }
    }

    private mutating func withOutbound(_ channel: String, _ change: (inout OutboundState) -> Void) {
        change(&outbound[channel, default: OutboundState()])
        outbound.limit(to: Self.outboundLimit) {
            ($0.value.queued, $0.value.attempts, $0.key) < ($1.value.queued, $1.value.attempts, $1.key)
        }
    }
}

extension OutboundState {
    /// A message is not given up any more: it is sent again, or dropped.
    mutating func forget(_ messageID: Int64) {
        givenUp.removeAll { $0.id == messageID }
        dead -= min(1, dead)
    }
}
