// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// An append-only file that is rotated by size; used by one thread at a time.
///
/// `server.log` becomes `server.log.1`, and so on up to the limit. A write that fails (full disk) is counted and the
/// count is written once there is room again; nothing here ever stops the writer.
struct RotatingFile: ~Copyable {
    private let path: String
    private let sizeLimit: Int
    private let fileLimit: Int
    private var descriptor: Int32 = -1
    private var size = 0
    private var lost = 0

    init(path: String, sizeLimit: Int, fileLimit: Int) {
        self.path = path
        self.sizeLimit = max(4_096, sizeLimit)
        self.fileLimit = max(1, fileLimit)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Appends whole lines.
    mutating func append(_ bytes: [UInt8]) {
        if descriptor >= 0, size + bytes.count > sizeLimit { rotate() }
        if descriptor < 0 { open() }
        var bytes = bytes
        if lost > 0 { bytes = Array("time=- level=WARN msg=\"log lines lost\" bytes=\(lost)\n".utf8) + bytes }
        if writeAll(bytes) {
            lost = 0
        } else {
            lost += bytes.count
        }
    }

    /// Opens the file again, after somebody moved it away (SIGHUP).
    mutating func reopen() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    private mutating func open() {
        descriptor = clinux_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        size = Int(lseek(descriptor, 0, SEEK_END))
    }

    private mutating func rotate() {
        close(descriptor)
        descriptor = -1
        for number in stride(from: fileLimit - 1, to: 0, by: -1) {
            rename("\(path).\(number)", "\(path).\(number + 1)")
        }
        rename(path, "\(path).1")
        unlink("\(path).\(fileLimit + 1)")
        open()
    }

    private mutating func writeAll(_ bytes: [UInt8]) -> Bool {
        guard descriptor >= 0 else { return false }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                // Part of a line may have been written: end it, so that the next one begins on its own.
                if rest.count < bytes.count { _ = "\n".withCString { write(descriptor, $0, 1) } }
                return false
            }
            size += count
            rest = rest.dropFirst(count)
        }
        return true
    }
}
