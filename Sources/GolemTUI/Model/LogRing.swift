// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// One line of the log view: an event, or the mark of events that are missing.
package struct LogLine: Sendable, Equatable {
    /// Its number in this console; consecutive.
    package let id: UInt64
    /// The event; nil for a gap.
    package let event: Event?
    /// How serious it is; a gap is a warning.
    package let level: LogLevel
    /// What happened.
    package let summary: String

    /// The word for its level.
    var levelWord: String {
        switch level {
        case .debug: "dbg"
        case .info: "info"
        case .warn: "WARN"
        case .error: "ERR"
        }
    }

    /// The text of a column, for filters such as `level:warn`.
    func field(_ key: String) -> String? {
        switch key {
        case "level", "lvl": level == .error ? "error err" : level.rawValue
        case "event": event?.kind.name
        case "req", "request": event?.requestID
        case "chan", "channel", "session", "chat": event?.session
        case "what": summary
        default: nil
        }
    }

    /// The texts that a plain filter looks in.
    var texts: [String] { [summary, event?.kind.name ?? "", event?.requestID ?? "", event?.session ?? "", levelWord] }
}

/// The newest log lines of this console, and which of them are shown.
///
/// Bounded: beyond `capacity` the oldest lines go. The shown lines are kept up to date line by line, so that neither a
/// burst of events nor drawing ever looks through the whole ring; only a changed filter does, once.
package struct LogRing: Sendable, Equatable {
    /// Lines that are kept at least, once there were so many.
    package let capacity: Int
    /// The kept lines, oldest first.
    package private(set) var lines: [LogLine] = []
    /// The ids of the lines that pass level and filter, ascending.
    package private(set) var shown: [UInt64] = []
    /// The least serious level that is shown.
    package private(set) var minimumLevel = LogLevel.info
    /// The filter.
    package private(set) var filter = Filter.none
    /// Lines of level error that are kept.
    package private(set) var errorCount = 0
    /// The position of the newest event.
    private(set) var lastSeq: UInt64 = 0
    private var nextID: UInt64 = 1

    /// Makes an empty ring.
    package init(capacity: Int = 50_000) { self.capacity = capacity }

    /// The id of the newest line; 0 when there is none.
    package var newestID: UInt64 { nextID - 1 }

    /// Appends events; text deltas are no log lines.
    mutating func append(_ events: some Sequence<Event>) {
        let matcher = filter.matcher()
        for event in events where event.seq > lastSeq {
            lastSeq = event.seq
            switch event.kind {
            case .turnDelta: continue
            case .mcpState(let change) where change.isRoutine: continue
            default: break
            }
            add(LogLine(id: nextID, event: event, level: event.level, summary: event.summary), matcher)
        }
        trim()
    }

    /// Takes what a snapshot remembers; when events in between are unknown, a line says how many.
    mutating func join(_ recent: [Event], upTo seq: UInt64) {
        // A restarted engine may count from the start again: then nothing of it is known yet.
        if seq < lastSeq {
            lastSeq = 0
            addGap("the engine restarted: its numbering began anew")
        }
        if let first = recent.first, lastSeq > 0, first.seq > lastSeq + 1 {
            addGap("\(first.seq - lastSeq - 1) events not received")
        }
        append(recent)
        lastSeq = max(lastSeq, seq)
    }

    /// Appends a line that stands for what is missing.
    mutating func addGap(_ text: String) {
        add(LogLine(id: nextID, event: nil, level: .warn, summary: text), filter.matcher())
        trim()
    }

    /// Shows other levels or passes another filter; looks through the whole ring.
    mutating func show(level: LogLevel? = nil, filter: Filter? = nil) {
        if let level { minimumLevel = level }
        if let filter { self.filter = filter }
        let matcher = self.filter.matcher()
        shown = lines.filter { passes($0, matcher) }.map(\.id)
    }

    /// The line with an id; nil when it is gone.
    package func line(_ id: UInt64) -> LogLine? {
        guard let first = lines.first?.id, id >= first, id - first < UInt64(lines.count) else { return nil }
        return lines[Int(id - first)]
    }

    /// Where the first shown line with an id of at least `id` stands.
    func shownIndex(atOrAfter id: UInt64) -> Int {
        var low = 0
        var high = shown.count
        while low < high {
            let middle = (low + high) / 2
            if shown[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func passes(_ line: LogLine, _ matcher: Filter.Matcher) -> Bool {
        guard line.event != nil else { return true }
        guard line.level >= minimumLevel else { return false }
        return filter.isEmpty || matcher.matches(line.texts, field: line.field)
    }

    private mutating func add(_ line: LogLine, _ matcher: Filter.Matcher) {
        nextID += 1
        lines.append(line)
        if line.level == .error { errorCount += 1 }
        if passes(line, matcher) { shown.append(line.id) }
    }

    private mutating func trim() {
        guard lines.count > capacity + capacity / 4 else { return }
        let excess = lines.count - capacity
        for line in lines.prefix(excess) where line.level == .error { errorCount -= 1 }
        lines.removeFirst(excess)
        shown.removeFirst(shownIndex(atOrAfter: lines.first?.id ?? nextID))
    }
}
