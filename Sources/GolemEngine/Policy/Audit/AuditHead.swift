// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc

/// What an audit log had when its lines were brought to the disk last, kept beside it in `audit.head.json`.
///
/// A file that was emptied, cut at its end or beginning, or removed cannot tell that itself.
package struct AuditHead: Sendable, Equatable, Codable {
    /// The number of the oldest line that was kept.
    package var first: Int64
    /// The number of the newest line.
    package var number: Int64
    /// The hash of the newest line.
    package var hash: String

    /// Where the head of the log at `path` is kept.
    static func path(_ path: String) -> String { AuditFiles.stem(path) + ".head.json" }

    /// Reads it; nil when there is none, an error when it cannot be understood.
    static func read(_ path: String) throws(AuditError) -> AuditHead? {
        let name = Self.path(path)
        guard access(name, F_OK) == 0 else { return nil }
        guard let data = FileManager.default.contents(atPath: name),
            let head = try? JSONDecoder().decode(AuditHead.self, from: data)
        else { throw AuditError("\(name) cannot be understood") }
        return head
    }

    /// Replaces it; blocks on the disk.
    func write(_ path: String) throws(AuditError) {
        let text = #"{"first":\#(first),"number":\#(number),"hash":"\#(hash)"}"# + "\n"
        do throws(SystemError) {
            try AtomicFile.write(Array(text.utf8), to: Self.path(path), mode: 0o600)
        } catch {
            throw AuditError(error.description)
        }
    }

    /// What of this is missing in a log whose lines go from `first` to `last`; nil when nothing is.
    func loss(first: Int64?, last: AuditChain) -> String? {
        guard let first else { return "the log is empty, and line \(number) had been written" }
        if last.number < number {
            return "the log ends with line \(last.number), and line \(number) had been written: its end is gone"
        }
        if last.number == number, last.hash != hash { return "line \(number) is not the one that was written" }
        if first > self.first {
            return "the log begins with line \(first), and it had line \(self.first): its beginning is gone"
        }
        return nil
    }
}
