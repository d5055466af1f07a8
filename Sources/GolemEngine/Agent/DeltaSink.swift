// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// Takes the pieces of one model answer, removes secrets across their borders, and passes them on to observers and to
/// the waiting clients.
final class DeltaSink: Sendable {
    private struct Streams {
        var text: StreamRedactor
        var thinking: StreamRedactor
    }

    private let deltas: DeltaBuffer
    private let feed: TurnFeed?
    private let streams: Mutex<Streams>

    init(deltas: DeltaBuffer, feed: TurnFeed?, redactor: Redactor) {
        self.deltas = deltas
        self.feed = feed
        streams = Mutex(Streams(text: StreamRedactor(redactor), thinking: StreamRedactor(redactor)))
    }

    /// Takes a piece; pieces come one after the other.
    func add(_ delta: ModelDelta) {
        switch delta {
        case .text(let text): pass(text: streams.withLock { $0.text.add(text) })
        case .thinking(let text): pass(thinking: streams.withLock { $0.thinking.add(text) })
        }
    }

    /// Passes on what was held back, at the end of the answer.
    func finish() {
        pass(thinking: streams.withLock { $0.thinking.finish() })
        pass(text: streams.withLock { $0.text.finish() })
        deltas.flush()
    }

    private func pass(text: String) {
        guard !text.isEmpty else { return }
        deltas.add(.text(text))
        feed?.publish(.text(text))
    }

    private func pass(thinking: String) {
        if !thinking.isEmpty { deltas.add(.thinking(thinking)) }
    }
}
