// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
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
    private let seen = Mutex(Seen())

    /// What the state does not hold.
    private struct Seen {
        var memory = RuntimeMetrics.Memory()
        var lastToolMilliseconds: UInt64?
        var isFailing = false
    }

    /// Reads what the previous process left; a file that does not parse counts as empty, is kept as `.damaged`, and
    /// the operator is told.
    init(path: String, bus: EventBus, keeper: StateKeeper, queue: BlockingQueue, time: any TimeSource) {
        self.path = path
        self.bus = bus
        self.keeper = keeper
        self.queue = queue
        self.time = time
        let stored = Self.read(path)
        base = stored ?? RuntimeMetrics()
        if stored == nil, FileManager.default.fileExists(atPath: path) {
            let isKept = rename(path, path + ".damaged") == 0
            bus.publish(
                .log(
                    LogRecorded(
                        level: .warn, message: "metrics file damaged; counters begin at zero",
                        fields: [LogField("kept_as", isKept ? path + ".damaged" : "nowhere")])))
        }
    }

    /// The metrics now, over restarts.
    func current() -> RuntimeMetrics {
        let (memory, last) = seen.withLock { ($0.memory, $0.lastToolMilliseconds) }
        let now = time.wallNow()
        var metrics = keeper.read { RuntimeMetrics(base: base, state: $0, memory: memory, now: now) }
        if let last { metrics.tool.lastLatencyMs = last }
        return metrics
    }

    /// Writes until the bus is closed or the task cancelled.
    func run() async {
        let subscription = bus.subscribe(after: 0)
        while let batch = await subscription.next(limit: 4_000) {
            var isChanged = false
            for event in batch.events {
                switch event.kind {
                case .memoryRecalled(let recalled): note(recalled)
                case .toolFinished(let call):
                    guard call.outcome != .denied, call.outcome != .cancelled else { continue }
                    seen.withLock { $0.lastToolMilliseconds = UInt64(max(0, call.durationMicroseconds)) / 1_000 }
                case .outboundSent, .outboundAttemptFailed, .outboundDead: break
                default: continue
                }
                isChanged = true
            }
            guard isChanged else {
                // A turn without tools has half a dozen events: each of them would wake this task for nothing.
                await bus.pause(.milliseconds(200))
                continue
            }
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
        var failure: SystemError?
        do throws(SystemError) {
            try await queue.run { [path] () throws(SystemError) in
                try AtomicFile.write(Array(text.utf8), to: path, mode: 0o600)
            }
        } catch {
            failure = error
        }
        let isFailing = failure != nil
        guard seen.withLock({ exchange(&$0.isFailing, with: isFailing) }) != isFailing else { return }
        let health = failure.map { ServiceHealth.degraded(reason: "not written: \($0.description)") } ?? .healthy
        bus.publish(.serviceHealth(ServiceHealthChanged(service: "metrics", health: health)))
    }

    private func note(_ recalled: MemoryRecalled) {
        let items = UInt64(recalled.longTerm + recalled.diaryRecent + recalled.diaryKeyword)
        seen.withLock { seen in
            seen.memory.recalls += 1
            seen.memory.totalItems += items
            seen.memory.lastItems = items
            seen.memory.emptyRecalls += items == 0 ? 1 : 0
            seen.memory.longTermHits += UInt64(recalled.longTerm)
            seen.memory.diaryRecentHits += UInt64(recalled.diaryRecent)
            seen.memory.diaryKeywordHits += UInt64(recalled.diaryKeyword)
        }
    }
}
