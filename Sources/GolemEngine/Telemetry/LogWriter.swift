// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEvents
import Synchronization

/// Writes the event stream as a log; a subscriber like any other.
///
/// Nothing is buffered besides one batch: while the disk is slow the events wait in the ring of the bus, and what the
/// ring loses is counted in the log. Lines that cannot be written are counted, the operator is told once, and the
/// count is written when the log works again.
final class LogWriter: Sendable {
    private struct State {
        var needsReopen = false
        var lost: UInt64 = 0
        var isFailing = false
    }

    private let bus: EventBus
    private let options: LogOptions
    private let time: any TimeSource
    private let queue = BlockingQueue(name: "golem-log")
    private let sink: LogSink
    private let isJSON: Bool
    private let state = Mutex(State())

    init(bus: EventBus, options: LogOptions, time: any TimeSource) {
        self.bus = bus
        self.options = options
        self.time = time
        isJSON = options.isJSON ?? (options.file != nil || isatty(STDERR_FILENO) == 0)
        sink = LogSink(path: options.file, sizeLimit: options.sizeLimit, fileLimit: options.fileLimit)
    }

    /// Lines that could not be written and of which the log does not tell yet.
    var lostLines: UInt64 { state.withLock { $0.lost } }

    /// Writes lines until the bus is closed; what was published before is written before it returns.
    func run() async {
        let subscription = bus.subscribe(after: 0)
        var totals = LogTotals()
        while let batch = await subscription.next() {
            var lines: [LogLine] = []
            if batch.missed > 0 {
                lines.append(note("events missed by the log", [LogField("count", String(batch.missed))]))
            }
            for event in batch.events {
                totals.count(event)
                guard event.level >= options.level, var line = LogLine(event) else { continue }
                line.fields += totals.fields(for: event)
                lines.append(line)
            }
            await write(lines)
            // The first line is written at once; what follows closely is written together.
            await bus.pause(.milliseconds(20), time: SystemTime())
        }
    }

    /// Opens the file again (SIGHUP); callable from any thread.
    func reopen() {
        state.withLock { $0.needsReopen = true }
        // Also makes the new file appear at once.
        bus.publish(.log(LogRecorded(level: .info, message: "log file reopened")))
    }

    /// Ends the thread after the last line; blocks until then.
    func close() { queue.stop() }

    private func note(_ message: String, _ fields: [LogField]) -> LogLine {
        LogLine(time: time.wallNow(), level: .warn, message: message, fields: fields)
    }

    private func write(_ lines: [LogLine]) async {
        let (needsReopen, lost) = state.withLock { state in (exchange(&state.needsReopen, with: false), state.lost) }
        guard needsReopen || !lines.isEmpty else { return }
        var all = lines
        if lost > 0 { all.insert(note("log lines lost", [LogField("count", String(lost))]), at: 0) }
        let text = all.map { (isJSON ? $0.json : $0.text) + "\n" }.joined()
        let error = await queue.run { [sink] in
            if needsReopen { sink.reopen() }
            return sink.write(Array(text.utf8))
        }
        let hasChanged = state.withLock { state in
            state.lost = error == nil ? 0 : lost + UInt64(lines.count)
            return exchange(&state.isFailing, with: error != nil) != (error != nil)
        }
        guard hasChanged else { return }
        let health = error.map { ServiceHealth.degraded(reason: "lines are lost: \($0.description)") } ?? .healthy
        bus.publish(.serviceHealth(ServiceHealthChanged(service: "log", health: health)))
    }
}
