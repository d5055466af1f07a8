// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Synchronization

/// Publishes streamed text at most 20 times a second and session.
///
/// Turns put pieces into their `DeltaBuffer`; one task flushes the buffers that hold something. While nothing is
/// streamed the task sleeps without a timer.
final class DeltaPump: Sendable {
    private let bus: EventBus
    private let time: any TimeSource
    private let dirty = Mutex<[DeltaBuffer]>([])
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init(bus: EventBus, time: any TimeSource) {
        self.bus = bus
        self.time = time
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// A buffer for one turn.
    func buffer(requestID: String, session: String) -> DeltaBuffer {
        DeltaBuffer(pump: self, requestID: requestID, session: session)
    }

    /// Flushes until the task is cancelled.
    func run() async {
        for await _ in signals {
            try? await time.sleep(for: .milliseconds(50))
            for buffer in dirty.withLock({ exchange(&$0, with: []) }) { buffer.flush() }
        }
    }

    fileprivate func markDirty(_ buffer: DeltaBuffer) {
        dirty.withLock { $0.append(buffer) }
        signal.yield()
    }

    fileprivate func publish(_ text: String, isThinking: Bool, _ buffer: DeltaBuffer) {
        bus.publish(
            .turnDelta(TurnDelta(text: text, isThinking: isThinking)), requestID: buffer.requestID,
            session: buffer.session)
    }
}

/// Streamed text of one turn that was not published yet.
final class DeltaBuffer: Sendable {
    private struct Pending {
        var text = ""
        var thinking = ""
        var isDirty = false
    }

    private let pump: DeltaPump
    let requestID: String
    let session: String
    private let pending = Mutex(Pending())

    fileprivate init(pump: DeltaPump, requestID: String, session: String) {
        self.pump = pump
        self.requestID = requestID
        self.session = session
    }

    /// Adds a piece.
    func add(_ delta: ModelDelta) {
        let becameDirty = pending.withLock { pending in
            switch delta {
            case .text(let text): pending.text += text
            case .thinking(let text): pending.thinking += text
            }
            return !exchange(&pending.isDirty, with: true)
        }
        if becameDirty { pump.markDirty(self) }
    }

    /// Publishes what is there.
    func flush() {
        // Published under the lock: the pump and the end of the answer may flush at the same time, and text must not
        // appear in the wrong order or after the turn's end.
        pending.withLock { pending in
            let taken = exchange(&pending, with: Pending())
            if !taken.thinking.isEmpty { pump.publish(taken.thinking, isThinking: true, self) }
            if !taken.text.isEmpty { pump.publish(taken.text, isThinking: false, self) }
        }
    }
}
