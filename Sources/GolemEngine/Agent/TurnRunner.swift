// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Answers one message: context, model, tools, model, … until there is an answer or a limit is reached.
struct TurnRunner: Sendable {
    let parts: AgentParts
    let stored: StoredMessage
    /// What came before, fit for the model: whole turns, paired, within the budget.
    let history: [ConversationTurn]
    let progress: TurnProgress
    let control: TurnControl
    let feed: TurnFeed?
    let deltas: DeltaBuffer

    /// Runs the turn; cancelling the task ends it with what there is.
    func run() async -> TurnEnd {
        let (system, recalled) = await parts.context.system(for: stored.message)
        if let recalled { publish(.memoryRecalled(recalled)) }
        return await loop(system: system, asked: .user(stored.message.text))
    }

    private func loop(system: [String], asked: ModelMessage) async -> TurnEnd {
        var guardrail = TurnGuard(limits: parts.limits)
        var messages: [ModelMessage] = []
        var candidate = ""
        var callIDs = progress.startedCalls
        let resumed = resumedMessages()
        messages += resumed.messages
        // How many of the messages the store has.
        var noted = messages.count
        if let calls = resumed.openCalls {
            let outcome = await runTools(calls, toolPhase(interrupted: progress.startedCalls))
            messages += outcome.messages
            if await noteResults(messages[noted...], calls, outcome.results) { noted = messages.count }
        }
        func end(_ text: String, _ reason: String, error: (code: String, message: String)? = nil) -> TurnEnd {
            TurnEnd(
                text: text, stopReason: reason, error: error, messages: HistoryPairing.repaired(messages).messages,
                steps: guardrail.steps, usage: guardrail.usage)
        }
        func stop(_ stop: TurnGuard.Stop) -> TurnEnd {
            let text = candidate.isEmpty ? stop.notice : "\(candidate)\n\n(\(stop.notice))"
            messages.append(.assistant(text: text, toolCalls: []))
            return end(text, stop.reason)
        }
        while true {
            if let cancelled = cancelledEnd(messages, guardrail) { return cancelled }
            if let limit = guardrail.beginStep() { return stop(limit) }
            let response: ModelResponse
            do {
                response = try await ask(system, [asked] + messages, step: guardrail.steps)
            } catch {
                if let cancelled = cancelledEnd(messages, guardrail) { return cancelled }
                return failure(error, end)
            }
            guard await stored.isCommitted.wait() ?? true else { return end("", Agent.notStored) }
            guardrail.count(response.usage)
            if !response.text.isEmpty { candidate = response.text }
            guard !response.toolCalls.isEmpty else {
                messages.append(.assistant(text: response.text, toolCalls: []))
                let note = response.stopReason == "length" ? "\n\n(The answer was cut at the model's limit.)" : ""
                return end(response.text + note, "answered")
            }
            let calls = distinctCalls(response.toolCalls, &callIDs)
            if let limit = guardrail.check(calls) { return stop(limit) }
            let asking = ModelMessage.assistant(text: response.text, toolCalls: calls)
            messages.append(asking)
            var phase = toolPhase(interrupted: [])
            phase.noted = phase.startingAtOnce(calls)
            switch await note(messages[noted...], calls, starting: phase.noted) {
            case .stored: noted = messages.count
            case .notNeeded: break
            case .failed: return failure(Self.storeFailed, end)
            }
            let outcome = await runTools(calls, phase)
            messages += outcome.messages
            if await noteResults(messages[noted...], calls, outcome.results) { noted = messages.count }
            // Before the failures are counted: calls that were ended with their turn did not fail.
            if let cancelled = cancelledEnd(messages, guardrail) { return cancelled }
            if let limit = guardrail.count(outcome.results) { return stop(limit) }
        }
    }

    private enum Noted {
        case stored
        case notNeeded
        case failed
    }

    /// Stores what the turn did so far, when `calls` have side effects: before they run, so that none of them runs
    /// twice, and after, so that a resumed turn knows their results.
    ///
    /// Calls without side effects may run again.
    private func note(
        _ messages: ArraySlice<ModelMessage>, _ calls: [ModelToolCall], starting: Set<String> = []
    ) async -> Noted {
        guard calls.contains(where: { parts.tools.tool(named: $0.name)?.hasSideEffects ?? false }) else {
            return .notNeeded
        }
        do {
            try await parts.store.noteProgress(
                turn: stored.id, messages: Array(messages), startedCalls: Array(starting))
            return .stored
        } catch {
            return .failed
        }
    }

    /// Stores the results of calls with side effects; true when they are stored.
    ///
    /// Best effort: without it a resumed turn only knows that the calls were started. The results of a turn that is
    /// being ended are none: the next process asks again for what did not run.
    private func noteResults(
        _ messages: ArraySlice<ModelMessage>, _ calls: [ModelToolCall], _ results: [ToolResult]
    ) async -> Bool {
        guard control.reason == nil, !Task.isCancelled, !results.contains(where: { $0.outcome == .cancelled }) else {
            return false
        }
        return await note(messages, calls) == .stored
    }

    private func toolPhase(interrupted: Set<String>) -> ToolPhase {
        ToolPhase(parts: parts, stored: stored, interrupted: interrupted, control: control, feed: feed)
    }

    private func runTools(
        _ calls: [ModelToolCall], _ phase: ToolPhase
    ) async -> (messages: [ModelMessage], results: [ToolResult]) {
        let results = await phase.run(calls)
        return (zip(calls, results).map { phase.message(for: $0, $1) }, results)
    }

    private func ask(
        _ system: [String], _ messages: [ModelMessage], step: Int
    ) async throws(ProviderError) -> ModelResponse {
        let request = ModelRequest(
            model: "", system: system, history: history, messages: messages,
            tools: parts.tools.snapshot.definitions,
            maxTokens: parts.limits.outputTokens, temperature: parts.limits.temperature,
            requestID: stored.message.requestID)
        let reporter = ModelCallReporter(
            bus: parts.bus, requestID: stored.message.requestID, session: stored.message.session, step: step)
        let sink = DeltaSink(deltas: deltas, feed: feed, redactor: parts.redactor)
        defer { sink.finish() }
        return try await parts.models.respond(to: request, observer: reporter) { sink.add($0) }
    }

    /// What an earlier process did for this turn: whole rounds, and the calls that still lack a result.
    private func resumedMessages() -> (messages: [ModelMessage], openCalls: [ModelToolCall]?) {
        guard case .assistant(_, let calls) = progress.messages.last, !calls.isEmpty else {
            return (HistoryPairing.repaired(progress.messages).messages, nil)
        }
        let rounds = HistoryPairing.repaired(Array(progress.messages.dropLast())).messages
        return (rounds + progress.messages.suffix(1), calls)
    }

    /// The calls with ids made unique in the turn: some models reuse or omit them, and results are matched by id.
    private func distinctCalls(_ calls: [ModelToolCall], _ seen: inout Set<String>) -> [ModelToolCall] {
        calls.enumerated().map { index, call in
            var call = call
            if call.id.isEmpty || !seen.insert(call.id).inserted {
                call.id = "call_\(stored.id)_\(index)_\(parts.randomCode())"
                seen.insert(call.id)
            }
            return call
        }
    }

    private func cancelledEnd(_ messages: [ModelMessage], _ guardrail: TurnGuard) -> TurnEnd? {
        guard Task.isCancelled || control.reason != nil else { return nil }
        let (text, reason, code): (String, String, String) =
            switch control.reason {
            case .wallTime:
                (
                    "I stopped because the answer took longer than \(parts.limits.wallTime).", "max_wall_time",
                    "max_wall_time"
                )
            case .cancelled(let by): ("The answer was stopped by \(by).", "cancelled", "cancelled")
            case .shutdown, nil: ("", "shutdown", "shutdown")
            }
        var messages = HistoryPairing.repaired(messages).messages
        messages.append(.assistant(text: text, toolCalls: []))
        return TurnEnd(
            text: text, stopReason: reason, error: (code, text), messages: messages, steps: guardrail.steps,
            usage: guardrail.usage)
    }

    private static let storeFailed = ProviderError(
        code: "store_error", message: "the turn's progress could not be stored", isRetryable: true)

    private func failure(
        _ error: ProviderError, _ end: (String, String, (code: String, message: String)?) -> TurnEnd
    ) -> TurnEnd {
        if error.code == "no_provider" { return end(error.message, "no_provider", nil) }
        let code = error.code == "store_error" ? error.code : "provider_error"
        // The chat gets no provider details: they name accounts and endpoints.
        let text = "I could not get an answer from the model (request \(stored.message.requestID)). Please try again."
        return end(text, "failed", (code, "\(error.code): \(error.message)"))
    }

    private func publish(_ kind: EventKind) {
        parts.bus.publish(kind, requestID: stored.message.requestID, session: stored.message.session)
    }
}
