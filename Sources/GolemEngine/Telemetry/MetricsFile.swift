// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEvents
import Synchronization

/// Keeps `state/runtime_metrics.json` up to date: every 5 s when something changed, and at the end.
final class MetricsFile: Sendable {
    private let path: String
    private let bus: EventBus
    private let keeper: StateKeeper
    private let queue: BlockingQueue
    private let time: any TimeSource
    private let base: RuntimeMetrics
    private let memory = Mutex(RuntimeMetrics.Memory())

    /// Reads what the previous process left; a file that does not parse counts as empty and is kept as `.damaged`.
    init(path: String, bus: EventBus, keeper: StateKeeper, queue: BlockingQueue, time: any TimeSource) {
        self.path = path
        self.bus = bus
        self.keeper = keeper
        self.queue = queue
        self.time = time
        base = Self.read(path) ?? RuntimeMetrics()
        if base == RuntimeMetrics(), FileManager.default.fileExists(atPath: path) {
            try? FileManager.default.removeItem(atPath: path + ".damaged")
            try? FileManager.default.moveItem(atPath: path, toPath: path + ".damaged")
        }
    }

    /// The metrics now, over restarts.
    func current() -> RuntimeMetrics {
        let seen = memory.withLock { $0 }
        return keeper.read { RuntimeMetrics(base: base, state: $0, memory: seen, now: time.wallNow()) }
    }

    /// Writes until the bus is closed or the task cancelled.
    func run() async {
        let subscription = bus.subscribe(after: 0)
        while let batch = await subscription.next(limit: 4_000) {
            var isChanged = false
            for event in batch.events {
                switch event.kind {
                case .memoryRecalled(let recalled): note(recalled)
                case .toolFinished, .outboundSent, .outboundAttemptFailed, .outboundDead: break
                default: continue
                }
                isChanged = true
            }
            guard isChanged else { continue }
            await bus.pause(.seconds(5))
            await write()
        }
        await write()
    }

    /// The metrics in a file; nil when there is none or it does not parse.
    static func read(_ path: String) -> RuntimeMetrics? {
        FileManager.default.contents(atPath: path).flatMap { try? JSONDecoder().decode(RuntimeMetrics.self, from: $0) }
    }

    private func write() async {
        let text = jsonText(current())
        _ = await queue.run { [path] in try? AtomicFile.write(Array(text.utf8), to: path, mode: 0o600) }
    }

    private func note(_ recalled: MemoryRecalled) {
        let items = UInt64(recalled.longTerm + recalled.diaryRecent + recalled.diaryKeyword)
        memory.withLock { memory in
            memory.recalls += 1
            memory.totalItems += items
            memory.lastItems = items
            memory.emptyRecalls += items == 0 ? 1 : 0
            memory.longTermHits += UInt64(recalled.longTerm)
            memory.diaryRecentHits += UInt64(recalled.diaryRecent)
            memory.diaryKeywordHits += UInt64(recalled.diaryKeyword)
        }
    }
}
