// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// Reads lines of the audit log as they come, over the change of files; used by one task at a time.
package struct AuditFollower: ~Copyable {
    private let path: String
    private var descriptor: Int32 = -1
    private var identity: (device: UInt, inode: UInt) = (0, 0)
    private var rest: [UInt8] = []
    private var number: Int64

    /// Follows the log behind the line `number`.
    package init(path: String, after number: Int64) {
        self.path = path
        self.number = number
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Gives the lines that came since the last call to `body`; blocks on the disk.
    package mutating func next(_ body: (String, JSONValue) -> Void) throws(AuditError) {
        // Whether the name stands for another file is asked first: what comes after belongs to the next call.
        var info = stat()
        let isThere = stat(path, &info) == 0
        let current = (device: UInt(info.st_dev), inode: UInt(info.st_ino))
        if descriptor >= 0 { try readOn(body) }
        guard isThere, descriptor < 0 || current != identity else { return }
        if descriptor >= 0 { close(descriptor) }
        rest = []
        descriptor = clinux_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw AuditError(SystemError.current("open", path: path).description) }
        if fstat(descriptor, &info) == 0 { identity = (UInt(info.st_dev), UInt(info.st_ino)) }
        try readOn(body)
    }

    private mutating func readOn(_ body: (String, JSONValue) -> Void) throws(AuditError) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let file = descriptor
        while true {
            let count = retryingInterrupts { Glibc.read(file, &buffer, buffer.count) }
            guard count >= 0 else { throw AuditError(SystemError.current("read", path: path).description) }
            if count == 0 { return }
            rest += buffer[..<count]
            var start = rest.startIndex
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                give(String(decoding: rest[start..<end], as: UTF8.self), body)
                start = end + 1
            }
            rest.removeSubrange(..<start)
        }
    }

    private mutating func give(_ text: String, _ body: (String, JSONValue) -> Void) {
        guard let value = try? JSONValue(parsing: text), let seq = value["seq"]?.integerValue, seq > number else {
            return
        }
        number = seq
        body(text, value)
    }
}
