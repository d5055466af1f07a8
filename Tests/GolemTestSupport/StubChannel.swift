// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEngine
import GolemEvents
import Synchronization

/// A chat platform in memory: the test writes messages and decides about deliveries.
package final class StubChannel: Channel {
    /// Decides about an attempt; `number` counts the attempts of this text from 1.
    package typealias Decision =
        @Sendable (_ draft: OutboundDraft, _ number: Int) async throws(DeliveryError) -> Void

    private struct State {
        var attempts: [String: Int] = [:]
        var accepted: [OutboundDraft] = []
        var acceptedCount = 0
        var sending = 0
        var mostSending = 0
    }

    package let name: String
    private let keepsTexts: Bool
    private let decision: Decision
    private let state = Mutex(State())
    private let inbound: AsyncStream<InboundMessage>
    private let writer: AsyncStream<InboundMessage>.Continuation
    private let confirmations = Mutex<[String: Bool]>([:])

    /// Makes a platform.
    ///
    /// With `keepsTexts` false it only counts, for tests that look at the memory.
    package init(name: String = "stub", keepsTexts: Bool = true, decision: @escaping Decision = { _, _ in }) {
        self.name = name
        self.keepsTexts = keepsTexts
        self.decision = decision
        (inbound, writer) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// The texts that were accepted, in order.
    package var accepted: [OutboundDraft] { state.withLock { $0.accepted } }

    /// How many texts were accepted.
    package var acceptedCount: Int { state.withLock { $0.acceptedCount } }

    /// How many sends ran at the same time at most.
    package var mostSending: Int { state.withLock { $0.mostSending } }

    /// How often a text was tried.
    package func attempts(of text: String) -> Int { state.withLock { $0.attempts[text] ?? 0 } }

    /// Whether a message was confirmed to the platform; nil before the decision.
    package func isConfirmed(_ platformID: String) -> Bool? { confirmations.withLock { $0[platformID] } }

    /// Writes a message as a user of the platform.
    package func write(_ text: String, chat: String, id: String) {
        writer.yield(
            InboundMessage(
                channel: name, chatID: chat, platformID: id, sender: "user", text: text, requestID: "r-\(id)",
                isDelivered: true, receivedAt: SystemTime().wallNow()))
    }

    package func run(intake: @escaping @Sendable (InboundMessage) async -> Bool) async throws {
        for await message in inbound {
            let isSafe = await intake(message)
            if keepsTexts { confirmations.withLock { $0[message.platformID] = isSafe } }
        }
    }

    package func send(_ draft: OutboundDraft) async throws(DeliveryError) -> String {
        let number = state.withLock { state in
            if keepsTexts { state.attempts[draft.text, default: 0] += 1 }
            state.sending += 1
            state.mostSending = max(state.mostSending, state.sending)
            return state.attempts[draft.text, default: 0]
        }
        defer { state.withLock { $0.sending -= 1 } }
        try await decision(draft, number)
        return state.withLock { state in
            state.acceptedCount += 1
            if keepsTexts { state.accepted.append(draft) }
            return "p\(state.acceptedCount)"
        }
    }
}
