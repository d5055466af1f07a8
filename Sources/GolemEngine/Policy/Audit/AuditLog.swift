// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents
import Synchronization

/// The audit log of an engine: one writer on a thread of its own.
///
/// `record` never waits and never fails for its caller; `recordDurably` returns when the line is on the disk. While
/// lines cannot be written, calls that need an approval are refused by whoever asks with `recordDurably`, and the
/// rest goes on: the loss is shown as the health of the service `audit` and counted in the log afterwards.
package final class AuditLog: Sendable {
    fileprivate struct Job: Sendable {
        var entry: AuditEntry?
        var done: (@Sendable (AuditError?) -> Void)?
    }

    /// How many lines may wait for a disk that hangs.
    static let waitingLimit = 50_000

    private let worker: WorkerThread<Job>
    private let condition: ConditionBox
    private let time: any TimeSource

    /// Makes a log at `path`; `onHealth` is told, on the writer's thread, why lines cannot be written, and nil when
    /// they can be again.
    package init(
        path: String, sizeLimit: Int = 64 << 20, fileLimit: Int = 20, time: any TimeSource,
        redactor: Redactor = Redactor(),
        onHealth: @escaping @Sendable (String?) -> Void = { _ in }
    ) {
        let condition = ConditionBox()
        let files = FileBox(path: path, sizeLimit: sizeLimit, fileLimit: fileLimit)
        self.condition = condition
        self.time = time
        worker = WorkerThread(
            name: "golem-audit",
            finally: { files.file.withLock { file in _ = try? file.sync() } },
            body: { jobs in Self.write(jobs, files, condition, time, redactor, onHealth) })
    }

    /// Notes something; returns at once.
    ///
    /// The line is brought to the disk within a second.
    package func record(_ entry: AuditEntry) {
        let isTooMuch = condition.state.withLock { state in
            guard state.waiting < Self.waitingLimit else {
                state.lost += 1
                return true
            }
            state.waiting += 1
            return false
        }
        if isTooMuch { return }
        if !worker.submit(Job(entry: entry)) { condition.state.withLock { $0.waiting -= 1 } }
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

    /// Brings lines to the disk for which nobody waits, until the task is cancelled.
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
    /// The caller holds the workspace's lock.
    package static func append(_ entry: AuditEntry, workspace: String) throws(AuditError) {
        var file = AuditFile(path: AuditFiles.path(workspace: workspace), sizeLimit: 64 << 20, fileLimit: 20)
        try file.append([entry])
        try file.sync()
    }

    private static func write(
        _ jobs: [Job], _ files: FileBox, _ condition: ConditionBox, _ time: any TimeSource,
        _ redactor: Redactor, _ onHealth: (String?) -> Void
    ) {
        var entries = jobs.compactMap(\.entry).map { entry in
            var entry = entry
            entry.result = entry.result.map { redactor.redact($0) }
            entry.outcome = entry.outcome.map { redactor.redact($0) }
            return entry
        }
        let recorded = entries.count
        let lost = condition.state.withLock { $0.lost }
        if lost > 0 {
            entries.insert(
                AuditEntry(
                    "audit_lost", at: time.wallNow(), result: "\(lost) lines could not be written", actor: "system"),
                at: 0)
        }
        let isDurable = jobs.contains { $0.done != nil || $0.entry == nil }
        var failure: AuditError?
        do throws(AuditError) {
            try files.file.withLock { (file) throws(AuditError) in
                if !entries.isEmpty { try file.append(entries) }
                if isDurable { try file.sync() }
            }
        } catch {
            failure = error
        }
        let change: (isNew: Bool, problem: String?) = condition.state.withLock { state in
            state.waiting -= recorded
            if failure == nil {
                state.lost -= lost
                if !isDurable, recorded > 0 { state.dirty.open() }
            } else {
                state.lost += recorded
            }
            let isNew = (state.problem == nil) != (failure == nil)
            state.problem = failure?.description
            return (isNew, failure?.description)
        }
        if change.isNew { onHealth(change.problem) }
        for job in jobs { job.done?(failure) }
    }
}

private final class ConditionBox: Sendable {
    struct State {
        var problem: String?
        var lost = 0
        var waiting = 0
        /// Open when lines were written that may not be on the disk yet.
        var dirty = Latch()
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
