// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Synchronization

/// The audit log of an engine: one writer on a thread of its own.
///
/// `record` never waits and never fails for its caller; `recordDurably` returns when the line is on the disk. While
/// lines cannot be written, calls that need an approval are refused by whoever asks with `recordDurably`, and the
/// rest goes on: the loss is shown as the health of the service `audit` and told in the log afterwards. What operators
/// did is kept meanwhile and written then.
package final class AuditLog: Sendable {
    fileprivate struct Job: Sendable {
        var entry: AuditEntry?
        var done: (@Sendable (AuditError?) -> Void)?
    }

    /// What whoever owns a log is told, on the writer's thread.
    package struct Observer: Sendable {
        /// Why lines cannot be written, and nil when they can be again.
        package var onHealth: @Sendable (String?) -> Void = { _ in }
        /// Lines of the log are missing or changed.
        package var onDamage: @Sendable (String) -> Void = { _ in }

        /// Makes an observer that does nothing.
        package init() {}
    }

    /// How many lines may wait for a disk that hangs.
    static let waitingLimit = 50_000
    /// How many lines of operators are kept while none can be written, and may wait beyond the limit.
    static let keptLimit = 1_000

    private let worker: WorkerThread<Job>
    private let condition: ConditionBox
    private let time: any TimeSource
    private let loop: EventLoop?

    /// Makes a log at `path`; lines that are recorded on `loop` wake the writer up before that waits.
    package init(
        path: String, sizeLimit: Int = 64 << 20, fileLimit: Int = 20, time: any TimeSource,
        redactor: Redactor = Redactor(), loop: EventLoop? = nil, observer: Observer = Observer()
    ) {
        let condition = ConditionBox()
        let files = FileBox(path: path, sizeLimit: sizeLimit, fileLimit: fileLimit)
        self.condition = condition
        self.time = time
        self.loop = loop
        worker = WorkerThread(
            name: "golem-audit",
            finally: { files.file.withLock { file in _ = try? file.sync() } },
            body: { jobs in Self.write(jobs, files, condition, time, redactor, observer) })
    }

    /// Notes something; returns at once.
    ///
    /// The line is brought to the disk within a second.
    package func record(_ entry: AuditEntry) {
        let isTooMuch = condition.state.withLock { state in
            guard state.waiting < Self.waitingLimit + (entry.isKept ? Self.keptLimit : 0) else {
                state.lost.add(entry)
                return true
            }
            state.waiting += 1
            return false
        }
        if isTooMuch { return }
        guard worker.submit(Job(entry: entry), wakes: loop == nil) else {
            return condition.state.withLock { $0.waiting -= 1 }
        }
        loop?.beforeWaiting { [worker] in worker.wakeUp() }
    }

    /// Notes something and returns once the line is on the disk; throws when it cannot be written.
    package func recordDurably(_ entry: AuditEntry) async throws(AuditError) {
        condition.state.withLock { $0.waiting += 1 }
        let error: AuditError? = await withCheckedContinuation { continuation in
            if !worker.submit(Job(entry: entry, done: { continuation.resume(returning: $0) })) {
                condition.state.withLock { $0.waiting -= 1 }
                continuation.resume(returning: AuditError("the audit log is closed"))
            }
        }
        if let error { throw error }
    }

    /// Why lines cannot be written now; nil when they can.
    package var problem: String? { condition.state.withLock { $0.problem } }

    /// Brings lines to the disk for which nobody waits, and tries again what could not be written, until the task is
    /// cancelled.
    package func run() async {
        while !Task.isCancelled {
            await condition.state.withLock { $0.dirty }.wait()
            guard (try? await time.sleep(for: .seconds(1))) != nil else { return }
            condition.state.withLock { $0.dirty = Latch() }
            _ = worker.submit(Job())
        }
    }

    /// Writes what was recorded and ends the thread; blocks until then.
    package func stop() { worker.stop() }

    /// Appends one entry to the log of a workspace in which no engine runs; blocks on the disk.
    ///
    /// The caller holds the workspace's lock. Files are not changed over: how large they may be is the engine's to know.
    package static func append(_ entry: AuditEntry, workspace: String) throws(AuditError) {
        var file = AuditFile(path: AuditFiles.path(workspace: workspace), sizeLimit: .max, fileLimit: .max)
        try file.append([entry])
        try file.sync()
    }

    private static func write(
        _ jobs: [Job], _ files: FileBox, _ condition: ConditionBox, _ time: any TimeSource,
        _ redactor: Redactor, _ observer: Observer
    ) {
        let (lost, kept) = condition.state.withLock { ($0.lost, $0.kept) }
        var entries: [AuditEntry] = []
        if let line = lost.entry(at: time.wallNow()) { entries.append(line) }
        entries += kept
        let recorded = jobs.filter { $0.entry != nil }
        entries += recorded.compactMap(\.entry).map { entry in
            var entry = entry
            entry.result = entry.result.map { redactor.redact($0) }
            entry.outcome = entry.outcome.map { redactor.redact($0) }
            return entry
        }
        let isDurable = jobs.contains { $0.done != nil || $0.entry == nil }
        var failure: AuditError?
        var damage: String?
        do throws(AuditError) {
            try files.file.withLock { (file) throws(AuditError) in
                defer { damage = file.takeDamage() }
                if !entries.isEmpty { try file.append(entries) }
                if isDurable { try file.sync() }
            }
        } catch {
            failure = error
        }
        let change: (isNew: Bool, problem: String?) = condition.state.withLock { state in
            state.waiting -= recorded.count
            if failure == nil {
                state.lost.subtract(lost)
                state.kept.removeFirst(kept.count)
                if !isDurable, !recorded.isEmpty { state.dirty.open() }
            } else {
                for job in recorded { state.fail(job) }
                // Tried again without anybody asking.
                state.dirty.open()
            }
            let isNew = (state.problem == nil) != (failure == nil)
            state.problem = failure?.description
            return (isNew, failure?.description)
        }
        if let damage { observer.onDamage(damage) }
        if change.isNew { observer.onHealth(change.problem) }
        for job in jobs { job.done?(failure) }
    }
}

private final class ConditionBox: Sendable {
    struct State {
        var problem: String?
        var lost = AuditLoss()
        /// Lines that could not be written and will be.
        var kept: [AuditEntry] = []
        var waiting = 0
        /// Open when there are lines that are not on the disk.
        var dirty = Latch()

        mutating func fail(_ job: AuditLog.Job) {
            guard let entry = job.entry else { return }
            // Whoever waited for it knows that it was not written, and did not go on.
            if job.done == nil, entry.isKept, kept.count < AuditLog.keptLimit {
                kept.append(entry)
            } else {
                lost.add(entry)
            }
        }
    }

    let state = Mutex(State())
}

/// The files, which only the writer's thread touches; the lock is for the compiler.
private final class FileBox: Sendable {
    let file: Mutex<AuditFile>

    init(path: String, sizeLimit: Int, fileLimit: Int) {
        file = Mutex(AuditFile(path: path, sizeLimit: sizeLimit, fileLimit: fileLimit))
    }
}
