// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import FoundationEssentials
import Glibc

/// An append-only file of lines that is rotated by size; used by one thread at a time.
///
/// `server.log` becomes `server.log.1`, and so on up to the limit; older ones are removed. A write that fails (full
/// disk) loses its lines and is told to the caller; the next one is tried as if nothing had happened. A file or
/// folder that was removed is made again.
struct RotatingFile: ~Copyable {
    private let path: String
    private let sizeLimit: Int
    private let fileLimit: Int
    private var descriptor: Int32 = -1
    private var size = 0

    /// Makes a file that is opened at the first line; at least 4 KiB large, with at least one older one kept.
    init(path: String, sizeLimit: Int, fileLimit: Int) {
        self.path = path
        self.sizeLimit = max(4_096, sizeLimit)
        self.fileLimit = max(1, fileLimit)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Appends whole lines; blocks on the disk.
    ///
    /// Lines longer than a file may be get a file of their own.
    mutating func append(_ bytes: [UInt8]) throws(SystemError) {
        if descriptor >= 0, isRemoved { reopen() }
        if descriptor < 0 { try open() }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = linesThatFit(rest)
            if count == 0 {
                try rotate()
                continue
            }
            try write(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
    }

    /// Opens the file again at the next line, after somebody moved it away (SIGHUP).
    mutating func reopen() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Whether nobody can read any more what would be written.
    private var isRemoved: Bool {
        var info = stat()
        return fstat(descriptor, &info) == 0 && info.st_nlink == 0
    }

    /// How many bytes, in whole lines, go into the file that is open; 0 when it is full.
    private func linesThatFit(_ bytes: ArraySlice<UInt8>) -> Int {
        let room = sizeLimit - size
        if bytes.count <= room { return bytes.count }
        let newline = UInt8(ascii: "\n")
        if room > 0, let end = bytes.prefix(room).lastIndex(of: newline) { return end + 1 - bytes.startIndex }
        guard size == 0 else { return 0 }
        return (bytes.firstIndex(of: newline) ?? bytes.endIndex - 1) + 1 - bytes.startIndex
    }

    private mutating func open() throws(SystemError) {
        descriptor = clinux_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        if descriptor < 0, errno == ENOENT {
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            try? FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            descriptor = clinux_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        }
        guard descriptor >= 0 else { throw .current("open", path: path) }
        size = max(0, Int(lseek(descriptor, 0, SEEK_END)))
    }

    private mutating func rotate() throws(SystemError) {
        reopen()
        for number in stride(from: fileLimit - 1, to: 0, by: -1) {
            rename("\(path).\(number)", "\(path).\(number + 1)")
        }
        // Files beyond the limit are there when it was larger before.
        var beyond = fileLimit + 1
        while unlink("\(path).\(beyond)") == 0 { beyond += 1 }
        guard rename(path, "\(path).1") == 0 else { throw .current("rename", path: path) }
        try open()
    }

    private mutating func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                let error = SystemError.current("write", path: path)
                // Part of a line may have been written: end it, so that the next one begins on its own.
                if rest.count < bytes.count { _ = "\n".withCString { Glibc.write(descriptor, $0, 1) } }
                throw error
            }
            size += count
            rest = rest.dropFirst(count)
        }
    }
}
