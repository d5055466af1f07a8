// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import Synchronization

/// A thread that owns something that must not be touched elsewhere, and runs jobs on it in batches.
///
/// For blocking C libraries: jobs may block as long as they like without holding up the cooperative pool.
package final class WorkerThread<Job: Sendable>: @unchecked Sendable {
    // Guard: `jobs`, `isStopping` and `isDone` are only touched while `mutex` is held. The two pthread objects are
    // allocated once and freed in deinit, when neither the thread nor a caller can reach them.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var jobs: [Job] = []
    private var isStopping = false
    private var isDone = false
    private var thread = pthread_t()
    private let name: String
    private let body: @Sendable ([Job]) -> Void
    private let finally: @Sendable () -> Void

    /// Makes a thread that calls `body` with all jobs that arrived since the last call, in order, and `finally` once
    /// after the last of them, before `stop()` returns.
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

    /// Starts the thread.
    package func start() {
        // The thread keeps the object alive until it ends.
        let unmanaged = Unmanaged.passRetained(self as AnyObject)
        let code = pthread_create(&thread, nil, workerThreadMain, unmanaged.toOpaque())
        if code != 0 {
            unmanaged.release()
            preconditionFailure("no thread \(name): errno \(code)")
        }
    }

    /// Adds a job; false when the thread is stopping, and then the job will not run.
    package func submit(_ job: Job) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !isStopping else { return false }
        jobs.append(job)
        if jobs.count == 1 { pthread_cond_signal(condition) }
        return true
    }

    /// Lets the jobs that are there run, then ends the thread; blocks until it has ended.
    package func stop() {
        pthread_mutex_lock(mutex)
        isStopping = true
        pthread_cond_broadcast(condition)
        while !isDone { pthread_cond_wait(condition, mutex) }
        pthread_mutex_unlock(mutex)
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
            while jobs.isEmpty, !isStopping { pthread_cond_wait(condition, mutex) }
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
