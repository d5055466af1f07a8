// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// A system call that failed, with its errno and the path it was about.
package struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The call, such as `open`.
    package let call: String
    /// The value of errno.
    package let errno: Int32
    /// What the call was about, if it was about a path.
    package let path: String?

    package init(call: String, errno: Int32, path: String? = nil) {
        self.call = call
        self.errno = errno
        self.path = path
    }

    /// The error of the call that just failed on this thread.
    package static func current(_ call: String, path: String? = nil) -> SystemError {
        SystemError(call: call, errno: Glibc.errno, path: path)
    }

    /// A stable code such as `system.ENOENT`.
    package var code: String { "system.\(Self.name(of: errno))" }

    /// Whether the same call may succeed later without anybody changing anything.
    package var isRetryable: Bool {
        [EINTR, EAGAIN, EMFILE, ENFILE, ENOMEM, ENOBUFS, EBUSY, ETIMEDOUT].contains(errno)
    }

    package var description: String {
        let subject = path.map { " \"\($0)\"" } ?? ""
        return "\(call)\(subject) failed: \(Self.text(of: errno)) (\(Self.name(of: errno)))"
    }

    /// The symbolic name of an errno value.
    package static func name(of number: Int32) -> String {
        clinux_errno_name(number).map { String(cString: $0) } ?? "E\(number)"
    }

    /// The sentence of the C library for an errno value, such as `No space left on device`.
    package static func text(of number: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
        return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }
}

/// Repeats a call while a signal interrupts it.
@inline(__always)
func retryingInterrupts<Result: BinaryInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}
