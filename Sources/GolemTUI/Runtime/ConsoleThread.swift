// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import Synchronization

/// The console's own thread.
package enum ConsoleThread {
    /// Runs a loop on a thread of its own; the calling task only waits.
    ///
    /// Cancelling it makes the loop quit.
    ///
    /// `makeLoop` runs on the new thread because a terminal belongs to one thread; an error of it or of the loop is thrown.
    package static func run<Program: ConsoleProgram>(
        mailbox: ConsoleMailbox<Program.Message>,
        makeLoop: @escaping @Sendable () throws(TerminalError) -> ConsoleLoop<Program>
    ) async throws(TerminalError) -> ConsoleExit {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (continuation: CheckedContinuation<Result<ConsoleExit, TerminalError>, Never>) in
                start {
                    continuation.resume(returning: outcome(makeLoop))
                } orFail: { code in
                    let error = TerminalError(
                        code: "terminal.system", message: "no thread for the console", errno: code)
                    continuation.resume(returning: .failure(error))
                }
            }
        } onCancel: {
            mailbox.stop(.quit)
        }
        return try result.get()
    }

    /// Makes and runs a loop; the terminal is let go before this returns.
    private static func outcome<Program: ConsoleProgram>(
        _ makeLoop: @Sendable () throws(TerminalError) -> ConsoleLoop<Program>
    ) -> Result<ConsoleExit, TerminalError> {
        do throws(TerminalError) { return .success(try makeLoop().run()) } catch { return .failure(error) }
    }

    private static func start(_ body: @escaping @Sendable () -> Void, orFail: (Int32) -> Void) {
        let box = Unmanaged.passRetained(ThreadBody(body))
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, runThreadBody, box.toOpaque())
        guard code == 0 else {
            box.release()
            orFail(code)
            return
        }
        pthread_detach(thread)
    }
}

/// What a new thread runs.
private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func runThreadBody(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    SystemCalls.nameThread("golem-console")
    Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
    return nil
}
