// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// One thing that the audit log must remember; the fields that do not apply stay nil and are left out of the line.
package struct AuditEntry: Sendable, Equatable {
    /// When it happened.
    package var time: Timestamp
    /// What happened, for example `policy_allow`, `tool_execution`, `approval_decided`.
    package var type: String
    /// The request of the turn.
    package var requestID: String?
    /// The tool.
    package var tool: String?
    /// The result in the words of the original, for example `mode=strict`, `success`.
    package var result: String?
    /// Who did it: `user@host` of an operator, `channel:sender` of a chat, `system`.
    package var actor: String?
    /// The channel.
    package var channel: String?
    /// The session.
    package var session: String?
    /// The number of the approval.
    package var approval: Int64?
    /// The arguments of a tool call, of which the line holds the digest only.
    package var arguments: JSONValue?
    /// How a tool call ended: `ok`, `error`, `timeout`, `denied`, `cancelled`.
    package var outcome: String?
    /// How long it took.
    package var durationMilliseconds: Int64?

    /// Makes an entry.
    package init(_ type: String, at time: Timestamp, result: String? = nil, actor: String? = nil) {
        self.type = type
        self.time = time
        self.result = result
        self.actor = actor
    }

    /// The most bytes that a field has: no line may grow so long that its end is not found again.
    static let fieldLimit = 2_000

    private static func bounded(_ text: String) -> String {
        guard text.utf8.count > fieldLimit else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: fieldLimit)
        while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return String(text.unicodeScalars[..<end])
    }

    /// The line without its end: `hash` is computed over this text with `}` behind it.
    func body(number: Int64, previous: String) throws(SHA256.Unavailable) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.key("seq")
        writer.integer(number)
        writer.member("time", time.rfc3339)
        writer.member("type", Self.bounded(type))
        for (name, text) in [
            ("request_id", requestID), ("tool", tool), ("result", result), ("actor", actor), ("channel", channel),
            ("session", session),
        ] {
            if let text { writer.member(name, Self.bounded(text)) }
        }
        if let approval {
            writer.key("approval")
            writer.integer(approval)
        }
        if let arguments { writer.member("arguments_sha256", try SHA256.hex(arguments.bytes)) }
        if let outcome { writer.member("outcome", Self.bounded(outcome)) }
        if let durationMilliseconds {
            writer.key("duration_ms")
            writer.integer(durationMilliseconds)
        }
        writer.member("prev", previous)
        return writer.bytes
    }
}
