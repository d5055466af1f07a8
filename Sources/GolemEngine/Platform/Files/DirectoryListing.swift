// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// The names in a directory, read with a bound.
enum DirectoryListing {
    /// One entry.
    struct Entry: Sendable, Equatable {
        let name: String
        let isDirectory: Bool
    }

    /// The names in the directory at `path`, at most `limit`, unsorted.
    static func names(at path: String, limit: Int) throws(SystemError) -> [String] {
        let descriptor = clinux_open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .current("open", path: path) }
        return try entries(consuming: descriptor, limit: limit).map(\.name)
    }

    /// The entries of an open directory, which is closed; at most `limit`, unsorted.
    static func entries(consuming descriptor: Int32, limit: Int) throws(SystemError) -> [Entry] {
        guard let directory = fdopendir(descriptor) else {
            let error = SystemError.current("fdopendir")
            close(descriptor)
            throw error
        }
        defer { closedir(directory) }
        var result: [Entry] = []
        while result.count < limit, let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            var isDirectory = Int32(entry.pointee.d_type) == Int32(DT_DIR)
            if Int32(entry.pointee.d_type) == Int32(DT_UNKNOWN) {
                var info = stat()
                isDirectory =
                    fstatat(descriptor, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && clinux_is_directory(info.st_mode) != 0
            }
            result.append(Entry(name: name, isDirectory: isDirectory))
        }
        return result
    }
}
