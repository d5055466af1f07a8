// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The messages that were sent in the last seconds, so that none of them is sent a second time.
///
/// A message is known by its chat, its request, its place in the order and its text: a second message of the same
/// request, even with the same words, is another one. A value: the caller brings the time, in microseconds of a clock
/// that only goes forward.
struct SentMessages: Sendable {
    /// How many messages are remembered at most, however long the window is.
    static let limit = 16_384

    private struct Key: Hashable {
        var channel: String
        var chatID: String
        var requestID: String
        var number: Int64
        var textHash: Int

        init(_ message: OutboundMessage) {
            channel = message.draft.channel
            chatID = message.draft.chatID
            requestID = message.draft.requestID
            number = message.id
            textHash = message.draft.text.hashValue
        }
    }

    private let window: Int64
    private var platformIDs: [Key: String] = [:]
    private var order: [(key: Key, sent: Int64)] = []
    /// Entries of `order` that were forgotten and not removed yet.
    private var forgotten = 0

    init(window: Duration) { self.window = max(0, window.microseconds) }

    /// How many messages are remembered.
    var count: Int { platformIDs.count }

    /// Remembers that a message was sent at `now`.
    mutating func note(_ message: OutboundMessage, _ platformID: String, now: Int64) {
        guard window > 0 else { return }
        forget(before: now - window)
        let key = Key(message)
        if platformIDs.updateValue(platformID, forKey: key) == nil { order.append((key, now)) }
        if platformIDs.count > Self.limit { forgetOldest() }
    }

    /// The platform's id of a message that was sent in the window; nil when it was not.
    mutating func platformID(of message: OutboundMessage, now: Int64) -> String? {
        guard !platformIDs.isEmpty else { return nil }
        forget(before: now - window)
        return platformIDs[Key(message)]
    }

    private mutating func forget(before moment: Int64) {
        while forgotten < order.count, order[forgotten].sent < moment { forgetOldest() }
    }

    private mutating func forgetOldest() {
        platformIDs[order[forgotten].key] = nil
        forgotten += 1
        // In steps, so that forgetting costs the same however many there are.
        if forgotten * 2 > order.count {
            order.removeFirst(forgotten)
            forgotten = 0
        }
    }
}
