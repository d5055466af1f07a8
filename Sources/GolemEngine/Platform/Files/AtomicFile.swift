// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// Replaces files as a whole: a reader sees the old bytes or the new ones, also after a crash or on a full disk.
package enum AtomicFile {
    /// Writes a file next to its final place, syncs it and renames it over the old one.
    ///
    /// When anything fails the old file is as before and nothing is left behind. A symbolic link at `path` is
    /// replaced, not followed. Blocks on the disk.
    package static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(SystemError) {
        let directory = try openFolder(of: path)
        defer { close(directory) }
        let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
        try write(bytes, in: directory, name: name, mode: mode)
    }

    /// Brings the name of a new file at `path` to the disk.
    ///
    /// Blocks on the disk.
    static func syncFolder(of path: String) throws(SystemError) {
        let directory = try openFolder(of: path)
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw .current("fsync", path: path) }
    }

    private static func openFolder(of path: String) throws(SystemError) -> Int32 {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let directory = clinux_open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard directory >= 0 else { throw .current("open", path: folder) }
        return directory
    }

    /// The same beneath an open directory (not an `O_PATH` handle); `name` is a single component.
    static func write(_ bytes: [UInt8], in directory: Int32, name: String, mode: UInt32) throws(SystemError) {
        let temporary = ".tmp-\(String(UInt64.random(in: .min ... .max), radix: 16))"
        let file = clinux_openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .current("create", path: name) }
        do throws(SystemError) {
            defer { close(file) }
            try writeAll(bytes, to: file, path: name)
            // After the bytes: a mode without write permission must not get in the way.
            guard fchmod(file, mode) == 0 else { throw .current("chmod", path: name) }
            guard fsync(file) == 0 else { throw .current("fsync", path: name) }
        } catch {
            unlinkat(directory, temporary, 0)
            throw error
        }
        guard renameat(directory, temporary, directory, name) == 0 else {
            let error = SystemError.current("rename", path: name)
            unlinkat(directory, temporary, 0)
            throw error
        }
        guard fsync(directory) == 0 else { throw .current("fsync", path: name) }
    }

    /// Writes all bytes to a blocking descriptor.
    static func writeAll(_ bytes: [UInt8], to file: Int32, path: String?) throws(SystemError) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { all in
                retryingInterrupts { Glibc.write(file, all.baseAddress.map { $0 + offset }, all.count - offset) }
            }
            guard count > 0 else { throw .current("write", path: path) }
            offset += count
        }
    }
}
