// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// The files of an audit log as a reader sees them.
package enum AuditFiles {
    /// Where the newest file of a workspace is.
    package static func path(workspace: String) -> String { workspace + "/state/audit.jsonl" }

    /// The name without what tells the files apart.
    static func stem(_ path: String) -> String { path.hasSuffix(".jsonl") ? String(path.dropLast(6)) : path }

    /// The name of the file with a number: `audit.jsonl`, `audit.1.jsonl`, `audit.2.jsonl` and so on into the past.
    static func name(_ path: String, _ number: Int) -> String {
        number > 0 ? "\(stem(path)).\(number).jsonl" : path
    }

    /// The numbers of the files that exist, the oldest (largest) first; 0 is the newest file.
    static func numbers(_ path: String) -> [Int] {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[..<$0]) } ?? "."
        let prefix = stem(slash.map { String(path[path.index(after: $0)...]) } ?? path) + "."
        let names = (try? DirectoryListing.names(at: folder.isEmpty ? "/" : folder, limit: 100_000)) ?? []
        var numbers = names.compactMap { name -> Int? in
            guard name.hasPrefix(prefix), name.hasSuffix(".jsonl"), name.utf8.count > prefix.utf8.count + 6,
                let number = Int(name.dropFirst(prefix.count).dropLast(6)), number > 0
            else { return nil }
            return number
        }
        if access(path, F_OK) == 0 { numbers.append(0) }
        return numbers.sorted(by: >)
    }

    /// The files that exist, the oldest first; also those behind a gap.
    package static func present(_ path: String) -> [String] { numbers(path).map { name(path, $0) } }

    /// Whether there is a log, or was one.
    package static func wasWritten(_ path: String) -> Bool {
        !numbers(path).isEmpty || access(AuditHead.path(path), F_OK) == 0
    }

    /// The bytes of all files.
    static func size(_ path: String) -> Int {
        present(path).reduce(0) { sum, name in
            var info = stat()
            return stat(name, &info) == 0 ? sum + Int(info.st_size) : sum
        }
    }

    /// Which of the older files is missing; nil when none is.
    static func gap(_ numbers: [Int], _ path: String) -> String? {
        guard let oldest = numbers.first, oldest > 0 else { return nil }
        let there = Set(numbers)
        return (1...oldest).reversed().first { !there.contains($0) }.map { name(path, $0) }
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

    /// Checks the chain from the oldest file to the newest, and that nothing is missing that `audit.head.json` names;
    /// blocks while it reads them all.
    ///
    /// Beside a running engine too: lines that come meanwhile are left out.
    package static func verify(_ path: String) throws(AuditError) -> Verdict {
        // What must be there is read before the files, what must not be there any more after they are open.
        let before = try AuditHead.read(path)
        let set = try AuditFileSet(path)
        let after = try AuditHead.read(path)
        var verdict = Verdict()
        // When files are changed there is no newest one for a moment, or until the next start; the head knows whether
        // something is missing.
        let lacksNewest = before == nil && set.count > 0 && set.name(set.count - 1) != path
        if let gap = set.gap ?? (lacksNewest ? path : nil) {
            verdict.broken = (gap, 0, "the file is missing, and older ones are there")
            return verdict
        }
        var chain = AuditChain()
        for place in 0..<set.count {
            let file = set.name(place)
            try set.lines(place) { (number, line) throws(AuditError) in
                do throws(SHA256.Unavailable) {
                    if let reason = try chain.follow(line, isFirst: verdict.first == nil) {
                        verdict.broken = (file, number, reason)
                        return false
                    }
                } catch {
                    throw AuditError(error.description)
                }
                if let before, chain.number == before.number, chain.hash != before.hash {
                    verdict.broken = (file, number, "it is not the line that was written")
                    return false
                }
                if verdict.first == nil { verdict.first = chain.number }
                verdict.lines += 1
                verdict.head = chain.hash
                return true
            }
            if verdict.broken != nil { return verdict }
        }
        if var expected = before {
            expected.first = max(expected.first, after?.first ?? 0)
            verdict.broken = expected.loss(first: verdict.first, last: chain).map { (file: path, line: 0, reason: $0) }
        } else if set.count == 1, let first = verdict.first, first > 1 {
            verdict.broken = (
                path, 1, "it is line \(first) of the log, and there is no older file: its beginning is gone"
            )
        }
        return verdict
    }

    /// Gives every line with a time in the range to `body`, the oldest first, until it gives false; lines that do not
    /// parse are left out.
    package static func read(
        _ path: String, since: String? = nil, until: String? = nil, _ body: (String, JSONValue) -> Bool
    ) throws(AuditError) {
        let set = try AuditFileSet(path)
        var goesOn = true
        for place in 0..<set.count where goesOn {
            try set.lines(place) { (_, line) throws(AuditError) in
                let text = String(decoding: line, as: UTF8.self)
                guard let value = try? JSONValue(parsing: text), let time = value["time"]?.stringValue else {
                    return true
                }
                if let since, time < since { return true }
                if let until, time >= until { return true }
                goesOn = body(text, value)
                return goesOn
            }
        }
    }

    /// The newest lines, at most `count`, the oldest of them first; reads no more of the files than they take.
    package static func tail(_ path: String, count: Int) throws(AuditError) -> [(text: String, value: JSONValue)] {
        let set = try AuditFileSet(path)
        var found: [(text: String, value: JSONValue)] = []
        for place in (0..<set.count).reversed() where found.count < count {
            let wanted = count - found.count
            let lines = try set.lastLines(place, count: wanted).compactMap {
                line -> (text: String, value: JSONValue)? in
                let text = String(decoding: line, as: UTF8.self)
                return (try? JSONValue(parsing: text)).map { (text: text, value: $0) }
            }
            found = Array(lines.suffix(wanted)) + found
        }
        return found
    }
}
