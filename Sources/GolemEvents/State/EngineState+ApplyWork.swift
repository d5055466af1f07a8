// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension EngineState {
    mutating func applyProvider(_ event: Event) {
        switch event.kind {
        case .providerStarted(let started):
            models["\(started.provider)/\(started.model)", default: ModelState()].running += 1
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
            models[change.model, default: ModelState()].coolDownUntil = change.until
            models[change.model]?.coolDownReason = change.reason
        default: break
        }
    }

    private mutating func apply(_ called: ProviderCalled, _ event: Event) {
        let isError = called.error != nil
        let tokens = called.tokensIn + called.tokensOut
        modelCalls.record(called.durationMicroseconds, at: event.time, isError: isError, amount: tokens)
        change(&models["\(called.provider)/\(called.model)", default: ModelState()]) { model in
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
        if tools[started.tool] == nil, tools.count >= Self.toolLimit { return }
        tools[started.tool, default: ToolState()].running += 1
        withChat(event.session, at: event.time) { chat in
            chat.phase = .tool
            chat.since = event.time
            chat.runningTools[started.callID] = ChatState.RunningTool(tool: started.tool, since: event.time)
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
        if tools[finished.tool] != nil || tools.count < Self.toolLimit {
            tools[finished.tool, default: ToolState()].finished(finished, at: event.time, requestID: event.requestID)
        }
        let isError = finished.outcome != .ok
        if finished.outcome != .denied, finished.outcome != .cancelled {
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
            outbound[queued.channel, default: OutboundState()].queued += 1
        case .outboundAttemptFailed(let failed):
            change(&outbound[failed.channel, default: OutboundState()]) { state in
                state.attempts += 1
                state.failures += 1
                state.lastError = bounded(failed.error, 300)
            }
            deliveries.record(0, at: event.time, isError: true)
            traceSend(
                event, "\(failed.channel) attempt \(failed.attempt) failed", detail: failed.error, duration: 0,
                isError: true)
        case .outboundSent(let sent):
            change(&outbound[sent.channel, default: OutboundState()]) { state in
                state.queued = max(0, state.queued - 1)
                state.attempts += 1
                state.sent += 1
            }
            deliveries.record(sent.durationMicroseconds, at: event.time)
            traceSend(
                event, "\(sent.channel) accepted", detail: "id \(sent.platformID)",
                duration: sent.durationMicroseconds, isError: false)
        case .outboundDead(let dead):
            change(&outbound[dead.channel, default: OutboundState()]) { state in
                state.queued = max(0, state.queued - 1)
                state.dead += 1
                state.lastError = bounded(dead.error, 300)
            }
            traceSend(event, "\(dead.channel) given up", detail: dead.error, duration: 0, isError: true)
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
}

/// Changes a value in place, so that a dictionary entry is looked up once.
private func change<Value>(_ value: inout Value, _ body: (inout Value) -> Void) { body(&value) }
