// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// What a server says by itself, until somebody reads it; bounded.
///
/// Changes are kept once each. Lines of the log are dropped when too many wait, and a line says how many.
final class MCPNoticeQueue: Sendable {
    private struct State {
        var changes: [MCPNotice] = []
        var lines: [MCPNotice] = []
        var dropped = 0
        var closed: MCPError?
        var isOver = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let limit: Int
    private let state = Mutex(State())

    /// Makes a queue that keeps at most so many lines.
    init(limit: Int = 256) { self.limit = limit }

    /// The notices; one reader, ends after `closed`.
    var stream: AsyncStream<MCPNotice> { AsyncStream(unfolding: { await self.next() }, onCancel: { self.wake() }) }

    /// Adds a notice; nothing counts after `closed`.
    func add(_ notice: MCPNotice) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.closed == nil else { return nil }
            switch notice {
            case .closed(let error): state.closed = error
            case .log:
                guard state.lines.count < limit else {
                    state.dropped += 1
                    return nil
                }
                state.lines.append(notice)
            case .toolsChanged, .resourcesChanged, .promptsChanged:
                guard !state.changes.contains(notice) else { return nil }
                state.changes.append(notice)
            }
            return exchange(&state.waiter, with: nil)
        }
        waiter?.resume()
    }

    /// The lines that nobody read, oldest first.
    func remainingLines() -> [String] {
        state.withLock { state in
            state.lines.compactMap { if case .log(let level, let text) = $0 { Self.line(level, text) } else { nil } }
        }
    }

    /// A line of a log as it is shown.
    static func line(_ level: String, _ text: String) -> String { level == "stderr" ? text : "\(level): \(text)" }

    private func next() async -> MCPNotice? {
        while true {
            let (notice, isOver) = state.withLock { state -> (MCPNotice?, Bool) in
                if state.isOver || Task.isCancelled { return (nil, true) }
                return (Self.take(&state), false)
            }
            if notice != nil || isOver { return notice }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    let isReady =
                        !state.changes.isEmpty || !state.lines.isEmpty || state.closed != nil || Task.isCancelled
                    if !isReady { state.waiter = continuation }
                    return isReady
                }
                if isReady { continuation.resume() }
            }
        }
    }

    private func wake() { state.withLock { exchange(&$0.waiter, with: nil) }?.resume() }

    private static func take(_ state: inout State) -> MCPNotice? {
        if !state.changes.isEmpty { return state.changes.removeFirst() }
        if !state.lines.isEmpty { return state.lines.removeFirst() }
        if state.dropped > 0 {
            let count = exchange(&state.dropped, with: 0)
            return .log(level: "warning", text: "\(count) lines of the server's log were dropped")
        }
        guard let error = state.closed else { return nil }
        state.isOver = true
        return .closed(error)
    }
}
