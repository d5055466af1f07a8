// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Synchronization

/// Takes messages in, answers each once, and remembers what was said.
///
/// A message is stored before `accept` returns; from then on it is answered, by this process or the next one.
package final class Agent: Sendable {
    /// Why a message was not taken.
    package struct Refusal: Error, Sendable, Equatable {
        /// `lanes_full`, or the store's code.
        package var code: String
        /// A sentence.
        package var message: String
    }

    /// What became of an offered message.
    package enum Intake: Sendable {
        /// It is being answered; the feed follows the turn.
        case accepted(turn: Int64, feed: TurnFeed)
        /// It was answered before.
        case answered(StoredOutcome)
        /// It was accepted before and is still being answered; the feed follows that turn when it is known.
        case running(feed: TurnFeed?)
    }

    private struct Running {
        var controls: [String: TurnControl] = [:]
        var feeds: [Int64: TurnFeed] = [:]
        var isStopping = false
    }

    private let parts: AgentParts
    private let lanes: SessionLanes
    private let cache: SessionCache
    private let pump: DeltaPump
    private let commands: SlashCommands
    private let running = Mutex(Running())
    private let onOutbound: @Sendable ([OutboundMessage]) -> Void

    /// Makes an agent; `onOutbound` is told of committed outbox rows.
    package init(
        parts: AgentParts, lanes: SessionLanes, workspace: String, queue: BlockingQueue,
        onOutbound: @escaping @Sendable ([OutboundMessage]) -> Void
    ) {
        self.parts = parts
        self.lanes = lanes
        self.onOutbound = onOutbound
        cache = SessionCache(windowTokens: parts.limits.historyTokens)
        pump = DeltaPump(bus: parts.bus, time: parts.time)
        commands = SlashCommands(
            memory: MemoryFiles(folder: workspace + "/memory"), queue: queue, statusText: parts.statusText)
    }

    /// Answers messages until `stop` was called and all turns have ended.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.pump.run() }
            await lanes.run { await self.answer($0) }
            group.cancelAll()
        }
    }

    /// Takes up what an earlier process accepted and did not answer.
    package func resumeUnfinished() async throws(StoreError) -> Int {
        let messages = try await parts.store.unfinishedMessages()
        await lanes.resume(messages)
        return messages.count
    }

    /// Stores a message and queues its turn.
    package func accept(_ message: InboundMessage) async throws(Refusal) -> Intake {
        if message.text == "/stop", let answer = stopRunning(message) { return .answered(answer) }
        guard await lanes.reserve() else {
            reject(message, code: "lanes_full", reason: "too many messages wait")
            throw Refusal(code: "lanes_full", message: "too many messages wait; try again later")
        }
        let acceptance: Acceptance
        do {
            acceptance = try await parts.store.accept(message)
        } catch {
            await lanes.release()
            reject(message, code: error.code, reason: error.message)
            throw Refusal(code: error.code, message: error.message)
        }
        switch acceptance {
        case .accepted(let stored):
            let feed = TurnFeed()
            running.withLock { $0.feeds[stored.id] = feed }
            // Published before the turn can start, so that observers see things in their order.
            await lanes.enqueue(stored) { depth in self.publishReceived(stored, depth: depth) }
            return .accepted(turn: stored.id, feed: feed)
        case .duplicate(let id, let outcome):
            await lanes.release()
            reject(message, code: "duplicate", reason: "this message was accepted before")
            if let outcome { return .answered(outcome) }
            return .running(feed: running.withLock { $0.feeds[id] })
        }
    }

    /// Ends the running turn of a session; false when none runs.
    package func cancelTurn(session: String, by actor: String) -> Bool {
        guard let control = running.withLock({ $0.controls[session] }) else { return false }
        control.end(.cancelled(by: actor))
        return true
    }

    /// Starts no more turns and gives the running ones `grace`; what is not done then is taken up at the next start.
    package func stop(grace: Duration) async {
        await lanes.stop()
        running.withLock { $0.isStopping = true }
        let deadline = parts.time.monotonicMicroseconds() + grace.microseconds
        while await lanes.load.running > 0, parts.time.monotonicMicroseconds() < deadline {
            try? await parts.time.sleep(for: .milliseconds(10))
        }
        for control in running.withLock({ $0.controls.values.map { $0 } }) { control.end(.shutdown) }
    }

    /// Turns that run, and messages that wait.
    package var load: (running: Int, waiting: Int) {
        get async { await lanes.load }
    }

    private func answer(_ stored: StoredMessage) async {
        let message = stored.message
        let began = parts.time.monotonicMicroseconds()
        let control = TurnControl()
        let feed = running.withLock { running in
            running.controls[message.session] = control
            return running.feeds[stored.id]
        }
        defer { running.withLock { $0.feeds[stored.id] = nil } }
        if stored.isResumed { publishReceived(stored, depth: 1) }
        publish(
            .turnStarted(
                TurnStarted(
                    channel: message.channel, chatID: message.chatID, sender: message.sender,
                    stepLimit: parts.limits.iterations,
                    queuedMicroseconds: max(0, parts.time.wallNow().since(message.receivedAt)),
                    isResumed: stored.isResumed)), message)
        let end = await perform(stored, control, feed)
        running.withLock { $0.controls[message.session] = nil }
        // At shutdown nothing is written: the message is still open and the next process answers it.
        if end.stopReason == "shutdown" { return }
        await commit(stored, end, began: began, feed: feed)
    }

    /// Runs the turn beside a watcher that ends it from outside or when its time is up.
    private func perform(_ stored: StoredMessage, _ control: TurnControl, _ feed: TurnFeed?) async -> TurnEnd {
        if let reply = await commands.reply(to: stored.message.text) {
            return TurnEnd(
                text: reply.text, stopReason: "command", startsNewHistory: reply.startsNewHistory)
        }
        let runner: TurnRunner
        do {
            let session = stored.message.session
            var history = cache.history(session)
            if history == nil {
                history = try await parts.store.history(session: session, limit: 2_000)
                cache.store(history ?? [], for: session)
            }
            runner = TurnRunner(
                parts: parts, stored: stored, history: history ?? [],
                progress: stored.isResumed ? try await parts.store.progress(turn: stored.id) : TurnProgress(),
                control: control, feed: feed,
                deltas: pump.buffer(requestID: stored.message.requestID, session: session))
        } catch {
            return TurnEnd(
                text: "I could not read this conversation (request \(stored.message.requestID)).",
                stopReason: "failed", error: ("store_error", "\(error)"))
        }
        return await withTaskGroup(of: TurnEnd?.self) { group in
            group.addTask { await runner.run() }
            group.addTask {
                await control.wait()
                return nil
            }
            group.addTask {
                try? await self.parts.time.sleep(for: self.parts.limits.wallTime)
                if !Task.isCancelled { control.end(.wallTime) }
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
                if delay > 1 { publishStore(.healthy) }
                return queued
            } catch {
                publishStore(.down(reason: error.message, retryAt: parts.time.wallNow().adding(seconds: Int64(delay))))
                let isStopping = running.withLock { $0.isStopping }
                guard error.isRetryable, !isStopping else { return nil }
                do { try await parts.time.sleep(for: .seconds(delay)) } catch { return nil }
                delay = min(delay * 2, 30)
            }
        }
    }

    private func publishStore(_ health: ServiceHealth) {
        parts.bus.publish(.serviceHealth(ServiceHealthChanged(service: "store", health: health)))
    }

    private func remember(_ record: TurnRecord) {
        if record.startsNewHistory {
            cache.store([], for: record.session)
        } else if let known = cache.history(record.session) {
            let added = record.messages.map { HistoryMessage(turn: record.turn, message: $0) }
            cache.store(known + added, for: record.session)
        }
    }

    private func stopRunning(_ message: InboundMessage) -> StoredOutcome? {
        cancelTurn(session: message.session, by: message.sender)
            ? StoredOutcome(text: "Stopped.", errorCode: nil) : nil
    }

    private func publishReceived(_ stored: StoredMessage, depth: Int) {
        let message = stored.message
        publish(
            .chatReceived(
                ChatReceived(
                    channel: message.channel, chatID: message.chatID, sender: message.sender,
                    text: String(message.text.prefix(2_000)), length: message.text.count, queueDepth: depth)), message)
    }

    private func publishFailure(_ code: String, _ text: String, _ began: Int64, _ message: InboundMessage) {
        publish(
            .turnFailed(
                TurnFailed(
                    code: code, message: String(text.prefix(1_000)),
                    durationMicroseconds: parts.time.monotonicMicroseconds() - began)), message)
    }

    private func reject(_ message: InboundMessage, code: String, reason: String) {
        publish(
            .chatRejected(
                ChatRejected(
                    channel: message.channel, chatID: message.chatID, sender: message.sender, code: code,
                    reason: reason)), message)
    }

    private func publish(_ kind: EventKind, _ message: InboundMessage) {
        parts.bus.publish(kind, requestID: message.requestID, session: message.session)
    }
}
