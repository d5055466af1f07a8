// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Synchronization

/// Delivers committed messages: in order within a chat, side by side between chats, again after a failure.
///
/// A row leaves at least once; it is marked before the next one of its chat is sent. One slow or broken chat holds
/// up nobody else: while it waits for its next attempt it holds no place.
package final class Outbox: Sendable {
    private struct State {
        /// The messages of each chat, oldest first; only the first is ever under way.
        var queues: [String: [OutboundMessage]] = [:]
        /// The chats whose first message is due and that wait for a place.
        var line: [String] = []
        var sending = 0
        var isStopped = false
        var pace: SendPace
        /// Chats in the line whose moment has been given to them by the pace.
        var paced: Set<String> = []
        var sent: SentMessages
    }

    private enum Job: Sendable {
        case attempt(String)
        case wait(String, Duration)
        case pace(String, Duration)
    }

    private enum Outcome {
        case over
        case again(OutboundMessage)
    }

    private let store: any Store
    private let bus: EventBus
    private let time: any TimeSource
    private let limits: DeliveryLimits
    private let channels: [String: any Channel]
    private let random: @Sendable () -> Double
    private let redactor: Redactor
    private let state: Mutex<State>
    private let jobs: AsyncStream<Job>
    private let starter: AsyncStream<Job>.Continuation
    private let stopped = Latch()
    private let stoppedIdle = Latch()

    /// Makes an outbox for these channels; `random` gives numbers from 0 to 1 for jitter.
    package init(
        store: any Store, bus: EventBus, time: any TimeSource, limits: DeliveryLimits, channels: [any Channel],
        redactor: Redactor = Redactor(), random: @escaping @Sendable () -> Double
    ) {
        self.store = store
        self.bus = bus
        self.time = time
        self.limits = limits
        self.channels = Dictionary(channels.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        self.redactor = redactor
        self.random = random
        state = Mutex(
            State(pace: SendPace(perSecond: limits.ratePerSecond), sent: SentMessages(window: limits.dedupWindow)))
        // Not unbounded: each chat has at most one job in it.
        (jobs, starter) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// Adds rows that were just committed or that an earlier process left.
    package func enqueue(_ messages: [OutboundMessage]) {
        state.withLock { state in
            for message in messages {
                let chat = "\(message.draft.channel):\(message.draft.chatID)"
                let isNew = state.queues[chat] == nil
                state.queues[chat, default: []].append(message)
                if isNew { schedule(chat, &state) }
            }
            startSends(&state)
        }
    }

    /// Sends until `stop()`; what is under way then gets `DeliveryLimits.stopGrace` to end.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await job in jobs {
                group.addTask {
                    switch job {
                    case .attempt(let chat): await self.attempt(chat)
                    case .wait(let chat, let duration): await self.wait(chat, duration)
                    case .pace(let chat, let duration): await self.pace(chat, duration)
                    }
                }
            }
            _ = try? await time.withDeadline(limits.stopGrace) { await self.stoppedIdle.wait() }
            group.cancelAll()
        }
    }

    /// Starts no more sends; what waits stays in the store.
    package func stop() {
        let isIdle = state.withLock { state in
            state.isStopped = true
            return state.sending == 0
        }
        starter.finish()
        stopped.open()
        if isIdle { stoppedIdle.open() }
    }

    /// Whether a channel of that name takes messages.
    package func delivers(to channel: String) -> Bool { channels[channel] != nil }

    /// Messages that are remembered as sent, so that none leaves twice.
    var rememberedCount: Int { state.withLock { $0.sent.count } }

    /// Messages that wait or are being sent.
    package var depth: Int { state.withLock { $0.queues.values.reduce(0) { $0 + $1.count } } }

    /// Puts a chat into the line, or makes it wait until its first message is due.
    private func schedule(_ chat: String, _ state: inout State) {
        guard !state.isStopped, let first = state.queues[chat]?.first else { return }
        let due = first.nextAttempt.since(time.wallNow())
        if due > 0 {
            starter.yield(.wait(chat, .microseconds(due)))
        } else {
            state.line.append(chat)
        }
    }

    private func startSends(_ state: inout State) {
        guard !state.isStopped else { return }
        while state.sending < limits.concurrentSends, !state.line.isEmpty {
            let chat = state.line.removeFirst()
            if let channel = state.queues[chat]?.first?.draft.channel, channels[channel] != nil,
                state.paced.remove(chat) == nil
            {
                let now = time.monotonicMicroseconds()
                let due = state.pace.reserve(channel, now: now)
                if due > now {
                    // It waits without a place: other channels send meanwhile.
                    state.paced.insert(chat)
                    starter.yield(.pace(chat, .microseconds(due - now)))
                    continue
                }
            }
            state.sending += 1
            starter.yield(.attempt(chat))
        }
    }

    /// Waits for the moment that the pace gave to a chat, then puts it at the head of the line.
    private func pace(_ chat: String, _ duration: Duration) async {
        _ = try? await time.withDeadline(duration) { await self.stopped.wait() }
        state.withLock { state in
            state.line.insert(chat, at: 0)
            startSends(&state)
        }
    }

    private func wait(_ chat: String, _ duration: Duration) async {
        _ = try? await time.withDeadline(duration) { await self.stopped.wait() }
        state.withLock { state in
            schedule(chat, &state)
            startSends(&state)
        }
    }

    /// One attempt for the first message of a chat.
    private func attempt(_ chat: String) async {
        var outcome = Outcome.over
        if let message = state.withLock({ $0.isStopped ? nil : $0.queues[chat]?.first }) {
            outcome = await deliver(message)
        }
        let isIdle = state.withLock { state in
            switch outcome {
            case .over: state.queues[chat]?.removeFirst()
            case .again(let message): state.queues[chat]?[0] = message
            }
            if state.queues[chat]?.isEmpty ?? true { state.queues[chat] = nil } else { schedule(chat, &state) }
            state.sending -= 1
            startSends(&state)
            return state.isStopped && state.sending == 0
        }
        if isIdle { stoppedIdle.open() }
    }

    private func deliver(_ message: OutboundMessage) async -> Outcome {
        if let platformID = state.withLock({ $0.sent.platformID(of: message, now: time.monotonicMicroseconds()) }) {
            await skip(message, platformID)
            return .over
        }
        let attempt = message.attempts + 1
        let began = time.monotonicMicroseconds()
        let failure: DeliveryError
        do {
            guard let channel = channels[message.draft.channel] else {
                throw DeliveryError(message: "no channel \(message.draft.channel) is running", isPermanent: true)
            }
            let platformID = try await channel.send(message.draft)
            state.withLock { $0.sent.note(message, platformID, now: time.monotonicMicroseconds()) }
            await note(message, .sent(platformID: platformID, at: time.wallNow()))
            publish(
                .outboundSent(
                    OutboundSent(
                        messageID: message.id, channel: message.draft.channel, chatID: message.draft.chatID,
                        platformID: platformID, attempt: attempt,
                        durationMicroseconds: time.monotonicMicroseconds() - began)), message)
            return .over
        } catch let error as DeliveryError {
            failure = error
        } catch {
            failure = DeliveryError(message: "\(error)", isPermanent: false)
        }
        let reason = String(redactor.redact(failure.message).prefix(500))
        if failure.isPermanent || attempt >= limits.attempts {
            await note(message, .dead(error: reason, at: time.wallNow()))
            publish(
                .outboundDead(
                    OutboundDead(
                        messageID: message.id, channel: message.draft.channel, chatID: message.draft.chatID,
                        attempts: attempt, error: reason)), message)
            return .over
        }
        let wait = max(failure.retryAfter ?? .zero, limits.backoff(attempt: attempt, random: random()))
        let retryAt = time.wallNow().adding(microseconds: wait.microseconds)
        await note(message, .retry(error: reason, at: retryAt))
        publish(
            .outboundAttemptFailed(
                OutboundAttemptFailed(
                    messageID: message.id, channel: message.draft.channel, chatID: message.draft.chatID,
                    attempt: attempt, maxAttempts: limits.attempts, error: reason, retryAt: retryAt)), message)
        var again = message
        again.attempts = attempt
        again.nextAttempt = retryAt
        return .again(again)
    }

    /// Marks a message that has been sent already.
    private func skip(_ message: OutboundMessage, _ platformID: String) async {
        await note(message, .sent(platformID: platformID, at: time.wallNow()))
        publish(
            .log(
                LogRecorded(
                    level: .warn, message: "skip duplicate outbound",
                    fields: [LogField("message", String(message.id)), LogField("platform_id", platformID)])), message)
    }

    private func note(_ message: OutboundMessage, _ result: DeliveryNote) async {
        do {
            try await store.noteDelivery(id: message.id, result)
        } catch {
            bus.publish(
                .log(
                    LogRecorded(
                        level: .error, message: "delivery state not stored; the message may be sent again",
                        fields: [LogField("message", String(message.id)), LogField("error", error.message)])))
        }
    }

    private func publish(_ kind: EventKind, _ message: OutboundMessage) {
        bus.publish(
            kind, requestID: message.draft.requestID,
            session: "\(message.draft.channel):\(message.draft.chatID)")
    }
}
