// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Synchronization

/// Delivers committed messages: in order within a chat, side by side between chats, again after a failure.
///
/// A row leaves at least once; it is marked before the next one of its chat is sent. One slow or broken chat holds
/// up nobody else.
package final class Outbox: Sendable {
    private struct State {
        var queues: [String: [OutboundMessage]] = [:]
        var line: [String] = []
        var sending = 0
        var isStopped = false
    }

    private let store: any Store
    private let bus: EventBus
    private let time: any TimeSource
    private let limits: DeliveryLimits
    private let channels: [String: any Channel]
    private let random: @Sendable () -> Double
    private let state = Mutex(State())
    private let chats: AsyncStream<String>
    private let starter: AsyncStream<String>.Continuation

    /// Makes an outbox for these channels; `random` gives numbers from 0 to 1 for jitter.
    package init(
        store: any Store, bus: EventBus, time: any TimeSource, limits: DeliveryLimits, channels: [any Channel],
        random: @escaping @Sendable () -> Double
    ) {
        self.store = store
        self.bus = bus
        self.time = time
        self.limits = limits
        self.channels = Dictionary(channels.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        self.random = random
        (chats, starter) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// Adds rows that were just committed or that an earlier process left.
    package func enqueue(_ messages: [OutboundMessage]) {
        state.withLock { state in
            for message in messages {
                let chat = "\(message.draft.channel):\(message.draft.chatID)"
                if state.queues[chat] == nil { state.line.append(chat) }
                state.queues[chat, default: []].append(message)
            }
            startSends(&state)
        }
    }

    /// Sends until `stop()`; returns when the sends under way have ended.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await chat in chats {
                group.addTask { await self.deliverNext(of: chat) }
            }
        }
    }

    /// Starts no more sends; what waits stays in the store.
    package func stop() {
        state.withLock { $0.isStopped = true }
        starter.finish()
    }

    /// Whether a channel of that name takes messages.
    package func delivers(to channel: String) -> Bool { channels[channel] != nil }

    /// Messages that wait or are being sent.
    package var depth: Int { state.withLock { $0.queues.values.reduce(0) { $0 + $1.count } } }

    private func startSends(_ state: inout State) {
        guard !state.isStopped else { return }
        while state.sending < limits.concurrentSends, !state.line.isEmpty {
            state.sending += 1
            starter.yield(state.line.removeFirst())
        }
    }

    private func deliverNext(of chat: String) async {
        if let message = state.withLock({ $0.queues[chat]?.first }) { await deliver(message, holding: chat) }
        state.withLock { state in
            if state.queues[chat]?.isEmpty == false { state.queues[chat]?.removeFirst() }
            if state.queues[chat]?.isEmpty ?? true { state.queues[chat] = nil } else { state.line.append(chat) }
            state.sending -= 1
            startSends(&state)
        }
    }

    /// Tries until the message is sent or given up.
    ///
    /// A wait for a retry gives the place to another chat.
    private func deliver(_ message: OutboundMessage, holding chat: String) async {
        var attempt = message.attempts
        let due = message.nextAttempt.since(time.wallNow())
        if due > 0, await !pause(.microseconds(due)) { return }
        while !Task.isCancelled, !state.withLock({ $0.isStopped }) {
            attempt += 1
            let began = time.monotonicMicroseconds()
            let failure: DeliveryError
            do {
                guard let channel = channels[message.draft.channel] else {
                    throw DeliveryError(
                        message: "no channel \(message.draft.channel) is running", isPermanent: true)
                }
                let platformID = try await channel.send(message.draft)
                await note(message, .sent(platformID: platformID, at: time.wallNow()))
                publish(
                    .outboundSent(
                        OutboundSent(
                            messageID: message.id, channel: message.draft.channel, chatID: message.draft.chatID,
                            platformID: platformID, attempt: attempt,
                            durationMicroseconds: time.monotonicMicroseconds() - began)), message)
                return
            } catch let error as DeliveryError {
                failure = error
            } catch {
                failure = DeliveryError(message: "\(error)", isPermanent: false)
            }
            if failure.isPermanent || attempt >= limits.attempts {
                await note(message, .dead(error: failure.message, at: time.wallNow()))
                publish(
                    .outboundDead(
                        OutboundDead(
                            messageID: message.id, channel: message.draft.channel, chatID: message.draft.chatID,
                            attempts: attempt, error: String(failure.message.prefix(500)))), message)
                return
            }
            let wait = max(failure.retryAfter ?? .zero, limits.backoff(attempt: attempt, random: random()))
            let retryAt = time.wallNow().adding(microseconds: wait.microseconds)
            await note(message, .retry(error: failure.message, at: retryAt))
            publish(
                .outboundAttemptFailed(
                    OutboundAttemptFailed(
                        messageID: message.id, channel: message.draft.channel, chatID: message.draft.chatID,
                        attempt: attempt, error: String(failure.message.prefix(500)), retryAt: retryAt)), message)
            if await !pause(wait) { return }
        }
    }

    /// Waits without holding one of the places for sends; false when the engine stops.
    private func pause(_ duration: Duration) async -> Bool {
        state.withLock { state in
            state.sending -= 1
            startSends(&state)
        }
        defer { state.withLock { $0.sending += 1 } }
        do {
            try await time.sleep(for: duration)
            return true
        } catch {
            return false
        }
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
