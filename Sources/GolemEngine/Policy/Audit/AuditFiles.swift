// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// The files of an audit log as a reader sees them.
package enum AuditFiles {
    /// Where the newest file of a workspace is.
    package static func path(workspace: String) -> String { workspace + "/state/audit.jsonl" }

    /// The name of the file with a number: `audit.jsonl`, `audit.1.jsonl`, `audit.2.jsonl` and so on into the past.
    static func name(_ path: String, _ number: Int) -> String {
        guard number > 0 else { return path }
        let stem = path.hasSuffix(".jsonl") ? String(path.dropLast(6)) : path
        return "\(stem).\(number).jsonl"
    }

    /// The files that exist, the oldest first.
    package static func present(_ path: String) -> [String] {
        var names: [String] = []
        var number = 1
        while access(name(path, number), F_OK) == 0 {
            names.append(name(path, number))
            number += 1
        }
        return names.reversed() + (access(path, F_OK) == 0 ? [path] : [])
    }

    /// Gives every line of a file to `body` with its number from 1 on, without its newline; ends when `body` gives
    /// false.
    ///
    /// Blocks on the disk. What stands after the last newline is a line too.
    static func lines(of path: String, _ body: (Int, ArraySlice<UInt8>) throws(AuditError) -> Bool)
        throws(AuditError)
    {
        let file = clinux_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard file >= 0 else { throw AuditError(SystemError.current("open", path: path).description) }
        defer { close(file) }
        var rest: [UInt8] = []
        var number = 0
        var buffer = [UInt8](repeating: 0, count: 262_144)
        while true {
            let count = retryingInterrupts { Glibc.read(file, &buffer, buffer.count) }
            guard count >= 0 else { throw AuditError(SystemError.current("read", path: path).description) }
            if count == 0 { break }
            rest += buffer[..<count]
            var start = rest.startIndex
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                number += 1
                guard try body(number, rest[start..<end]) else { return }
                start = end + 1
            }
            rest.removeSubrange(..<start)
        }
        if !rest.isEmpty { _ = try body(number + 1, rest[...]) }
    }

    /// What a check of the whole log found.
    package struct Verdict: Sendable, Equatable {
        /// How many lines are in order.
        package var lines = 0
        /// The number of the first line that is there; more than 1 when older files are gone.
        package var first: Int64?
        /// The hash of the last good line, to be noted elsewhere.
        package var head = AuditChain.origin
        /// Where the chain breaks: file, line number and what is wrong.
        package var broken: (file: String, line: Int, reason: String)?

        package static func == (lhs: Verdict, rhs: Verdict) -> Bool {
            lhs.lines == rhs.lines && lhs.first == rhs.first && lhs.head == rhs.head
                && lhs.broken?.file == rhs.broken?.file && lhs.broken?.line == rhs.broken?.line
        }
    }

    /// Checks the chain from the oldest file to the newest; blocks while it reads them all.
    package static func verify(_ path: String) throws(AuditError) -> Verdict {
        var verdict = Verdict()
        var chain = AuditChain()
        for file in present(path) {
            try lines(of: file) { (number, line) throws(AuditError) in
                do throws(SHA256.Unavailable) {
                    if let reason = try chain.follow(line, isFirst: verdict.first == nil) {
                        verdict.broken = (file, number, reason)
                        return false
                    }
                } catch {
                    throw AuditError(error.description)
                }
                if verdict.first == nil { verdict.first = chain.number }
                verdict.lines += 1
                verdict.head = chain.hash
                return true
            }
            if verdict.broken != nil { return verdict }
        }
        return verdict
    }

    /// Gives every line with a time in the range to `body`, the oldest first; lines that do not parse are left out.
    package static func read(
        _ path: String, since: String? = nil, until: String? = nil, _ body: (String, JSONValue) -> Void
    ) throws(AuditError) {
        for file in present(path) {
            try lines(of: file) { (_, line) throws(AuditError) in
                let text = String(decoding: line, as: UTF8.self)
                guard let value = try? JSONValue(parsing: text), let time = value["time"]?.stringValue else {
                    return true
                }
                if let since, time < since { return true }
                if let until, time >= until { return true }
                body(text, value)
                return true
            }
        }
    }
}
