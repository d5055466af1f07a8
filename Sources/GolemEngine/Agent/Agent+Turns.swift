// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Synchronization

extension Agent {
    /// How many messages of a session are read when it is not in memory.
    private static let historyLimit = 2_000

    /// Answers one message, from its start to its commit.
    func answer(_ stored: StoredMessage) async {
        let message = stored.message
        let began = parts.time.monotonicMicroseconds()
        let control = TurnControl()
        let (feed, isStopping) = running.withLock { running in
            if !running.isStopping { running.controls[message.session] = control }
            return (running.feeds[stored.id], running.isStopping)
        }
        // A number is given again when its commit failed.
        defer {
            running.withLock { running in if running.feeds[stored.id] === feed { running.feeds[stored.id] = nil } }
        }
        if isStopping {
            feed?.publish(.ended(Self.stopping))
            return
        }
        if stored.isResumed { publishReceived(stored, depth: 1) }
        publish(
            .turnStarted(
                TurnStarted(
                    channel: message.channel, chatID: message.chatID, sender: message.sender,
                    stepLimit: parts.limits.iterations,
                    queuedMicroseconds: max(0, parts.time.wallNow().since(message.receivedAt)),
                    isResumed: stored.isResumed)), message)
        var end = await perform(stored, control, feed, began: began)
        running.withLock { $0.controls[message.session] = nil }
        guard await stored.isCommitted.wait() ?? true else {
            // Whoever repeated the request in the same moment waits for this turn.
            feed?.publish(.ended(StoredOutcome(text: "the message could not be stored", errorCode: "store_error")))
            publishFailure(Self.notStored, "the message could not be stored; its sender was told", began, message)
            return
        }
        // At shutdown nothing is written: the message is still open and the next process answers it.
        if end.stopReason == "shutdown" {
            feed?.publish(.ended(Self.stopping))
            return
        }
        end.text = parts.redactor.redact(end.text)
        end.messages = end.messages.map { message in
            guard case .assistant(let text, let calls) = message else { return message }
            return .assistant(text: parts.redactor.redact(text), toolCalls: calls)
        }
        await commit(stored, end, began: began, feed: feed)
    }

    /// Runs the turn beside watchers that end it from outside or when its time is up.
    private func perform(
        _ stored: StoredMessage, _ control: TurnControl, _ feed: TurnFeed?, began: Int64
    ) async -> TurnEnd {
        if stored.message.text.hasPrefix("/"), await stored.isCommitted.wait() == false {
            return TurnEnd(text: "", stopReason: Self.notStored)
        }
        if let reply = await commands.reply(to: stored.message.text) {
            return TurnEnd(
                text: reply.text, stopReason: "command", startsNewHistory: reply.startsNewHistory)
        }
        let runner: TurnRunner
        do {
            let session = stored.message.session
            runner = TurnRunner(
                parts: parts, stored: stored, history: try await history(of: stored.message),
                progress: stored.isResumed ? try await parts.store.progress(turn: stored.id) : TurnProgress(),
                control: control, feed: feed,
                deltas: pump.buffer(requestID: stored.message.requestID, session: session))
        } catch {
            return TurnEnd(
                text: "I could not read this conversation (request \(stored.message.requestID)).",
                stopReason: "failed", error: ("store_error", "\(error)"))
        }
        let wallTime = limitWallTime(control, began: began)
        defer { wallTimes.remove(wallTime) }
        return await withTaskGroup(of: TurnEnd?.self) { group in
            group.addTask { await runner.run() }
            group.addTask {
                await control.wait()
                return nil
            }
            var end: TurnEnd?
            while end == nil, let result = await group.next() {
                end = result
                if result == nil, control.reason != nil { group.cancelAll() }
            }
            group.cancelAll()
            return end ?? TurnEnd(text: "", stopReason: "shutdown")
        }
    }

    /// The session's history as far as a model call can use it, from memory or else from the store.
    private func history(of message: InboundMessage) async throws -> [ConversationTurn] {
        if let known = cache.history(message.session) { return known }
        let read = try await parts.store.history(session: message.session, limit: Self.historyLimit)
        let (history, repairs) = cache.fill(
            HistoryWindow.wholeTurns(read, limit: Self.historyLimit), for: message.session)
        if repairs > 0 {
            publish(
                .log(
                    LogRecorded(
                        level: .warn, message: "history repaired for the model; the stored original is unchanged",
                        fields: [LogField("repairs", String(repairs))])), message)
        }
        return history
    }

    /// Ends a turn that works longer than allowed; waiting for a person does not count as work, an approval has an
    /// expiry of its own.
    private func limitWallTime(_ control: TurnControl, began: Int64) -> UInt64 {
        let limit = parts.limits.wallTime.microseconds
        let time = parts.time
        return wallTimes.add {
            let now = time.monotonicMicroseconds()
            let left = limit - (now - began - control.waitedMicroseconds(at: now))
            if left > 0 { return .microseconds(left) }
            control.end(.wallTime)
            return nil
        }
    }

    private func commit(_ stored: StoredMessage, _ end: TurnEnd, began: Int64, feed: TurnFeed?) async {
        let message = stored.message
        let isCommand = end.stopReason == "command"
        let messages = isCommand ? [] : [.user(message.text)] + end.messages
        let outcome = StoredOutcome(
            text: end.text, errorCode: end.stopReason == "failed" ? end.error?.code ?? "internal_error" : nil)
        let record = TurnRecord(
            turn: stored.id, session: message.session, messages: messages, outcome: outcome,
            outbound: message.isDelivered && !end.text.isEmpty
                ? [
                    OutboundDraft(
                        channel: message.channel, chatID: message.chatID, requestID: message.requestID,
                        text: end.text)
                ] : [],
            startsNewHistory: end.startsNewHistory, time: parts.time.wallNow())
        guard let queued = await finish(record) else {
            feed?.publish(.ended(StoredOutcome(text: "the answer could not be stored", errorCode: "store_error")))
            publishFailure(
                "store_error", "the turn's end could not be stored; it is answered again after a restart",
                began, message)
            return
        }
        remember(record)
        if record.startsNewHistory {
            await parts.approvals.revokeAll(session: message.session, by: "\(message.channel):\(message.sender)")
        }
        let duration = parts.time.monotonicMicroseconds() - began
        if let error = end.error, end.stopReason != "max_wall_time" {
            publishFailure(error.code, error.message, began, message)
        } else {
            publish(
                .turnFinished(
                    TurnFinished(
                        text: String(end.text.prefix(4_000)), stopReason: end.stopReason, steps: end.steps,
                        tokensIn: end.usage.input, tokensOut: end.usage.output, durationMicroseconds: duration)),
                message)
        }
        for row in queued {
            publish(
                .outboundQueued(
                    OutboundQueued(
                        messageID: row.id, channel: row.draft.channel, chatID: row.draft.chatID,
                        bytes: row.draft.text.utf8.count)), message)
        }
        feed?.publish(.ended(outcome))
        if !queued.isEmpty { onOutbound(queued) }
    }

    /// Commits the end of a turn, again and again while the disk is full; nil when it cannot be stored.
    private func finish(_ record: TurnRecord) async -> [OutboundMessage]? {
        var delay = 1
        while true {
            do {
                let queued = try await parts.store.finish(record)
                noteStore(nil)
                return queued
            } catch {
                noteStore(error, retryAt: parts.time.wallNow().adding(seconds: Int64(delay)))
                guard error.isRetryable, await pause(seconds: delay) else { return nil }
                delay = min(delay * 2, 30)
            }
        }
    }

    /// Waits in small steps, so that a stop is not held up; false when the engine stops.
    private func pause(seconds: Int) async -> Bool {
        for _ in 0..<(seconds * 4) {
            guard !running.withLock({ $0.isStopping }) else { return false }
            do { try await parts.time.sleep(for: .milliseconds(250)) } catch { return false }
        }
        return true
    }

    private func remember(_ record: TurnRecord) {
        if record.startsNewHistory {
            _ = cache.fill([], for: record.session)
        } else {
            cache.append(record.messages, to: record.session)
        }
    }

    private func publishFailure(_ code: String, _ text: String, _ began: Int64, _ message: InboundMessage) {
        publish(
            .turnFailed(
                TurnFailed(
                    code: code, message: String(parts.redactor.redact(text).prefix(1_000)),
                    durationMicroseconds: parts.time.monotonicMicroseconds() - began)), message)
    }
}
