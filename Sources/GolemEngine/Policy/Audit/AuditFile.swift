// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// The files of the audit log as their one writer sees them; used by one thread at a time.
///
/// `audit.jsonl` is the newest; when it is full it becomes `audit.1.jsonl`, and so on up to the limit. The chain goes
/// on from file to file. An append that fails leaves the file and the chain as they were. What was removed or changed
/// behind its back becomes a line, and is told by `takeDamage`.
struct AuditFile: ~Copyable {
    private let path: String
    private let sizeLimit: Int
    private let fileLimit: Int
    private var descriptor: Int32 = -1
    private var size = 0
    private var isRegular = true
    private var chain = AuditChain()
    private var isChainKnown = false
    /// The number of the oldest line that is kept.
    private var first: Int64 = 1
    /// What was found when the files were opened; written before the next lines.
    private var found: [AuditEntry] = []
    private var damage: String?
    /// What `audit.head.json` holds.
    private var head: AuditHead?

    /// Makes the files at `path`, which are opened at the first line.
    init(path: String, sizeLimit: Int, fileLimit: Int) {
        self.path = path
        self.sizeLimit = max(4_096, sizeLimit)
        self.fileLimit = max(1, fileLimit)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Appends the lines of `entries`, all or none; blocks on the disk.
    mutating func append(_ entries: [AuditEntry]) throws(AuditError) {
        if descriptor >= 0, isReplaced {
            closeFile()
            note("audit_replaced", "\(path) was removed, renamed or replaced while it was written: lines may be gone")
        }
        if descriptor < 0 { try open() }
        var next = chain
        var bytes: [UInt8] = []
        do {
            for entry in found + entries { bytes += try next.line(for: entry) }
        } catch {
            throw AuditError(error.description)
        }
        if size > 0, bytes.count > sizeLimit - size { try rotate() }
        try write(bytes)
        found = []
        chain = next
    }

    /// Brings what was appended to the disk, and notes beside it how far the log goes.
    mutating func sync() throws(AuditError) {
        guard descriptor >= 0, isRegular else { return }
        guard fdatasync(descriptor) == 0 else {
            throw AuditError(SystemError.current("fdatasync", path: path).description)
        }
        let now = AuditHead(first: first, number: chain.number, hash: chain.hash)
        guard now != head, chain.number > 0 else { return }
        try now.write(path)
        head = now
    }

    /// What was found to be wrong with the files since this was asked last.
    mutating func takeDamage() -> String? { exchange(&damage, with: nil) }

    private mutating func note(_ type: String, _ what: String) {
        found.append(AuditEntry(type, at: SystemTime().wallNow(), result: what, actor: "system"))
        damage = [damage, what].compactMap(\.self).joined(separator: "; ")
    }

    /// Whether the name stands for another file than the one that is written, or for none.
    private var isReplaced: Bool {
        guard isRegular else { return false }
        var own = stat()
        var named = stat()
        guard fstat(descriptor, &own) == 0 else { return true }
        return stat(path, &named) != 0 || named.st_ino != own.st_ino || named.st_dev != own.st_dev
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

    /// Finds the end of the chain, and what is missing of what an earlier process wrote.
    private mutating func takeUpChain(_ file: Int32) throws(AuditError) {
        var removed = 0
        if size > 0 {
            let end = try AuditFileSet.end(of: file, size: size, name: path, lines: 1)
            // A line without its end was never confirmed to anybody: the process or the machine died in it.
            removed = end.count - (end.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
            if removed > 0 {
                guard ftruncate(file, off_t(size - removed)) == 0 else {
                    throw AuditError(SystemError.current("ftruncate", path: path).description)
                }
                size -= removed
            }
        }
        var problems: [String] = []
        do { head = try AuditHead.read(path) } catch { problems.append(error.description) }
        let edges = try AuditFileSet(path).edges()
        problems += edges.problem.map { [$0] } ?? []
        if let head {
            problems += head.loss(first: edges.first, last: edges.last).map { [$0] } ?? []
        } else if let first = edges.first, first > 1, edges.files == 1 {
            problems.append("the log begins with line \(first), and there is no older file: its beginning is gone")
        }
        chain = edges.last
        first = edges.first ?? 1
        if let head, head.number > chain.number || edges.isEndBroken {
            // The chain goes on behind what was written, so that the gap stays to be seen.
            chain.number = head.number
            chain.hash = head.hash
            first = min(first, head.first)
        }
        if let head { first = min(first, head.first) }
        isChainKnown = true
        if removed > 0 {
            found.append(
                AuditEntry(
                    "audit_recovered", at: SystemTime().wallNow(),
                    result: "\(removed) bytes of an unfinished last line were removed", actor: "system"))
        }
        for problem in problems { note("audit_damaged", problem) }
    }

    private mutating func rotate() throws(AuditError) {
        try sync()
        let numbers = AuditFiles.numbers(path)
        if numbers.contains(where: { $0 >= fileLimit }) {
            // Noted before the oldest is removed: a crash in between must not look like a theft.
            let set = try AuditFileSet(path)
            if let place = numbers.firstIndex(where: { $0 < fileLimit }), let oldest = try set.firstNumber(place) {
                first = oldest
                try sync()
            }
        }
        for number in numbers where number >= fileLimit { unlink(AuditFiles.name(path, number)) }
        for number in numbers where number > 0 && number < fileLimit {
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
