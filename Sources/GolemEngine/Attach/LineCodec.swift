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
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        guard let data = try? encoder.encode(message) else { return [] }
        return [UInt8](data) + [UInt8(ascii: "\n")]
    }

    /// The message of one line; nil when it is no valid message.
    static func message(_ line: ArraySlice<UInt8>) -> LinkMessage? {
        try? JSONDecoder().decode(LinkMessage.self, from: Data(line))
    }
}

/// Cuts a byte stream into lines.
struct LineBuffer {
    private var bytes: [UInt8] = []
    private var scanned = 0

    /// Adds bytes.
    mutating func append(_ more: [UInt8]) { bytes += more }

    /// The next whole line without its line feed; nil when there is none yet.
    mutating func next() -> ArraySlice<UInt8>? {
        guard let end = bytes[scanned...].firstIndex(of: UInt8(ascii: "\n")) else {
            scanned = bytes.count
            return nil
        }
        let line = bytes[..<end]
        let result = ArraySlice(Array(line))
        bytes.removeFirst(end + 1)
        scanned = 0
        return result
    }

    /// Whether more is waiting for its line feed than any message has.
    var isOverflowing: Bool { bytes.count > LineCodec.lineLimit }
}
