// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// One event of a `text/event-stream` (WHATWG HTML, section 9.2).
package struct ServerSentEvent: Sendable, Equatable {
    /// The event's type; without it, clients call it `message`.
    package let event: String?
    /// The text; each line of it becomes a `data:` line.
    package let data: String
    /// What a client sends as `Last-Event-ID` after a reconnect.
    package let id: String?

    package init(event: String? = nil, data: String, id: String? = nil) {
        self.event = event
        self.data = data
        self.id = id
    }

    /// The event as it goes on the wire, with the empty line that ends it.
    ///
    /// Line breaks in `event` and `id` would start a field of their own: they are dropped.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(data.utf8.count + 32)
        if let event { Self.append("event", Self.singleLine(event), to: &out) }
        if let id { Self.append("id", Self.singleLine(id), to: &out) }
        var line: [UInt8] = []
        var previous: UInt8 = 0
        for byte in data.utf8 {
            // CR, LF and CRLF all end a line.
            if byte == 0x0A, previous == 0x0D {
                previous = byte
                continue
            }
            if byte == 0x0A || byte == 0x0D {
                Self.append("data", line, to: &out)
                line.removeAll(keepingCapacity: true)
            } else {
                line.append(byte)
            }
            previous = byte
        }
        Self.append("data", line, to: &out)
        out.append(0x0A)
        return out
    }

    /// A comment: keeps a quiet connection alive and shows whether the client is still there.
    package static func comment(_ text: String) -> [UInt8] {
        Array(": ".utf8) + singleLine(text) + [0x0A, 0x0A]
    }

    private static func singleLine(_ text: String) -> [UInt8] {
        text.utf8.filter { $0 != 0x0A && $0 != 0x0D && $0 != 0 }
    }

    private static func append(_ name: String, _ value: [UInt8], to out: inout [UInt8]) {
        out.append(contentsOf: name.utf8)
        out.append(contentsOf: [0x3A, 0x20])
        out.append(contentsOf: value)
        out.append(0x0A)
    }
}
