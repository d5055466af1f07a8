// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Runs the tool calls of one model answer: policy, approval, the call itself, its events.
struct ToolPhase: Sendable {
    let parts: AgentParts
    let stored: StoredMessage
    /// Calls that an earlier process started and whose outcome nobody knows.
    let interrupted: Set<String>
    let control: TurnControl
    let feed: TurnFeed?

    private var context: ToolContext {
        let message = stored.message
        return ToolContext(
            requestID: message.requestID, session: message.session, channel: message.channel, chatID: message.chatID,
            sender: message.sender)
    }

    /// Results in the order of the calls.
    ///
    /// At most `parallelTools` run at the same time.
    func run(_ calls: [ModelToolCall]) async -> [ToolResult] {
        await withTaskGroup(of: (Int, ToolResult).self) { group in
            var results = [ToolResult?](repeating: nil, count: calls.count)
            var next = 0
            func startNext() {
                guard next < calls.count else { return }
                let index = next
                next += 1
                group.addTask { (index, await one(calls[index])) }
            }
            for _ in 0..<min(calls.count, max(1, parts.limits.parallelTools)) { startNext() }
            while let (index, result) = await group.next() {
                results[index] = result
                startNext()
            }
            return results.map { $0 ?? .error("the call was not run") }
        }
    }

    private static let ended = ToolResult(outcome: .cancelled, content: "the turn was ended")

    private func one(_ call: ModelToolCall) async -> ToolResult {
        control.callBegan()
        defer { control.callEnded() }
        // A call that still waited for its turn must not begin after the end.
        guard !Task.isCancelled else { return Self.ended }
        if interrupted.contains(call.id) {
            return .error(
                "a restart interrupted this call; whether it took effect is unknown, and it was not run again")
        }
        guard let tool = parts.tools.tool(named: call.name) else {
            let reason = parts.tools.absence(of: call.name) ?? "there is no tool named \(call.name)"
            return finish(call, .error(reason), started: nil)
        }
        let arguments: JSONValue
        do {
            arguments = try JSONValue(parsing: call.arguments.isEmpty ? "{}" : call.arguments)
        } catch {
            return finish(call, .error("the arguments are not valid JSON: \(error.message)"), started: nil)
        }
        guard arguments.objectValue != nil else {
            return finish(call, .error("the arguments must be a JSON object"), started: nil)
        }
        if let refusal = await gate(call, tool) { return finish(call, refusal, started: nil) }
        guard !Task.isCancelled else { return Self.ended }
        if tool.hasSideEffects {
            do {
                try await parts.store.noteProgress(turn: stored.id, messages: [], startedCalls: [call.id])
            } catch {
                // What cannot be noted must not run: after a crash it would run a second time.
                return finish(call, .error("the call was not run: \(error.message)"), started: nil)
            }
        }
        return await execute(call, tool, arguments)
    }

    /// Policy, and a person where it asks for one; the refusal, or nil to go on.
    private func gate(_ call: ModelToolCall, _ tool: any Tool) async -> ToolResult? {
        switch parts.policy().decide(tool: call.name, aliases: tool.aliases, at: parts.time.wallNow()) {
        case .allow: return nil
        case .deny(let reason): return ToolResult(outcome: .denied, content: "tool execution denied: \(reason)")
        case .ask(let reason):
            let verdict: ApprovalDesk.Verdict
            control.askBegan(at: parts.time.monotonicMicroseconds())
            defer { control.askEnded(at: parts.time.monotonicMicroseconds()) }
            do {
                verdict = try await parts.approvals.request(
                    turn: stored.id, call: call, context: context, reason: reason)
            } catch {
                return ToolResult(
                    outcome: .denied, content: "tool execution denied: no approval could be asked for")
            }
            switch verdict {
            case .approved: return nil
            case .rejected(let by, let note):
                let text = note.isEmpty ? "" : ": \(note)"
                return ToolResult(outcome: .denied, content: "the call was rejected by \(by)\(text)")
            case .expired:
                return ToolResult(outcome: .denied, content: "nobody decided on this call in time; it was not run")
            case .cancelled: return Self.ended
            }
        }
    }

    private func execute(_ call: ModelToolCall, _ tool: any Tool, _ arguments: JSONValue) async -> ToolResult {
        let started = parts.time.monotonicMicroseconds()
        // Redacted before it is cut: half a secret is not found any more.
        let preview = String(parts.redactor.redact(call.arguments).prefix(1_000))
        publish(.toolStarted(ToolStarted(callID: call.id, tool: call.name, arguments: preview)))
        feed?.publish(.tool(callID: call.id, name: call.name, outcome: nil))
        let ending = await parts.toolCalls.run(
            call.name, limit: max(parts.limits.toolTime, tool.timeLimit ?? .zero), grace: parts.limits.toolGrace,
            time: parts.time
        ) { [context] in await tool.call(arguments, context: context) }
        let result = result(of: ending, call)
        if Task.isCancelled, result.outcome != .ok { return finish(call, Self.ended, started: started) }
        return finish(call, result, started: started)
    }

    /// The result of a call, whatever became of the tool.
    private func result(of ending: BoundedCalls.Ending<ToolResult>, _ call: ModelToolCall) -> ToolResult {
        switch ending {
        case .value(let result): return result
        case .timedOut(let isAbandoned):
            if isAbandoned { noteAbandoned(call) }
            let more = isAbandoned ? "; it does not end and may still take effect" : ""
            return ToolResult(
                outcome: .timeout, content: "the tool gave no answer within \(parts.limits.toolTime)\(more)")
        case .cancelled(let isAbandoned):
            if isAbandoned { noteAbandoned(call) }
            return Self.ended
        case .refused(let count):
            return .error("\(count) earlier calls of \(call.name) never ended; it is not called until one of them does")
        }
    }

    private func noteAbandoned(_ call: ModelToolCall) {
        publish(
            .log(
                LogRecorded(
                    level: .warn, message: "tool ignores its end; its turn goes on without it",
                    fields: [
                        LogField("tool", String(call.name.prefix(64))), LogField("grace", "\(parts.limits.toolGrace)"),
                        LogField("abandoned", String(parts.toolCalls.abandonedCount)),
                    ])))
    }

    private func finish(_ call: ModelToolCall, _ result: ToolResult, started: Int64?) -> ToolResult {
        let duration = started.map { parts.time.monotonicMicroseconds() - $0 } ?? 0
        publish(
            .toolFinished(
                ToolFinished(
                    callID: call.id, tool: String(call.name.prefix(64)), outcome: result.outcome,
                    durationMicroseconds: duration,
                    result: String(parts.redactor.redact(result.content).prefix(1_000)))))
        feed?.publish(.tool(callID: call.id, name: call.name, outcome: result.outcome.rawValue))
        return result
    }

    private func publish(_ kind: EventKind) {
        parts.bus.publish(kind, requestID: stored.message.requestID, session: stored.message.session)
    }

    /// The result as the model sees it: cut in the middle when too long, fenced when it comes from outside.
    func message(for call: ModelToolCall, _ result: ToolResult) -> ModelMessage {
        var text = parts.redactor.redact(result.content)
        let limit = parts.limits.toolResultCharacters
        if text.utf8.count > limit, text.count > limit {
            let half = limit / 2
            text = text.prefix(half) + "\n[... \(text.count - 2 * half) characters left out ...]\n" + text.suffix(half)
        }
        if result.isUntrusted {
            text = UntrustedText.fenced(text, source: call.name, newCode: parts.randomCode)
        }
        if result.outcome != .ok { text = "Error: \(text)" }
        return .toolResult(callID: call.id, name: call.name, content: text, isError: result.outcome != .ok)
    }
}
