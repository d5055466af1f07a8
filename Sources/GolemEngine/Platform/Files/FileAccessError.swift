// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// Why a path in a confined file system cannot be used.
package struct FileAccessError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable code: `file.outside`, `file.protected`, `file.not_found`, `file.not_a_file`, `file.not_a_directory`,
    /// `file.invalid_path`, `file.too_many_links`, `file.unsettled`, `file.system`.
    package let code: String
    package let description: String
    /// The errno behind it, 0 if none.
    package let errno: Int32
    /// Whether the same call may succeed later.
    package let isRetryable: Bool

    init(_ code: String, _ description: String, errno: Int32 = 0, isRetryable: Bool = false) {
        self.code = "file.\(code)"
        self.description = description
        self.errno = errno
        self.isRetryable = isRetryable
    }

    static func outside(_ path: String, root: String) -> FileAccessError {
        FileAccessError("outside", "access denied: path \"\(path)\" is outside workspace \"\(root)\"", errno: EACCES)
    }

    static func protected(_ path: String) -> FileAccessError {
        FileAccessError("protected", "access denied: path \"\(path)\" belongs to the server itself", errno: EACCES)
    }

    static func notFound(_ path: String) -> FileAccessError {
        FileAccessError("not_found", "no such file or directory: \"\(path)\"", errno: ENOENT)
    }

    static func notAFile(_ path: String) -> FileAccessError {
        FileAccessError("not_a_file", "not a regular file: \"\(path)\"", errno: EISDIR)
    }

    static func notADirectory(_ path: String) -> FileAccessError {
        FileAccessError("not_a_directory", "not a directory: \"\(path)\"", errno: ENOTDIR)
    }

    static func invalidPath(_ reason: String) -> FileAccessError {
        FileAccessError("invalid_path", reason, errno: EINVAL)
    }

    static func tooManyLinks(_ path: String) -> FileAccessError {
        FileAccessError("too_many_links", "too many symbolic links in \"\(path)\"", errno: ELOOP)
    }

    static func unsettled(_ path: String) -> FileAccessError {
        FileAccessError("unsettled", "\"\(path)\" keeps changing", errno: EAGAIN, isRetryable: true)
    }

    static func system(_ call: String, _ path: String, errno number: Int32 = Glibc.errno) -> FileAccessError {
        let cause = SystemError(call: call, errno: number, path: path)
        return FileAccessError("system", cause.description, errno: number, isRetryable: cause.isRetryable)
    }
}
