// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import Synchronization

/// A thread that owns something that must not be touched elsewhere, and runs jobs on it in batches.
///
/// For blocking C libraries: jobs may block as long as they like without holding up the cooperative pool.
package final class WorkerThread<Job: Sendable>: @unchecked Sendable {
    // Guard: `jobs` and the four flags are only touched while `mutex` is held. The two pthread objects are allocated
    // once and freed in deinit, when neither the thread nor a caller can reach them.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var jobs: [Job] = []
    private var isStarted = false
    private var isStopping = false
    private var isDone = false
    /// The thread sleeps and nobody has woken it up yet.
    private var isWaiting = false
    private let name: String
    private let body: @Sendable ([Job]) -> Void
    private let finally: @Sendable () -> Void

    /// Makes a thread that calls `body` with all jobs that arrived since the last call, in order, and `finally` once
    /// after the last of them, before `stop()` returns; it starts with the first job.
    package init(
        name: String, finally: @escaping @Sendable () -> Void = {}, body: @escaping @Sendable ([Job]) -> Void
    ) {
        self.name = name
        self.finally = finally
        self.body = body
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Adds a job; false when the thread is stopping or cannot be started, and then the job will not run.
    ///
    /// One that does not `wake` a sleeping thread begins with the next job that does, or with `wakeUp()`.
    package func submit(_ job: Job, wakes: Bool = true) -> Bool {
        pthread_mutex_lock(mutex)
        let isAccepted = !isStopping && (isStarted || start())
        if isAccepted { jobs.append(job) }
        unlock(waking: isAccepted && wakes)
        return isAccepted
    }

    /// Has the jobs run that were added without waking the thread.
    package func wakeUp() {
        pthread_mutex_lock(mutex)
        unlock(waking: !jobs.isEmpty)
    }

    private func unlock(waking: Bool) {
        let wakes = waking && isWaiting
        if wakes { isWaiting = false }
        pthread_mutex_unlock(mutex)
        // Not while the mutex is held: the thread would wake up only to wait for it, and be woken a second time.
        if wakes { pthread_cond_signal(condition) }
    }

    /// Lets the jobs that are there run, then ends the thread; blocks until it has ended.
    package func stop() {
        pthread_mutex_lock(mutex)
        isStopping = true
        pthread_cond_broadcast(condition)
        while isStarted, !isDone { pthread_cond_wait(condition, mutex) }
        let isFirst = !isDone
        isDone = true
        pthread_mutex_unlock(mutex)
        // Without a thread there is nobody else to do it.
        if isFirst { finally() }
    }

    private func start() -> Bool {
        // The thread keeps the object alive until it ends.
        let unmanaged = Unmanaged.passRetained(self as AnyObject)
        var thread = pthread_t()
        isStarted = pthread_create(&thread, nil, workerThreadMain, unmanaged.toOpaque()) == 0
        if isStarted { pthread_detach(thread) } else { unmanaged.release() }
        return isStarted
    }
}

/// What the thread function needs of a worker of any job type.
private protocol WorkerThreadBody: AnyObject {
    func main()
}

extension WorkerThread: WorkerThreadBody {
    func main() {
        name.withCString { clinux_name_thread($0) }
        while true {
            pthread_mutex_lock(mutex)
            while jobs.isEmpty, !isStopping {
                isWaiting = true
                pthread_cond_wait(condition, mutex)
            }
            isWaiting = false
            let batch = exchange(&jobs, with: [])
            let isOver = batch.isEmpty
            pthread_mutex_unlock(mutex)
            guard isOver else {
                body(batch)
                continue
            }
            finally()
            pthread_mutex_lock(mutex)
            isDone = true
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
            return
        }
    }
}

private func workerThreadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let object = Unmanaged<AnyObject>.fromOpaque(argument).takeRetainedValue()
    (object as? any WorkerThreadBody)?.main()
    return nil
}
