// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// How much room a file system has.
package struct DiskSpace: Sendable, Equatable {
    /// Bytes that this user may still write.
    package let available: UInt64
    /// Bytes of the whole file system.
    package let total: UInt64

    /// Asks the file system that holds `path`.
    ///
    /// Throws when the path does not exist.
    package init(at path: String) throws(SystemError) {
        var info = Glibc.statvfs()
        guard statvfs(path, &info) == 0 else { throw .current("statvfs", path: path) }
        available = UInt64(info.f_bavail) * UInt64(info.f_frsize)
        total = UInt64(info.f_blocks) * UInt64(info.f_frsize)
    }
}
