// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import Synchronization

/// Joins the synchronous `main` with asynchronous work: signals are blocked before any thread exists, the work runs
/// as a task, and the main thread waits for signals and for its end.
enum SignalBridge {
    /// Blocks the signals for this thread and all that it will start; called before anything starts a thread.
    static func prepare() {
        var signals = handled
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    private static var handled: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGQUIT, SIGHUP] { sigaddset(&signals, number) }
        return signals
    }

    /// Runs `body` and returns its value; `onSignal` is called on the main thread for each SIGINT, SIGTERM, SIGQUIT
    /// and SIGHUP that arrives meanwhile.
    static func run(_ body: @escaping @Sendable () async -> Int32, onSignal: (Int32) -> Void) -> Int32 {
        var signals = handled
        let signalDescriptor = signalfd(-1, &signals, Int32(SFD_CLOEXEC))
        let endDescriptor = eventfd(0, Int32(EFD_CLOEXEC))
        guard signalDescriptor >= 0, endDescriptor >= 0 else { return ExitCode.failure }
        let result = Mutex<Int32>(ExitCode.failure)
        let task = Task {
            let code = await body()
            result.withLock { $0 = code }
            var one: UInt64 = 1
            _ = write(endDescriptor, &one, 8)
        }
        defer { task.cancel() }
        while true {
            var watched = [
                pollfd(fd: signalDescriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: endDescriptor, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&watched, 2, -1) > 0 else { continue }
            if watched[1].revents != 0 { return result.withLock { $0 } }
            var info = signalfd_siginfo()
            if read(signalDescriptor, &info, MemoryLayout<signalfd_siginfo>.size) > 0 {
                onSignal(Int32(info.ssi_signo))
            }
        }
    }
}
