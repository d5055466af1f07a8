// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// How the lines of the audit log hang together.
///
/// Each line names the hash of the line before (`prev`) and ends with its own: the SHA-256 of the line with
/// `,"hash":"…"` taken out. Whoever changes, removes or inserts a line breaks the chain at that place.
package struct AuditChain: Sendable, Equatable {
    /// What the first line of all names as the one before.
    package static let origin = String(repeating: "0", count: 64)

    /// The number of the last line; 0 before the first.
    package var number: Int64 = 0
    /// The hash of the last line.
    package var hash = AuditChain.origin

    /// Makes the beginning of a chain.
    package init() {}

    /// The next line with its newline; the chain then goes on from it.
    mutating func line(for entry: AuditEntry) throws(SHA256.Unavailable) -> [UInt8] {
        var line = try entry.body(number: number + 1, previous: hash)
        let closing = UInt8(ascii: "}")
        hash = try SHA256.hex(line + [closing])
        number += 1
        line += Array(",\"hash\":\"\(hash)\"}\n".utf8)
        return line
    }

    /// What is wrong with a line; nil when its hash is right.
    static func problem(of line: some Collection<UInt8>, _ parsed: JSONValue?) throws(SHA256.Unavailable) -> String? {
        let bytes = Array(line)
        guard let parsed, parsed.objectValue != nil else { return "it is not a line of the audit log" }
        guard let hash = parsed["hash"]?.stringValue else { return "it has no hash" }
        let end = Array(",\"hash\":\"\(hash)\"}".utf8)
        guard bytes.suffix(end.count).elementsEqual(end) else { return "its hash does not stand at its end" }
        let actual = try SHA256.hex(bytes.dropLast(end.count) + [UInt8(ascii: "}")])
        return actual == hash ? nil : "it was changed: its hash does not fit its text"
    }

    /// Goes on to a line that was read.
    ///
    /// Gives what is wrong with it, or nil. `isFirst` takes the line before on trust: older files may be gone.
    mutating func follow(
        _ line: some Collection<UInt8>, isFirst: Bool
    ) throws(SHA256.Unavailable) -> String? {
        let parsed = try? JSONValue(parsing: String(decoding: line, as: UTF8.self))
        if let problem = try Self.problem(of: line, parsed) { return problem }
        guard let parsed, let next = parsed["seq"]?.integerValue, let previous = parsed["prev"]?.stringValue,
            let own = parsed["hash"]?.stringValue
        else { return "it lacks seq, prev or hash" }
        if !isFirst {
            guard next == number + 1 else { return "its number is \(next) after \(number): lines are missing or moved" }
            guard previous == hash else { return "it does not follow the line before: lines were removed or inserted" }
        }
        number = next
        hash = own
        return nil
    }
}
