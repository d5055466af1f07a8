// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Keeps the first and the last bytes of a stream of any length.
package struct OutputCapture: Sendable, Equatable {
    private let headLimit: Int
    private let tailLimit: Int
    private var head: [UInt8] = []
    /// A ring once it is full; `tailStart` is its oldest byte.
    private var tail: [UInt8] = []
    private var tailStart = 0
    /// How many bytes came in.
    package private(set) var total = 0

    /// Makes a capture that keeps the first `head` and the last `tail` bytes.
    package init(head: Int, tail: Int) {
        headLimit = max(head, 0)
        tailLimit = max(tail, 0)
    }

    /// How many bytes in the middle were not kept.
    package var dropped: Int { total - head.count - tail.count }

    /// Takes in the next bytes.
    package mutating func append(_ bytes: some RandomAccessCollection<UInt8>) {
        total += bytes.count
        var rest = bytes[...]
        if head.count < headLimit {
            let part = rest.prefix(headLimit - head.count)
            head.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
        }
        guard tailLimit > 0 else { return }
        rest = rest.suffix(tailLimit)
        if tail.count < tailLimit {
            let part = rest.prefix(tailLimit - tail.count)
            tail.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
        }
        for byte in rest {
            tail[tailStart] = byte
            tailStart = tailStart + 1 == tailLimit ? 0 : tailStart + 1
        }
    }

    /// What was kept, as bytes: the head, then the tail.
    package var bytes: [UInt8] { head + orderedTail }

    /// What was kept, as text.
    ///
    /// Where bytes are missing a line says how many; no character is cut in two there, and
    /// bytes that are not UTF-8 become U+FFFD.
    package var text: String {
        let tail = orderedTail
        guard dropped > 0 else { return String(decoding: head + tail, as: UTF8.self) }
        let first = head.dropLast(UTF8Cut.incompleteSuffix(of: head))
        let last = tail.dropFirst(UTF8Cut.incompletePrefix(of: tail))
        let missing = total - first.count - last.count
        let beginning = String(decoding: first, as: UTF8.self)
        return "\(beginning)\n[... \(missing) bytes left out ...]\n\(String(decoding: last, as: UTF8.self))"
    }

    private var orderedTail: [UInt8] { Array(tail[tailStart...] + tail[..<tailStart]) }
}

/// Where UTF-8 may be cut.
package enum UTF8Cut {
    /// How many bytes at the end belong to a character whose rest is missing; at most 3.
    package static func incompleteSuffix(of bytes: some BidirectionalCollection<UInt8>) -> Int {
        var length = 0
        for byte in bytes.reversed().prefix(4) {
            length += 1
            switch byte {
            case 0x80..<0xC0: continue
            case 0xC0..<0xE0: return length < 2 ? length : 0
            case 0xE0..<0xF0: return length < 3 ? length : 0
            case 0xF0...: return length < 4 ? length : 0
            default: return 0
            }
        }
        return 0
    }

    /// How many bytes at the start belong to a character whose beginning is missing; at most 3.
    package static func incompletePrefix(of bytes: some Collection<UInt8>) -> Int {
        bytes.prefix(3).prefix { (0x80..<0xC0).contains($0) }.count
    }
}
