// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// The files of the audit log as their one writer sees them; used by one thread at a time.
///
/// `audit.jsonl` is the newest; when it is full it becomes `audit.1.jsonl`, and so on up to the limit. The chain goes
/// on from file to file. An append that fails leaves the file and the chain as they were.
struct AuditFile: ~Copyable {
    private let path: String
    private let sizeLimit: Int
    private let fileLimit: Int
    private var descriptor: Int32 = -1
    private var size = 0
    private var isRegular = true
    private var chain = AuditChain()
    private var isChainKnown = false

    /// Makes the files at `path`, which are opened at the first line.
    init(path: String, sizeLimit: Int, fileLimit: Int) {
        self.path = path
        self.sizeLimit = max(4_096, sizeLimit)
        self.fileLimit = max(1, fileLimit)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Appends the lines of `entries`, all or none; blocks on the disk.
    mutating func append(_ entries: [AuditEntry]) throws(AuditError) {
        if descriptor >= 0, isRemoved { closeFile() }
        if descriptor < 0 { try open() }
        var next = chain
        var bytes: [UInt8] = []
        do {
            for entry in entries { bytes += try next.line(for: entry) }
        } catch {
            throw AuditError(error.description)
        }
        if size > 0, size + bytes.count > sizeLimit { try rotate() }
        try write(bytes)
        chain = next
    }

    /// Brings what was appended to the disk.
    func sync() throws(AuditError) {
        guard descriptor >= 0, isRegular, fdatasync(descriptor) != 0 else { return }
        throw AuditError(SystemError.current("fdatasync", path: path).description)
    }

    private var isRemoved: Bool {
        var info = stat()
        return fstat(descriptor, &info) == 0 && info.st_nlink == 0
    }

    private mutating func closeFile() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    private mutating func open() throws(AuditError) {
        let file = clinux_open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw AuditError(SystemError.current("open", path: path).description) }
        var info = stat()
        guard fstat(file, &info) == 0 else {
            close(file)
            throw AuditError(SystemError.current("fstat", path: path).description)
        }
        isRegular = clinux_is_regular(info.st_mode) != 0
        size = isRegular ? Int(info.st_size) : 0
        descriptor = file
        guard isRegular, !isChainKnown else { return }
        do {
            try takeUpChain(file)
        } catch {
            closeFile()
            throw error
        }
    }

    /// Finds the end of the chain: in this file, or in the one before when this one is new.
    private mutating func takeUpChain(_ file: Int32) throws(AuditError) {
        var removed = 0
        if size > 0 {
            let tail = try Self.tail(of: file, size: size, path: path)
            // A line without its end was never confirmed to anybody: the process or the machine died in it.
            let whole = tail.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            removed = tail.count - whole
            if removed > 0 {
                guard ftruncate(file, off_t(size - removed)) == 0 else {
                    throw AuditError(SystemError.current("ftruncate", path: path).description)
                }
                size -= removed
            }
            try follow(tail.prefix(whole))
        }
        if size == 0 {
            let older = clinux_open(AuditFiles.name(path, 1), O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0)
            if older >= 0 {
                defer { close(older) }
                let length = Int(lseek(older, 0, SEEK_END))
                if length > 0 { try follow(try Self.tail(of: older, size: length, path: path)[...]) }
            }
        }
        isChainKnown = true
        guard removed > 0 else { return }
        try append([
            AuditEntry(
                "audit_recovered", at: SystemTime().wallNow(),
                result: "\(removed) bytes of an unfinished last line were removed", actor: "system")
        ])
    }

    /// Goes on from the last line of `text`; a line that is no longer whole is followed by a new beginning, and
    /// `golem audit verify` names it.
    private mutating func follow(_ text: ArraySlice<UInt8>) throws(AuditError) {
        guard let last = text.split(separator: UInt8(ascii: "\n")).last else { return }
        do {
            var found = AuditChain()
            if try found.follow(last, isFirst: true) == nil { chain = found }
        } catch {
            throw AuditError(error.description)
        }
    }

    /// The end of a file, at least its last line where that has less than 256 KiB.
    private static func tail(of file: Int32, size: Int, path: String) throws(AuditError) -> [UInt8] {
        let count = min(size, 262_144)
        var bytes = [UInt8](repeating: 0, count: count)
        let got = retryingInterrupts { pread(file, &bytes, count, off_t(size - count)) }
        guard got == count else { throw AuditError(SystemError.current("read", path: path).description) }
        return bytes
    }

    private mutating func rotate() throws(AuditError) {
        try sync()
        unlink(AuditFiles.name(path, fileLimit))
        for number in stride(from: fileLimit - 1, to: 0, by: -1) {
            rename(AuditFiles.name(path, number), AuditFiles.name(path, number + 1))
        }
        guard rename(path, AuditFiles.name(path, 1)) == 0 else {
            throw AuditError(SystemError.current("rename", path: path).description)
        }
        closeFile()
        try open()
    }

    private mutating func write(_ bytes: [UInt8]) throws(AuditError) {
        do throws(SystemError) {
            try AtomicFile.writeAll(bytes, to: descriptor, path: path)
            size += bytes.count
        } catch {
            // Half a line would break the chain.
            if isRegular { ftruncate(descriptor, off_t(size)) }
            throw AuditError(error.description)
        }
    }
}

/// Why the audit log could not be written or read.
package struct AuditError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A sentence.
    package let description: String

    init(_ description: String) { self.description = description }
}
