// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// A made-up chat platform whose people write by themselves; nothing leaves the machine.
struct DemoChannel: Channel {
    /// One person's chat and the messages that they send in turn.
    struct Chat: Sendable {
        var id: String
        var sender: String
        var lines: [String]
        /// Seconds between two messages, on average.
        var seconds: Double
    }

    let name = "demo"
    let chats: [Chat]
    let time: any TimeSource

    func run(intake: @escaping @Sendable (InboundMessage) async -> Bool) async throws {
        await withTaskGroup(of: Void.self) { group in
            for (index, chat) in chats.enumerated() {
                group.addTask { await write(chat, first: Double(index) * 0.7, intake) }
            }
        }
    }

    func send(_ draft: OutboundDraft) async throws(DeliveryError) -> String {
        do { try await time.sleep(for: .milliseconds(Int.random(in: 20...400))) } catch {
            throw DeliveryError(message: "the engine is stopping", isPermanent: false)
        }
        if draft.chatID == "5531", Int.random(in: 0..<3) == 0 {
            throw DeliveryError(message: "429 too many requests", isPermanent: false, retryAfter: .seconds(2))
        }
        return "d\(Int.random(in: 10_000...99_999))"
    }

    private func write(
        _ chat: Chat, first: Double, _ intake: @Sendable (InboundMessage) async -> Bool
    ) async {
        var pause = first
        var turn = 0
        while !Task.isCancelled {
            do { try await time.sleep(for: .milliseconds(Int(pause * 1_000))) } catch { return }
            _ = await intake(
                InboundMessage(
                    channel: name, chatID: chat.id, platformID: RandomUUID.text(), sender: chat.sender,
                    text: chat.lines[turn % chat.lines.count], requestID: RandomUUID.text(),
                    isDelivered: true, receivedAt: time.wallNow()))
            turn += 1
            pause = chat.seconds * Double.random(in: 0.6...1.4)
        }
    }
}
