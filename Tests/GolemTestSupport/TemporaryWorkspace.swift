// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc

/// A folder that is removed with its last reference.
package final class TemporaryWorkspace: Sendable {
    /// The folder.
    package let path: String

    /// Makes an empty folder; its name is short, because a socket is put into it.
    package init() throws {
        path = "/tmp/golem-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        chmod(path, 0o700)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, with its folders.
    package func write(_ text: String, to name: String) throws {
        let file = "\(path)/\(name)"
        let folder = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: file))
    }

    /// The bytes of a file; empty when there is none.
    package func bytes(of name: String) -> [UInt8] {
        FileManager.default.contents(atPath: "\(path)/\(name)").map { Array($0) } ?? []
    }

    /// The permissions of a file; 0 when there is none.
    package func mode(of name: String) -> UInt32 {
        var info = stat()
        return stat("\(path)/\(name)", &info) == 0 ? info.st_mode & 0o7777 : 0
    }

    /// The names in a folder of it, sorted.
    package func names(in folder: String = "") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).sorted()
    }
}
