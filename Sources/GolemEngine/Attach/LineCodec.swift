// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEvents

/// Turns attach messages into lines and back.
package enum LineCodec {
    /// The longest line that is read: a snapshot of a busy engine has a few hundred kilobytes.
    static let lineLimit = 64 * 1024 * 1024

    /// One line, with its line feed.
    static func line(_ message: LinkMessage) -> [UInt8] {
        guard let bytes = try? JSONStreamEncoder.bytes(message) else { return [] }
        return bytes + [UInt8(ascii: "\n")]
    }

    /// The message of one line; nil when it is no valid message.
    static func message(_ line: ArraySlice<UInt8>) -> LinkMessage? {
        try? JSONDecoder().decode(LinkMessage.self, from: Data(line))
    }
}

/// Cuts a byte stream into lines.
struct LineBuffer {
    private var bytes: [UInt8] = []
    private var start = 0
    private var scanned = 0

    /// Adds bytes.
    mutating func append(_ more: [UInt8]) {
        // What was handed out goes here and not line by line: that would move the rest for each of them.
        bytes.removeFirst(start)
        scanned -= start
        start = 0
        bytes += more
    }

    /// The next whole line without its line feed; nil when there is none yet.
    mutating func next() -> ArraySlice<UInt8>? {
        guard let end = bytes[scanned...].firstIndex(of: UInt8(ascii: "\n")) else {
            scanned = bytes.count
            return nil
        }
        defer { (start, scanned) = (end + 1, end + 1) }
        return bytes[start..<end]
    }

    /// Whether more is waiting for its line feed than any message has.
    var isOverflowing: Bool { bytes.count - start > LineCodec.lineLimit }
}
