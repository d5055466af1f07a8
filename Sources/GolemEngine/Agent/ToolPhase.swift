// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Runs the tool calls of one model answer: policy, approval, the call itself, its events.
struct ToolPhase: Sendable {
    let parts: AgentParts
    let stored: StoredMessage
    /// Calls that an earlier process started and whose outcome nobody knows.
    let interrupted: Set<String>
    /// Calls of which the store has already that they start.
    var noted: Set<String> = []
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
        if calls.count == 1 { return [await one(calls[0])] }
        return await withTaskGroup(of: (Int, ToolResult).self) { group in
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

    /// The calls that start as soon as they are stored, so that one commit can note both.
    ///
    /// Only a call with side effects that is alone and that nobody is asked about: of any other the store would say
    /// for too long that it may have run.
    func startingAtOnce(_ calls: [ModelToolCall]) -> Set<String> {
        guard calls.count == 1, let tool = parts.tools.tool(named: calls[0].name), tool.hasSideEffects,
            parts.policy.emergencyStop.refusal == nil, let arguments = try? CallArguments(calls[0].arguments),
            case .allow = parts.policy.rules.decide(wish(calls[0], tool, arguments), at: parts.time.wallNow())
        else { return [] }
        return [calls[0].id]
    }

    private static let ended = ToolResult(outcome: .cancelled, content: "the turn was ended")

    // Inlined, it would make the frame of every turn twice as large, also of those without a tool call.
    @inline(never) private func one(_ call: ModelToolCall) async -> ToolResult {
        control.callBegan()
        defer { control.callEnded() }
        // A call that still waited for its turn must not begin after the end.
        guard !Task.isCancelled else { return Self.ended }
        if interrupted.contains(call.id) {
            var line = entry("tool_execution", call, nil, nil, "error")
            line.outcome = "unknown: a restart interrupted it"
            parts.audit.record(line)
            return .error(
                "a restart interrupted this call; whether it took effect is unknown, and it was not run again")
        }
        guard let tool = parts.tools.tool(named: call.name) else {
            let reason = parts.tools.absence(of: call.name) ?? "there is no tool named \(call.name)"
            return finish(call, nil, nil, .error(reason), started: nil)
        }
        let arguments: CallArguments
        do {
            arguments = try CallArguments(call.arguments)
        } catch {
            return finish(call, tool, nil, .error(error.message), started: nil)
        }
        if let refusal = await gate(call, tool, arguments) {
            return finish(call, tool, arguments, refusal, started: nil)
        }
        // The audit has that it may run; it must have that it did not.
        guard !Task.isCancelled else { return finish(call, tool, arguments, Self.ended, started: nil) }
        if tool.hasSideEffects, !noted.contains(call.id) {
            do {
                try await parts.store.noteProgress(turn: stored.id, messages: [], startedCalls: [call.id])
            } catch {
                // What cannot be noted must not run: after a crash it would run a second time.
                return finish(call, tool, arguments, .error("the call was not run: \(error.message)"), started: nil)
            }
        }
        return await execute(call, tool, arguments)
    }

    /// Policy, and a person where it asks for one; the refusal, or nil to go on.
    private func gate(_ call: ModelToolCall, _ tool: any Tool, _ arguments: CallArguments) async -> ToolResult? {
        if let reason = parts.policy.emergencyStop.refusal { return denied(call, tool, arguments, reason) }
        let rules = parts.policy.rules
        let now = parts.time.wallNow()
        switch rules.decide(wish(call, tool, arguments), at: now) {
        case .allow:
            parts.audit.record(entry("policy_allow", call, tool, arguments, "mode=\(rules.effectiveMode(at: now))"))
            return nil
        case .deny(let reason): return denied(call, tool, arguments, reason)
        case .ask(let reason): return await ask(call, tool, arguments, reason)
        }
    }

    private func wish(_ call: ModelToolCall, _ tool: any Tool, _ arguments: CallArguments) -> PolicyCall {
        PolicyCall(
            tool: call.name, aliases: tool.aliases, server: tool.serverName, arguments: arguments.value,
            channel: stored.message.channel, sender: stored.message.sender)
    }

    private func denied(
        _ call: ModelToolCall, _ tool: any Tool, _ arguments: CallArguments, _ reason: String
    ) -> ToolResult {
        parts.audit.record(entry("policy_deny", call, tool, arguments, reason))
        return ToolResult(outcome: .denied, content: "tool execution denied: \(reason)")
    }

    /// Waits for a person; the refusal, or nil when the call may run and the audit has that on the disk.
    private func ask(
        _ call: ModelToolCall, _ tool: any Tool, _ arguments: CallArguments, _ reason: String
    ) async -> ToolResult? {
        let verdict: ApprovalDesk.Verdict
        control.askBegan(at: parts.time.monotonicMicroseconds())
        defer { control.askEnded(at: parts.time.monotonicMicroseconds()) }
        do {
            verdict = try await parts.approvals.request(
                turn: stored.id, call: call, subject: ApprovalDesk.Subject(tool), arguments: arguments,
                context: context,
                reason: reason, feed: feed)
        } catch {
            return denied(call, tool, arguments, error.message)
        }
        switch verdict {
        case .approved(let by, let id):
            // Much may have happened while it waited.
            if let reason = parts.policy.emergencyStop.refusal { return denied(call, tool, arguments, reason) }
            var line = entry("approval_granted", call, tool, arguments, "matched approved request")
            line.approval = id
            line.actor = by
            do {
                try await parts.audit.recordDurably(line)
                return nil
            } catch {
                return denied(call, tool, arguments, "it was approved, and the audit log cannot be written (\(error))")
            }
        case .rejected(let by, let note):
            let text = note.isEmpty ? "" : ": \(note)"
            return ToolResult(outcome: .denied, content: "the call was rejected by \(by)\(text)")
        case .expired(true):
            return ToolResult(outcome: .denied, content: "nobody decided on this call in time; it was not run")
        case .expired(false):
            return ToolResult(
                outcome: .denied,
                content: "this call needs an approval, and nobody could be asked: no operator was at a console, and "
                    + "nobody in this chat may decide; it was not run")
        case .cancelled: return Self.ended
        }
    }

    private func entry(
        _ type: String, _ call: ModelToolCall, _ tool: (any Tool)?, _ arguments: CallArguments?, _ result: String
    ) -> AuditEntry {
        let message = stored.message
        var entry = AuditEntry(
            type, at: parts.time.wallNow(), result: result, actor: "\(message.channel):\(message.sender)")
        entry.requestID = message.requestID
        entry.tool = tool?.policyName ?? String(call.name.prefix(64))
        entry.channel = message.channel
        entry.session = message.session
        entry.arguments = arguments?.value
        return entry
    }

    private func execute(_ call: ModelToolCall, _ tool: any Tool, _ arguments: CallArguments) async -> ToolResult {
        guard let pass = parts.policy.emergencyStop.begin() else {
            let reason = parts.policy.emergencyStop.refusal ?? "all tools are stopped"
            return finish(call, tool, arguments, denied(call, tool, arguments, reason), started: nil)
        }
        defer { parts.policy.emergencyStop.end(pass) }
        let started = parts.time.monotonicMicroseconds()
        // Redacted before it is cut: half a secret is not found any more.
        let preview = String(parts.redactor.redact(arguments.shown).prefix(1_000))
        publish(.toolStarted(ToolStarted(callID: call.id, tool: call.name, arguments: preview)))
        feed?.publish(.tool(callID: call.id, name: call.name, outcome: nil))
        let pace = ProgressPace(time: parts.time) { progress in
            publish(.toolProgressed(ToolProgressed(callID: call.id, tool: call.name, progress: progress)))
        }
        let ending = await run(call, tool, arguments.value, pace, until: pass.interruption)
        // What came late is no news once the call has ended.
        pace.end()
        let result = result(of: ending, call)
        if Task.isCancelled, result.outcome != .ok {
            return finish(call, tool, arguments, Self.ended, started: started)
        }
        if result.outcome != .ok, pass.interruption.isFired {
            let reason = parts.policy.emergencyStop.refusal ?? "an operator stopped all tools"
            let text = "the call was cancelled, and what it did so far stays done: \(reason)"
            return finish(
                call, tool, arguments, ToolResult(outcome: .cancelled, content: text), started: started)
        }
        return finish(call, tool, arguments, result, started: started)
    }

    /// Runs the tool until it ends, its time is up, its turn is ended or all tools are stopped.
    private func run(
        _ call: ModelToolCall, _ tool: any Tool, _ arguments: JSONValue, _ pace: ProgressPace,
        until interruption: Interruption
    ) async -> BoundedCalls.Ending<ToolResult> {
        let control = control
        let time = parts.time
        let clock = CallClock(
            time: time, onPause: { control.askBegan(at: time.monotonicMicroseconds()) },
            onResume: { control.askEnded(at: time.monotonicMicroseconds()) })
        var context = context
        context.callID = call.id
        context.clock = clock
        context.feed = feed
        context.executor = tool.mostlyWaits ? parts.executor : nil
        context.onProgress = { pace.take($0) }
        return await parts.toolCalls.run(
            call.name, limit: max(parts.limits.toolTime, tool.timeLimit ?? .zero), clock: clock,
            grace: parts.limits.toolGrace, time: time, until: interruption, on: context.executor
        ) { [context] in await tool.call(arguments, context: context) }
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

    private func finish(
        _ call: ModelToolCall, _ tool: (any Tool)?, _ arguments: CallArguments?, _ result: ToolResult,
        started: Int64?
    ) -> ToolResult {
        let duration = started.map { parts.time.monotonicMicroseconds() - $0 } ?? 0
        var line = entry("tool_execution", call, tool, arguments, result.outcome == .ok ? "success" : "error")
        line.outcome = result.outcome.rawValue
        line.durationMilliseconds = duration / 1_000
        parts.audit.record(line)
        publish(
            .toolFinished(
                ToolFinished(
                    callID: call.id, tool: String(call.name.prefix(64)), outcome: result.outcome,
                    durationMicroseconds: duration,
                    result: String(parts.redactor.redact(Self.begin(of: result.content)).prefix(1_000)))))
        feed?.publish(.tool(callID: call.id, name: call.name, outcome: result.outcome.rawValue))
        return result
    }

    private func publish(_ kind: EventKind) {
        parts.bus.publish(kind, requestID: stored.message.requestID, session: stored.message.session)
    }

    /// More than the first thousand characters of a text, whatever is taken out of it; counting and searching all of a
    /// large result would hold up everybody.
    private static func begin(of text: String) -> String {
        text.utf8.count > 65_536 ? String(decoding: text.utf8.prefix(65_536), as: UTF8.self) : text
    }

    /// Beginning and end of a text that is much longer than what is kept of it: a secret that is cut in half here lies in
    /// what is left out later.
    private static func ends(of text: String, limit: Int) -> String {
        let size = text.utf8.count
        let kept = 2 * max(limit, 8_192)
        guard size > 4 * kept else { return text }
        return String(decoding: text.utf8.prefix(kept), as: UTF8.self)
            + String(decoding: text.utf8.suffix(kept), as: UTF8.self)
    }

    /// The result as the model sees it: cut in the middle when too long, fenced when it comes from outside.
    func message(for call: ModelToolCall, _ result: ToolResult) -> ModelMessage {
        let limit = parts.limits.toolResultCharacters
        let size = result.content.utf8.count
        let ends = Self.ends(of: result.content, limit: limit)
        let isShortened = ends.utf8.count < size
        var text = parts.redactor.redact(ends)
        if isShortened || (text.utf8.count > limit && text.count > limit) {
            let head = text.prefix(limit / 2)
            let tail = text.suffix(limit / 2)
            let missing =
                isShortened
                ? "\(max(0, size - head.utf8.count - tail.utf8.count)) bytes"
                : "\(text.count - 2 * (limit / 2)) characters"
            text = head + "\n[... \(missing) left out ...]\n" + tail
        }
        if result.isUntrusted {
            text = UntrustedText.fenced(text, source: call.name, newCode: parts.randomCode)
        }
        if result.outcome != .ok { text = "Error: \(text)" }
        return .toolResult(callID: call.id, name: call.name, content: text, isError: result.outcome != .ok)
    }
}
