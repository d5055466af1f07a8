// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// All files of an audit log, opened at one moment: what a running engine renames and appends later does not show.
struct AuditFileSet: ~Copyable {
    private struct File {
        var name: String
        var descriptor: Int32
        var size: Int
        var identity: UInt64
    }

    private static let attempts = 20
    /// How often a file must be found missing: a writer that changes files may stop in the middle of it.
    private static let gapAttempts = 10

    private let files: [File]
    /// A file that is missing between others.
    let gap: String?

    /// How many files there are, the oldest first.
    var count: Int { files.count }

    /// Opens what is there; an error when the files keep changing or cannot be opened.
    init(_ path: String) throws(AuditError) {
        let all = try Self.openAll(path)
        files = all.files
        gap = all.gap
    }

    private static func openAll(_ path: String) throws(AuditError) -> (files: [File], gap: String?) {
        for attempt in 1...attempts {
            let numbers = AuditFiles.numbers(path)
            guard let opened = try open(numbers.map { AuditFiles.name(path, $0) }) else { continue }
            // The files were renamed in between when the names stand for others now.
            let gap = AuditFiles.gap(numbers, path)
            if AuditFiles.numbers(path) == numbers, opened.allSatisfy({ isStill($0) }),
                gap == nil || attempt >= gapAttempts
            {
                return (opened, gap)
            }
            for file in opened { close(file.descriptor) }
            usleep(20_000)
        }
        throw AuditError("the files of \(path) change too fast to be read")
    }

    deinit { for file in files { close(file.descriptor) } }

    /// Opens files; nil when one of them is gone by now.
    private static func open(_ names: [String]) throws(AuditError) -> [File]? {
        var opened: [File] = []
        for name in names {
            let descriptor = clinux_open(name, O_RDONLY | O_CLOEXEC, 0)
            var info = stat()
            if descriptor >= 0, fstat(descriptor, &info) == 0 {
                opened.append(
                    File(
                        name: name, descriptor: descriptor, size: max(0, Int(info.st_size)),
                        identity: UInt64(info.st_ino)))
                continue
            }
            let error = SystemError.current("open", path: name)
            for file in opened { close(file.descriptor) }
            if descriptor >= 0 { close(descriptor) }
            guard error.errno == ENOENT else { throw AuditError(error.description) }
            return nil
        }
        return opened
    }

    private static func isStill(_ file: File) -> Bool {
        var info = stat()
        return stat(file.name, &info) == 0 && UInt64(info.st_ino) == file.identity
    }

    /// The name of a file.
    func name(_ place: Int) -> String { files[place].name }

    /// Gives every line of a file to `body` with its number from 1 on, without its newline; ends when `body` gives
    /// false.
    ///
    /// Blocks on the disk. What stands after the last newline is a line too, except in the newest file, where somebody
    /// may be writing it.
    func lines(_ place: Int, _ body: (Int, ArraySlice<UInt8>) throws(AuditError) -> Bool) throws(AuditError) {
        let file = files[place]
        var rest: [UInt8] = []
        var number = 0
        var offset = 0
        var buffer = [UInt8](repeating: 0, count: 262_144)
        while offset < file.size {
            let wanted = min(buffer.count, file.size - offset)
            let count = retryingInterrupts { pread(file.descriptor, &buffer, wanted, off_t(offset)) }
            guard count >= 0 else { throw AuditError(SystemError.current("read", path: file.name).description) }
            if count == 0 { break }
            offset += count
            rest += buffer[..<count]
            var start = rest.startIndex
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                number += 1
                guard try body(number, rest[start..<end]) else { return }
                start = end + 1
            }
            rest.removeSubrange(..<start)
        }
        if !rest.isEmpty, place < files.count - 1 { _ = try body(number + 1, rest[...]) }
    }

    /// The last whole lines of a file, at most `count`, in their order.
    func lastLines(_ place: Int, count: Int) throws(AuditError) -> [ArraySlice<UInt8>] {
        let file = files[place]
        let bytes = try Self.end(of: file.descriptor, size: file.size, name: file.name, lines: count)
        let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { bytes[...$0] } ?? []
        return whole.split(separator: UInt8(ascii: "\n")).suffix(count)
    }

    /// What the first and last lines of the files say: enough for a start, which does not read them all.
    struct Edges {
        /// The number of the oldest line; nil when there is none.
        var first: Int64?
        /// The end of the chain.
        var last = AuditChain()
        /// Files that hold lines.
        var files = 0
        /// What is wrong.
        var problem: String?
        /// Whether the last line of all cannot be gone on from.
        var isEndBroken = false

        fileprivate mutating func follow(
            _ first: [UInt8], _ last: ArraySlice<UInt8>, _ name: String
        ) throws(AuditError) {
            do throws(SHA256.Unavailable) {
                var begin = self.last
                let isOldest = self.first == nil
                if let reason = try begin.follow(first, isFirst: isOldest) {
                    problem = problem ?? "\(name) line 1: \(reason)"
                } else if isOldest {
                    self.first = begin.number
                }
                var end = AuditChain()
                if let reason = try end.follow(last, isFirst: true) {
                    problem = problem ?? "the last line of \(name): \(reason)"
                    isEndBroken = true
                } else {
                    self.last = end
                    isEndBroken = false
                }
            } catch {
                throw AuditError(error.description)
            }
        }
    }

    func edges() throws(AuditError) -> Edges {
        var edges = Edges()
        edges.problem = gap.map { "\($0) is missing, and older files are there" }
        for place in 0..<files.count {
            guard let first = try firstLine(place), let last = try lastLines(place, count: 1).last else { continue }
            edges.files += 1
            try edges.follow(first, last, files[place].name)
        }
        return edges
    }

    /// The number of a file's first line; nil when it has none.
    func firstNumber(_ place: Int) throws(AuditError) -> Int64? {
        guard let line = try firstLine(place) else { return nil }
        return (try? JSONValue(parsing: String(decoding: line, as: UTF8.self)))?["seq"]?.integerValue
    }

    private func firstLine(_ place: Int) throws(AuditError) -> [UInt8]? {
        var first: [UInt8]?
        try lines(place) { (_, line) throws(AuditError) in
            first = Array(line)
            return false
        }
        return first
    }

    /// The end of a file with at least so many whole lines, or all of it.
    static func end(of file: Int32, size: Int, name: String, lines: Int) throws(AuditError) -> [UInt8] {
        var bytes: [UInt8] = []
        var begin = size
        var newlines = 0
        // One more: the line that is cut at the beginning does not count.
        while begin > 0, newlines <= lines + 1 {
            let count = min(begin, 262_144)
            var part = [UInt8](repeating: 0, count: count)
            let got = retryingInterrupts { pread(file, &part, count, off_t(begin - count)) }
            guard got == count else { throw AuditError(SystemError.current("read", path: name).description) }
            newlines += part.count(where: { $0 == UInt8(ascii: "\n") })
            bytes = part + bytes
            begin -= count
        }
        guard begin > 0, let first = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return bytes }
        return Array(bytes[(first + 1)...])
    }
}
