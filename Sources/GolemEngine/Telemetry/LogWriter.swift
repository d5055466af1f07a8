// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEvents

/// Writes the event stream as a log; a subscriber like any other.
final class LogWriter: Sendable {
    private enum Job: Sendable {
        case lines([UInt8])
        case reopen
    }

    private let bus: EventBus
    private let options: LogOptions
    private let thread: WorkerThread<Job>
    private let isJSON: Bool

    init(bus: EventBus, options: LogOptions) {
        self.bus = bus
        self.options = options
        isJSON = options.isJSON ?? (options.file != nil || isatty(STDERR_FILENO) == 0)
        let sink = LogSink(path: options.file, sizeLimit: options.sizeLimit, fileLimit: options.fileLimit)
        thread = WorkerThread(name: "golem-log") { jobs in
            for job in jobs {
                switch job {
                case .lines(let bytes): sink.write(bytes)
                case .reopen: sink.reopen()
                }
            }
        }
    }

    /// Writes lines until the bus is closed; what was published before is written before it returns.
    func run() async {
        let subscription = bus.subscribe(after: 0)
        while let batch = await subscription.next() {
            var text = ""
            if batch.missed > 0 { text += "level=WARN msg=\"events missed by the log\" count=\(batch.missed)\n" }
            for event in batch.events where event.level >= options.level {
                guard let line = LogLine(event) else { continue }
                text += (isJSON ? line.json : line.text) + "\n"
            }
            if !text.isEmpty { _ = thread.submit(.lines(Array(text.utf8))) }
            // The first line is written at once; what follows closely is written together.
            await bus.pause(.milliseconds(20), time: SystemTime())
        }
    }

    /// Opens the file again (SIGHUP).
    func reopen() { _ = thread.submit(.reopen) }

    /// Ends the thread after the last line; blocks until then.
    func close() { thread.stop() }
}
