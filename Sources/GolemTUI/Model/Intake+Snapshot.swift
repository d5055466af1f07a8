// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

extension Intake {
    /// A snapshot with all its text made safe, keys included.
    package static func clean(_ snapshot: Snapshot) -> Snapshot {
        Snapshot(state: clean(snapshot.state), takenAt: snapshot.takenAt)
    }

    /// A transcript line with all its text made safe.
    package static func clean(_ entry: TranscriptEntry) -> TranscriptEntry {
        var copy = entry
        copy.text = body(entry.text)
        copy.detail = body(entry.detail)
        copy.name = line(entry.name)
        copy.outcome = line(entry.outcome)
        copy.requestID = entry.requestID.map(line)
        copy.reference = line(entry.reference)
        return copy
    }

    private static func clean(_ state: EngineState) -> EngineState {
        var copy = state
        copy.engine?.clean()
        copy.stopping = state.stopping.map(line)
        copy.services = keyed(state.services) { ServiceState(health: clean($0.health), since: $0.since) }
        copy.chats = keyed(state.chats, clean)
        copy.tools = keyed(state.tools, clean)
        copy.mcpServers = keyed(state.mcpServers, clean)
        copy.mcpOwners = keyed(state.mcpOwners, line)
        copy.models = keyed(state.models) { model in
            var model = model
            model.coolDownReason = line(model.coolDownReason)
            model.lastError = model.lastError.map(line)
            return model
        }
        copy.outbound = keyed(state.outbound) { channel in
            var channel = channel
            channel.lastError = channel.lastError.map(line)
            channel.givenUp = channel.givenUp.map { message in
                var message = message
                clean(&message.chatID, &message.error)
                message.requestID = message.requestID.map(line)
                return message
            }
            return channel
        }
        copy.approvals = state.approvals.mapValues { approval in
            var request = approval.request
            request.clean()
            return ApprovalState(
                request: request, requestID: approval.requestID.map(line), session: approval.session.map(line),
                since: approval.since)
        }
        copy.decidedApprovals = list(state.decidedApprovals) { decided in
            var decision = decided.decision
            decision.clean()
            return DecidedApproval(decision: decision, time: decided.time, requestID: decided.requestID.map(line))
        }
        copy.questions = state.questions.mapValues { open in
            QuestionState(
                question: clean(open.question), requestID: open.requestID.map(line), session: open.session.map(line))
        }
        copy.closedQuestions = list(state.closedQuestions) { closed in
            ClosedQuestion(closing: clean(closed.closing), time: closed.time, requestID: closed.requestID.map(line))
        }
        copy.traces = keyed(state.traces, clean)
        copy.traceOrder = state.traceOrder.map(line)
        copy.recent = list(state.recent, clean)
        copy.policy.current?.clean()
        if var stop = state.policy.emergencyStop {
            clean(&stop.by, &stop.reason)
            copy.policy.emergencyStop = stop
        }
        copy.policy.grants = state.policy.grants.mapValues { grant in
            var grant = grant
            clean(&grant.session, &grant.tool, &grant.by)
            return grant
        }
        copy.policyWarnings = keyed(state.policyWarnings, line)
        copy.mutes = keyed(state.mutes) { mute in
            var mute = mute
            clean(&mute.reason, &mute.by)
            return mute
        }
        copy.refused = keyed(state.refused) { sender in
            var sender = sender
            clean(&sender.channel, &sender.chatID, &sender.sender)
            sender.reason = line(sender.reason)
            return sender
        }
        return copy
    }

    private static func clean(_ chat: ChatState) -> ChatState {
        var copy = chat
        clean(&copy.channel, &copy.chatID, &copy.sender)
        copy.phase = clean(chat.phase)
        copy.requestID = chat.requestID.map(line)
        copy.model = line(chat.model)
        copy.liveText = body(chat.liveText)
        copy.liveThinking = body(chat.liveThinking)
        copy.runningTools = keyed(chat.runningTools) { running in
            var running = running
            running.tool = line(running.tool)
            if let progress = running.progress { running.progress?.message = line(progress.message) }
            return running
        }
        copy.transcript = list(chat.transcript, clean)
        return copy
    }

    private static func clean(_ phase: ChatPhase) -> ChatPhase {
        switch phase {
        case .failed(let reason): .failed(reason: line(reason))
        case .refused(let reason): .refused(reason: line(reason))
        default: phase
        }
    }

    private static func clean(_ tool: ToolState) -> ToolState {
        var copy = tool
        copy.failures = list(tool.failures) { failure in
            var failure = failure
            failure.reason = line(failure.reason)
            failure.requestID = failure.requestID.map(line)
            return failure
        }
        return copy
    }

    private static func clean(_ trace: TraceState) -> TraceState {
        var copy = trace
        copy.requestID = line(trace.requestID)
        copy.session = trace.session.map(line)
        clean(&copy.sender, &copy.outcome)
        for index in copy.steps.indices {
            copy.steps[index].title = line(copy.steps[index].title)
            copy.steps[index].detail = body(copy.steps[index].detail)
            copy.steps[index].reference = line(copy.steps[index].reference)
        }
        return copy
    }

    /// Cleans keys and values; of two keys that become equal the later one stays.
    private static func keyed<Value>(_ dictionary: [String: Value], _ clean: (Value) -> Value) -> [String: Value] {
        var copy = [String: Value](minimumCapacity: dictionary.count)
        for (key, value) in dictionary { copy[line(key)] = clean(value) }
        return copy
    }

    private static func list<Element>(
        _ list: BoundedList<Element>, _ clean: (Element) -> Element
    ) -> BoundedList<Element> {
        var copy = BoundedList<Element>(capacity: list.capacity)
        for element in list.elements { copy.append(clean(element)) }
        return copy
    }
}
