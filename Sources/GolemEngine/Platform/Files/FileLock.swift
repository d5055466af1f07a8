// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import Synchronization

/// An exclusive lock on a file, held by at most one process of the machine.
///
/// The kernel releases it when the holder ends, however it ends. The file stays: removing it would let two processes
/// hold locks on two files of the same name. The file holds the pid of the holder for messages.
package final class FileLock: Sendable {
    /// Where the lock file is.
    package let path: String
    private let descriptor: Mutex<Int32>

    /// Takes the lock or says who holds it.
    ///
    /// Does not wait.
    package init(path: String) throws(FileLockError) {
        self.path = path
        let file = clinux_open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .system(.current("open", path: path)) }
        guard retryingInterrupts({ clinux_flock_exclusive_nonblocking(file) }) == 0 else {
            let error = SystemError.current("flock", path: path)
            let holder = Self.holder(in: file)
            close(file)
            throw error.errno == EWOULDBLOCK ? .held(path, by: holder) : .system(error)
        }
        descriptor = Mutex(file)
        do throws(SystemError) {
            guard ftruncate(file, 0) == 0 else { throw .current("ftruncate", path: path) }
            try AtomicFile.writeAll(Array("\(getpid())\n".utf8), to: file, path: path)
        } catch {
            close(file)
            descriptor.withLock { $0 = -1 }
            throw .system(error)
        }
    }

    deinit { release() }

    /// Gives the lock back.
    ///
    /// May be called more than once.
    package func release() {
        let file = descriptor.withLock { descriptor -> Int32 in
            defer { descriptor = -1 }
            return descriptor
        }
        guard file >= 0 else { return }
        ftruncate(file, 0)
        close(file)
    }

    private static func holder(in file: Int32) -> Int32? {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(file, &buffer, buffer.count, 0)
        return count > 0 ? Int32(String(decoding: buffer[..<count].prefix { $0 != 10 }, as: UTF8.self)) : nil
    }
}

/// Why a lock could not be taken.
package struct FileLockError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable code: `lock.held` or `lock.system`.
    package let code: String
    package let description: String
    /// The process that holds the lock, if it could be read.
    package let holder: Int32?
    /// Whether the lock may be free later.
    package let isRetryable: Bool
    /// The errno behind it, 0 if none.
    package let errno: Int32

    static func held(_ path: String, by holder: Int32?) -> FileLockError {
        let who = holder.map { "process \($0)" } ?? "another process"
        return FileLockError(
            code: "lock.held", description: "\(who) holds the lock \"\(path)\"", holder: holder, isRetryable: true,
            errno: EWOULDBLOCK)
    }

    static func system(_ cause: SystemError) -> FileLockError {
        FileLockError(
            code: "lock.system", description: cause.description, holder: nil, isRetryable: cause.isRetryable,
            errno: cause.errno)
    }
}
